"""The wordings that meanings are learnt from, as tests take them."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "models" / "training"))

from meaning_data import Wording, read_wordings

WORDINGS = ROOT / "models" / "wordings"
FILES = sorted(WORDINGS.glob("*.jsonl"))
FEW = 10
"""Wordings that may copy a text of dev: `learn_meaning` leaves them out."""


@cache
def wordings() -> list[Wording]:
    return read_wordings(WORDINGS)


def some_wordings() -> list[Wording]:
    """Real ones, few enough to be composed in no time."""
    return wordings()[::60]
