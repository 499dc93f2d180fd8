"""Every example that a reading command prints in its help can be typed as it stands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

READING = (
    *("search", "insights", "friction", "journey", "pyramid", "topics"),
    *("export", "runs", "models"),
)
NOT_IN_THE_FIXTURE = {
    "vocmine runs 3 --format json": "has no run 3",
    "vocmine friction --owners areas.toml": "'areas.toml' cannot be read",
    "vocmine pyramid --source quejas.xlsx --lang en": "no export named 'quejas.xlsx'",
}
"""Examples that name what only a real store has, and the refusal that shows it."""


def examples(name: str) -> list[str]:
    epilog = getattr(import_module(f"vocmine.cli.{name}"), name).epilog
    return re.findall(rf"^  (vocmine {name}\b.*)$", epilog, re.MULTILINE)


EXAMPLES = [line for name in READING for line in examples(name)]


def test_every_reading_command_has_examples() -> None:
    assert {line.split()[1] for line in EXAMPLES} == set(READING)


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_in_the_help_works_as_it_is_typed(
    vocmine: Callable[..., Any],
    filled_store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
) -> None:
    monkeypatch.setenv("VOCMINE_DB", str(filled_store))
    monkeypatch.chdir(tmp_path)
    # What a shell does with the output is the shell's.
    typed = re.split(r" [|>] ", line)[0]
    ran = vocmine(*shlex.split(typed)[1:])
    if line in NOT_IN_THE_FIXTURE:
        assert ran.code == 2
        assert NOT_IN_THE_FIXTURE[line] in ran.err
    else:
        assert ran.code == 0, ran.err


def test_the_demo_leaves_it_to_analyze_to_name_the_report(
    vocmine: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vocmine.cli.analyze.run_analysis", lambda *given, **reading: True)
    ran = vocmine("demo", tmp_path)
    assert ran.code == 0
    assert "demo.html" not in ran.out
