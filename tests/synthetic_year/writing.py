"""Words of the messages, composed so that hardly two are the same."""

from __future__ import annotations

import json
import random
from pathlib import Path

PHRASES: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("phrases.json").read_text("utf-8")
)
_MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre".split()
_NUMBERS = "dos tres cuatro cinco seis siete ocho".split()
_AMOUNTS = ("45.000 pesos", "120.000 pesos", "89.900 pesos", "350 mil pesos", "1.200.000 pesos")


def phrase(key: str, city: str, rng: random.Random) -> str:
    """One way to say something."""
    return _filled(rng.choice(PHRASES[key]), city, rng)


def compose(said: list[str], city: str, rng: random.Random) -> tuple[str, list[str]]:
    """A message that says some things.

    Returns:
        Its text, and the things as they stand in it.
    """
    quotes, sentences = [], []
    for number, words in enumerate(said):
        link = rng.choice(PHRASES["links"]) if number and rng.random() < 0.6 else ""
        quote = words if link else _opened(words)
        quotes.append(quote)
        sentences.append(f"{link} {quote}".strip() + ("" if quote.endswith("?") else "."))
    around = [
        _filled(rng.choice(PHRASES[name]), city, rng) if rng.random() < share else ""
        for name, share in (("openers", 0.85), ("closers", 0.8))
    ]
    text = " ".join(part for part in (around[0], *sentences, around[1]) if part)
    return text, quotes


def _filled(words: str, city: str, rng: random.Random) -> str:
    filled = words.format(
        producto=rng.choice(PHRASES["products"]),
        ciudad=city,
        mes=rng.choice(_MONTHS),
        n=rng.choice(_NUMBERS),
        monto=rng.choice(_AMOUNTS),
    )
    return filled.replace(" de el ", " del ").replace(" a el ", " al ")


def _opened(words: str) -> str:
    start = 1 if words.startswith("¿") else 0
    return words[:start] + words[start : start + 1].upper() + words[start + 1 :]
