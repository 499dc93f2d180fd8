"""Headings, names and sentences of the clock in Spanish, Portuguese and English."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def words(lang: str) -> dict[str, str]:
    """Key to text of one language (`es`, `pt`, `en`), from `words.json`.

    A heading has the name of its column, a cue `cue_` before its code, a light `state_`.
    """
    raw = json.loads(files("vocmine.clock").joinpath("words.json").read_text("utf-8"))
    position = raw["langs"].index(lang)
    return {key: values[position] for key, values in raw["words"].items()}
