"""`docs/testing-plugins.md`: its example runs, and it has every check and fixture that there is."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vocmine.testing import AnalyzerSuite, EncoderSuite, SourceSuite, pytest_plugin

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "testing-plugins.md").read_text("utf-8")
BLOCK = re.compile(r'^```python title="([^"]+)"\n(.*?)^```$', re.M | re.S)
TEMPLATE = dict(BLOCK.findall((ROOT / "plugins" / "README.md").read_text("utf-8")))


def test_its_example_passes_with_the_template_of_the_plugins(tmp_path: Path) -> None:
    for name, content in {**TEMPLATE, **dict(BLOCK.findall(PAGE))}.items():
        (tmp_path / name).write_text(content, "utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_chats.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 30


@pytest.mark.parametrize("suite", [AnalyzerSuite, SourceSuite, EncoderSuite])
def test_every_check_is_on_the_page(suite: type) -> None:
    checks = [name for name in dir(suite) if name.startswith("test_")]
    assert checks
    assert [name for name in checks if f"| `{name}` |" not in PAGE] == []


def test_no_check_is_on_the_page_that_does_not_exist() -> None:
    real = {name for suite in (AnalyzerSuite, SourceSuite, EncoderSuite) for name in dir(suite)}
    assert set(re.findall(r"^\| `(test_\w+)` \|", PAGE, re.M)) <= real


def test_every_fixture_is_on_the_page() -> None:
    fixtures = [name for name in vars(pytest_plugin) if name.startswith("vocmine_")]
    assert len(fixtures) == 3
    assert [name for name in fixtures if f"| `{name}` |" not in PAGE] == []


def test_the_figures_of_the_page_are_those_of_the_suites() -> None:
    assert f"`patience` seconds ({AnalyzerSuite.patience:.0f})" in PAGE
    assert f"`patience` seconds ({EncoderSuite.patience:.0f})" in PAGE
    assert f"`tolerance` ({EncoderSuite.tolerance:g})" in PAGE


def test_the_message_that_it_shows_is_one_that_is_given() -> None:
    from vocmine.testing import base

    shown = re.sub(r"\s+", " ", PAGE)
    source = re.sub(r'"\s*"', "", re.sub(r"\s+", " ", inspect.getsource(base)))
    for part in ("Every command waits for it, even 'vocmine --help'.", "Import it inside the met"):
        assert part in shown
        assert part in source
