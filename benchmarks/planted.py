"""Planted corpora: Spanish complaints whose every character belongs to a known problem or to none.

Twelve problems share words on purpose (card, money, days, attention), are written in many ways,
come one to four in a message, and are wrapped in greetings, legal formulas, small talk and names.
The texts are this project's own writing.
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_TEXTS = tomllib.loads(Path(__file__).with_name("planted_es.toml").read_text("utf-8"))
PROBLEMS: dict[str, list[str]] = _TEXTS["problems"]
OPENINGS: list[str] = _TEXTS["openings"]
CLOSINGS: list[str] = _TEXTS["closings"]
FILLERS: list[str] = _TEXTS["fillers"]
SLOTS: dict[str, list[str]] = _TEXTS["slots"]
JOINS = (". ", ". ", ". ", ". Además, ", "; ", ", pero ", ". También ", ". Por otra parte, ", "\n")


@dataclass(frozen=True, slots=True)
class Planted:
    """One message and the truth: (start, end, problem) of every problem in it, in order."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def planted_corpus(messages: int, *, seed: int = 0) -> list[Planted]:
    """`messages` complaints with one to four problems each, always the same for one seed."""
    rng = random.Random(seed)
    return [_message(rng) for _ in range(messages)]


def _message(rng: random.Random) -> Planted:
    careless = rng.random() < 0.3
    parts: list[tuple[str, str]] = []
    if rng.random() < 0.85:
        parts.append((_expand(rng.choice(OPENINGS), rng), ""))
    problems = rng.sample(sorted(PROBLEMS), rng.choices((1, 2, 3, 4), (5, 3, 2, 1))[0])
    for problem in problems:
        parts.append((_expand(rng.choice(PROBLEMS[problem]), rng), problem))
        if rng.random() < 0.25:
            parts.append((_expand(rng.choice(FILLERS), rng), ""))
    if rng.random() < 0.8:
        parts.append((_expand(rng.choice(CLOSINGS), rng), ""))
    text, spans = "", []
    for phrase, problem in parts:
        written = _noisy(phrase, rng, careless=careless)
        joint = rng.choice(JOINS) if text else ""
        if not joint.strip(".\n ") and not careless:
            written = written[:1].upper() + written[1:]
        text += joint
        if problem:
            spans.append((len(text), len(text) + len(written), problem))
        text += written
    return Planted(text + rng.choice((".", "", "!", "...")), tuple(spans))


def _expand(template: str, rng: random.Random) -> str:
    text = re.sub(r"\[([^]]+)\]", lambda m: rng.choice(m[1].split("|")), template)
    return re.sub(r"\{(\w+)\}", lambda m: rng.choice(SLOTS[m[1]]), text)


def _noisy(phrase: str, rng: random.Random, *, careless: bool) -> str:
    """Drop accents and capitals of careless writers; misspell about one long word in thirty."""
    if careless:
        folded = unicodedata.normalize("NFD", phrase.lower())
        phrase = "".join(c for c in folded if not unicodedata.combining(c) or c == "\u0303")
        phrase = unicodedata.normalize("NFC", phrase)
    rate = 0.06 if careless else 0.02
    return " ".join(
        _misspelt(word, rng) if word.isalpha() and len(word) > 4 and rng.random() < rate else word
        for word in phrase.split(" ")
    )


def _misspelt(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    if rng.random() < 0.5:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
