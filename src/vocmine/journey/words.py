"""Words of short texts, folded so that case, accents and endings do not tell them apart."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.metadata import distribution
from runpy import run_path

STEM = 6
"""Letters of a word that count: what follows is mostly ending (`instalaron`, `instalación`)."""
_WORD = re.compile(r"\w+")
_FOLDED = {
    ord(char): unicodedata.normalize("NFD", char)[0].lower()
    for char in map(chr, (*range(ord("A"), ord("Z") + 1), *range(0xC0, 0x250)))
    if unicodedata.normalize("NFD", char)[0].isascii()
}


def fold(text: str) -> str:
    """Lower-case text without accents, as many characters as before."""
    return text.translate(_FOLDED)


def stems(text: str) -> list[str]:
    """First `STEM` letters of the words that carry meaning, without a plural `s`, in order."""
    stops = stop_words()
    return [
        (word.removesuffix("s") if len(word) > 3 else word)[:STEM]
        for word in _WORD.findall(fold(text))
        if len(word) > 1 and word not in stops
    ]


@cache
def stop_words() -> frozenset[str]:
    """Folded words of Spanish, Portuguese and English that carry no meaning (spaCy's lists)."""
    # The files are run by themselves: to import them is to load all of spaCy, seconds for 8 kB.
    spacy = distribution("spacy")
    files = [spacy.locate_file(f"spacy/lang/{lang}/stop_words.py") for lang in ("es", "pt", "en")]
    return frozenset(fold(word) for file in files for word in run_path(str(file))["STOP_WORDS"])
