"""Misspelt words, read as the word that was meant.

A slip of the finger breaks a word into pieces that tell the encoder nothing. A word that nobody
uses, one slip away from one that the encoder knows whole, is read as that one: only the encoder
sees it so, and what is stored, quoted and counted stays as it was written.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt

from vocmine.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PlaceArray = npt.NDArray[np.int64]

LEAST_LETTERS = 4
"""Shorter words have too many neighbours."""
_WORD = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+|\S+@\S+|([^\W\d_]{4,40})")
"""Links, handles, tags and addresses, which are not spelt, or a word as group 1."""
_CLITIC = re.compile(
    r"(?:[aeiáéí]r|ndo)(?:(?:me|te|se|nos|le|les)?(?:lo|la|los|las)|me|te|se|nos|les?)$"
)
"""Pronouns behind a verb, in more combinations than any dictionary has: `cobrármelo`."""
_CACHED_WORDS = 50_000
_LOOK_BACK = 20
"""Characters looked at before a word, or a text of one line costs its square."""


class Speller:
    """Finds the word that was meant. Immutable once built; threads may share it.

    Args:
        words: Words in small letters that are right as they are, the likeliest first.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._known = frozenset(words)
        self._likeliest = lru_cache(maxsize=_CACHED_WORDS)(self._find)

    def repaired(self, text: str) -> tuple[str, PlaceArray | None]:
        """The text with its misspelt words as they were meant.

        Returns:
            The text, and for each of its characters, and one past the last, its place in the
            text as written, int64 (characters + 1,); None when no word was misspelt.
        """
        made: list[str] = []
        places: list[npt.NDArray[np.int64]] = []
        last = 0
        for match in _WORD.finditer(text):
            word = match.group(1)
            meant = self._likeliest(word) if word else ""
            start, end = match.span()
            if meant and (word.islower() or _opens(text, start) or _only_accents(word, meant)):
                made += [text[last:start], meant]
                # A shorter word as written has its last letter stand for what it lacks.
                inside = np.minimum(np.arange(start, start + len(meant)), end - 1)
                places += [np.arange(last, start), inside]
                last = end
        if not made:
            return text, None
        places.append(np.arange(last, len(text) + 1))
        return "".join(made) + text[last:], np.concatenate(places)

    def _find(self, written: str) -> str:
        """The word that was meant, with the capital of the one written; empty to leave it."""
        word = written.lower()
        if written[1:] != word[1:] or len(word) != len(written) or word in self._known:
            return ""  # capitals inside a word are a name's
        if _CLITIC.search(word) or self._is_plural(word):
            return ""
        found = [place for place in self._near(word) if one_slip(word, self._words[place])]
        if not found:
            return ""
        # A missing accent is the likeliest slip of all; then the commonest word.
        place = min(found, key=lambda at: (not _only_accents(word, self._words[at]), at))
        best = self._words[place]
        return best if written[0] == word[0] else best.capitalize()

    def _is_plural(self, word: str) -> bool:
        return word[-1] == "s" and bool({word[:-1], word.removesuffix("es")} & self._known)

    def _near(self, word: str) -> list[int]:
        """Places of the words that may be one slip away."""
        keys, owners = self._neighbours
        wanted = np.array([crc32(form.encode()) for form in _shortened(word)], dtype=np.uint32)
        first = np.searchsorted(keys, wanted, side="left")
        last = np.searchsorted(keys, wanted, side="right")
        return sorted({place for a, b in zip(first, last, strict=True) for place in owners[a:b]})

    @cached_property
    def _neighbours(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
        """Every word with each letter left out in turn, and whose it is: by key, ascending.

        Two words one slip apart share one of these forms. Built when the first word that is not
        known comes.
        """
        made = (crc32(form.encode()) for word in self._words for form in _shortened(word))
        keys = np.fromiter(made, dtype=np.uint32)
        forms = [len(word) + 1 for word in self._words]
        owners = np.repeat(np.arange(len(forms), dtype=np.int32), forms)
        order = np.argsort(keys, kind="stable")
        return keys[order], owners[order]


def one_slip(written: str, meant: str) -> bool:
    """Whether one letter too many, too few or another, or two that changed places, part them."""
    if len(written) == len(meant):
        apart = [i for i, (a, b) in enumerate(zip(written, meant, strict=True)) if a != b]
        if len(apart) == 2:
            i, j = apart
            return j == i + 1 and written[i] == meant[j] and written[j] == meant[i]
        return len(apart) == 1
    short, long = sorted((written, meant), key=len)
    return len(long) == len(short) + 1 and short in _shortened(long)


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins here, so that a capital is not a name's."""
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(" \"'«“¡¿(")
    return not before or before[-1] in ".!?:;\n…"


def _shortened(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def _only_accents(written: str, meant: str) -> bool:
    """Whether nothing but accents is wrong."""
    return without_accents(written) == without_accents(meant)
