"""Sentences of the terminal summary in Spanish, Portuguese and English."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def words(lang: str) -> dict[str, str]:
    """Key to sentence of one language (`es`, `pt`, `en`), from `words.json`."""
    raw = json.loads(files("vocmine.cli").joinpath("words.json").read_text("utf-8"))
    position = raw["langs"].index(lang)
    return {key: values[position] for key, values in raw["words"].items()}
