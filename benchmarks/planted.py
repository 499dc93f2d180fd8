"""Planted corpora: Spanish complaints whose every character belongs to a known problem or to none.

Six, twelve or twenty-five problems share words on purpose (card, money, days, appointment), are
written in many ways, come one to four in a message, and are wrapped in greetings, legal formulas,
small talk and names. Writers come from four countries; some drop accents, abbreviate as in a chat
or shout in capitals. The texts are this project's own writing.
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
DIALECTS: dict[str, dict[str, list[str]]] = _TEXTS["dialects"]
SIZES = (6, 12, 25)
JOINS = (". ", ". ", ". ", ". Además, ", "; ", ", pero ", ". También ", ". Por otra parte, ", "\n")
STYLES = {"correct": 0.55, "careless": 0.27, "chat": 0.12, "shouted": 0.06}
CHAT = {"que": "q", "por": "x", "porque": "xq", "también": "tb", "para": "pa", "nada": "nd"}
CHAT |= {"mensaje": "msj", "mucho": "mxo", "gracias": "grax", "días": "dias", "cuando": "cdo"}
SOUNDS = (("b", "v"), ("v", "b"), ("z", "s"), ("c", "s"), ("s", "z"), ("ll", "y"), ("h", ""))
FLATNESS = 6
"""Added to the rank in the Zipf weights: of 25 problems the rarest then still has over 2%."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One message and the truth: (start, end, problem) of every problem in it, in order."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


def planted_corpus(messages: int, *, seed: int = 0, problems: int = 12) -> list[Planted]:
    """`messages` complaints with one to four problems each, always the same for one seed.

    `problems` is 6, 12 or 25; each set holds the smaller ones. How often a problem comes falls
    with its rank, and the ranks are drawn anew for every seed. Raises ValueError for another
    number of problems.
    """
    if problems not in SIZES:
        raise ValueError(f"problems is {problems}; planted are {SIZES}")
    rng = random.Random(f"{seed} {problems}")
    ranked = rng.sample(list(PROBLEMS)[:problems], problems)
    weights = {problem: 1 / (rank + FLATNESS) for rank, problem in enumerate(ranked, start=1)}
    return [_message(rng, weights) for _ in range(messages)]


def _message(rng: random.Random, weights: dict[str, float]) -> Planted:
    slots = SLOTS | DIALECTS[rng.choice(list(DIALECTS))]
    style = rng.choices(list(STYLES), list(STYLES.values()))[0]
    parts: list[tuple[str, str]] = []
    if rng.random() < 0.85:
        parts.append((_expand(rng.choice(OPENINGS), slots, rng), ""))
    count = rng.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]
    for problem in _drawn(count, weights, rng):
        parts.append((_expand(rng.choice(PROBLEMS[problem]), slots, rng), problem))
        if rng.random() < 0.25:
            parts.append((_expand(rng.choice(FILLERS), slots, rng), ""))
    if rng.random() < 0.8:
        parts.append((_expand(rng.choice(CLOSINGS), slots, rng), ""))
    text, spans = "", []
    for phrase, problem in parts:
        written = _noisy(phrase, style, rng)
        joint = rng.choice(JOINS) if text else ""
        if not joint.strip(".\n ") and style == "correct":
            written = written[:1].upper() + written[1:]
        text += joint
        if problem:
            spans.append((len(text), len(text) + len(written), problem))
        text += written
    return Planted(text + rng.choice((".", "", "!", "...")), tuple(spans))


def _drawn(count: int, weights: dict[str, float], rng: random.Random) -> list[str]:
    """`count` different problems, the weightier ones more often (Efraimidis and Spirakis, 2006)."""
    keys = {problem: rng.random() ** (1 / weight) for problem, weight in weights.items()}
    return sorted(keys, key=keys.__getitem__, reverse=True)[:count]


def _expand(template: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    text = re.sub(r"\[([^]]+)\]", lambda m: rng.choice(m[1].split("|")), template)
    return re.sub(r"\{(\w+)\}", lambda m: rng.choice(slots[m[1]]), text)


def _noisy(phrase: str, style: str, rng: random.Random) -> str:
    """Write a phrase as its writer would: capitals, accents, abbreviations and misspelt words."""
    if style == "shouted":
        return phrase.upper()
    if style != "correct":
        phrase = _plain(phrase.lower())
    if style == "chat":
        short = {_plain(word): brief for word, brief in CHAT.items()}
        phrase = " ".join(
            short.get(word, word) if rng.random() < 0.6 else word for word in phrase.split(" ")
        )
    rate = 0.02 if style == "correct" else 0.06
    return " ".join(
        _misspelt(word, rng) if word.isalpha() and len(word) > 4 and rng.random() < rate else word
        for word in phrase.split(" ")
    )


def _plain(text: str) -> str:
    """The text without accents; the tilde of ñ stays."""
    kept = [
        c
        for c in unicodedata.normalize("NFD", text)
        if c == "\u0303" or not unicodedata.combining(c)
    ]
    return unicodedata.normalize("NFC", "".join(kept))


def _misspelt(word: str, rng: random.Random) -> str:
    """A letter dropped, two swapped, one doubled, or one written as another of the same sound."""
    at = rng.randrange(1, len(word) - 1)
    slip = rng.randrange(4)
    if slip == 0:
        return word[:at] + word[at + 1 :]
    if slip == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    sounds = [pair for pair in SOUNDS if pair[0] in word]
    heard, written = rng.choice(sounds) if sounds else (word[at], "")
    return word.replace(heard, written, 1)
