"""The documentation says what the code does: reference pages, commands, hooks, links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vocmine import hookspecs
from vocmine.catalogue import catalogue
from vocmine.cli import COMMANDS
from vocmine.store.reading import SCHEMA_VERSION

ROOT = Path(__file__).parent.parent
FOLDERS = ("docs", "plugins", "examples")
PAGES = sorted([*ROOT.glob("*.md"), *(p for name in FOLDERS for p in ROOT.glob(f"{name}/**/*.md"))])


def test_generated_pages_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "docs" / "make_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_examples_in_its_help(name: str) -> None:
    command = [sys.executable, "-m", "vocmine", name, "--help"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"vocmine {name}" in text.split("Options:")[-1], "no example in --help"


def test_every_hook_is_explained_to_plugin_authors() -> None:
    hooks = [name for name in vars(hookspecs) if name.startswith(("register_", "prepare_"))]
    guide = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    assert len(hooks) == 6
    assert [name for name in hooks if f"`{name}" not in guide] == []


def test_the_output_contract_names_its_version_and_every_code() -> None:
    page = (ROOT / "docs" / "output.md").read_text("utf-8")
    assert f'"schema": {SCHEMA_VERSION}' in page
    for name in ("pqrs", "sentiment", "emotion", "friction", "stage", "pyramid", "touchpoint"):
        missing = [code for code in catalogue()[name].codes if f"`{code}`" not in page]
        assert missing == [], name


def test_the_list_of_decisions_has_each_by_its_number_and_title() -> None:
    folder = ROOT / "docs" / "decisions"
    expected = []
    for page in sorted(folder.glob("0*.md")):
        number, title = page.read_text("utf-8").split("\n", 1)[0].removeprefix("# ").split(". ", 1)
        expected.append(f"{number}. [{title}]({page.name}): ")
    lines = (folder / "README.md").read_text("utf-8").splitlines()
    listed = [line for line in lines if line[:1].isdigit()]
    assert [line[: len(start)] for line, start in zip(listed, expected, strict=True)] == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.es.md"])
def test_both_readmes_give_the_two_commands(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "pip install . && vocmine analyze examples/banco_pqrs.csv" in text
    assert "pip install '.[test]' && pytest" in text
