"""Closed word classes of Spanish, Portuguese and English that tell where clauses begin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import category, normalize

from vocmine.segmentation.tokens import is_address

Phrases = Mapping[str, frozenset[tuple[str, ...]]]
"""First word of a phrase to the phrases, as their words, that begin with it."""


class Kind:
    """What a token can be; several at once (plain integers: `IntFlag` is slow in a hot loop)."""

    OTHER = 0
    WORD = 1
    """Has a letter and is no link or mention."""
    STOP = 2
    """`.`, `...`, `…`"""
    CRY = 4
    """`!` or `?`, also repeated or mixed."""
    COMMA = 8
    SEMICOLON = 16
    COLON = 32
    BREAK = 64
    """White space with a line end."""
    SPACE = 128
    OPENS = 256
    """`¿ ¡`"""
    CLOSES = 512
    """Closing bracket or quote."""
    BRACKET = 1024
    """Opening bracket or quote."""
    BULLET = 2048
    DASH = 4096
    ADDRESS = 8192
    """Link, e-mail address or @handle."""
    PICTURE = 16384
    """Emoji or another symbol."""
    NUMBER = 32768
    VERB = 65536
    """Looks finite, or only stands beside a finite verb (`no`, `me`, `se`)."""
    QUALITY = 131072
    """Judges, so that a verbless clause can make a point with it (`limpio`, `asco`)."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Word classes of one language, in lower case.

    Args:
        verbs: Finite forms and words that stand beside finite verbs.
        verb_endings: Endings of finite forms.
        not_verbs: Words with such an ending that are none.
        qualities: Words that judge.
        contrast: Connectives after which another point follows, whatever the length.
        addition: Connectives that add a point when a clause follows.
        coordination: `y`, `e`, `and`.
        dependent: Words that, after a comma, go on with the clause before it.
        linkers: Connectives at which a clause that is too long is split.
        bound: Words that cannot end a clause.
        turns: Adverbs that begin a clause when no bound word is before them.
        determiners: Words before a noun.
        infinitives: Endings of infinitives and gerunds, whose object may follow.
        greetings: Words of address that stand before the first point.
        openers: Words that, written with a capital after a small word, begin a sentence.
    """

    verbs: frozenset[str] = frozenset()
    verb_endings: re.Pattern[str] = re.compile(r"(?!)")
    not_verbs: frozenset[str] = frozenset()
    qualities: re.Pattern[str] = re.compile(r"(?!)")
    contrast: Phrases = field(default_factory=dict)
    addition: Phrases = field(default_factory=dict)
    coordination: frozenset[str] = frozenset()
    dependent: frozenset[str] = frozenset()
    linkers: Phrases = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    turns: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    infinitives: re.Pattern[str] = re.compile(r"(?!)")
    greetings: Phrases = field(default_factory=dict)
    openers: frozenset[str] = frozenset()


def words_of(text: str) -> frozenset[str]:
    """Words separated by blanks."""
    return frozenset(text.split())


def phrases_of(text: str) -> Phrases:
    """Phrases separated by commas."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in text.split(","):
        words = tuple(phrase.split())
        found.setdefault(words[0], set()).add(words)
    return {first: frozenset(phrases) for first, phrases in found.items()}


def stems_of(text: str, endings: str) -> re.Pattern[str]:
    """Any of the stems separated by blanks, with one of the endings."""
    return re.compile(rf"(?:{'|'.join(text.split())})(?:{endings})?$")


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Lower case with composed accents."""
    return normalize("NFC", word).lower()


@lru_cache(maxsize=1 << 16)
def kind_of(word: str, lexicon: Lexicon) -> int:
    """The `Kind` flags of a token."""
    if word.isspace():
        return Kind.BREAK if "\n" in word or "\r" in word else Kind.SPACE
    if any(map(str.isalpha, word)):
        return _kind_of_word(word, lexicon)
    if _NUMBER.match(word):
        return Kind.NUMBER
    return _kind_of_mark(word)


_NUMBER = re.compile(r"[\d.,:/%$€£ºª°+-]*\d[\d.,:/%$€£ºª°+-]*$")
_MARKS = {",": Kind.COMMA, "،": Kind.COMMA, "、": Kind.COMMA, ";": Kind.SEMICOLON, ":": Kind.COLON}
_FIRST = {
    **dict.fromkeys(".…。", Kind.STOP),
    **dict.fromkeys("¿¡", Kind.OPENS),
    **dict.fromkeys("•●▪■◦‣·*", Kind.BULLET),
    **dict.fromkeys("-–—", Kind.DASH),
    **dict.fromkeys("\"'", Kind.CLOSES),
}
_CATEGORY = {
    **dict.fromkeys(("Pe", "Pf"), Kind.CLOSES),
    **dict.fromkeys(("Ps", "Pi"), Kind.BRACKET),
    **dict.fromkeys(("So", "Sk", "Mn", "Cf"), Kind.PICTURE),
}


def _kind_of_word(word: str, lexicon: Lexicon) -> int:
    if word.startswith("@") or is_address(word):
        return Kind.ADDRESS
    low = fold(word)
    kind = Kind.WORD
    if lexicon.qualities.match(low):
        return kind | Kind.QUALITY
    if low in lexicon.verbs or (
        len(low) > 3 and low not in lexicon.not_verbs and lexicon.verb_endings.search(low)
    ):
        kind |= Kind.VERB
    return kind


def _kind_of_mark(word: str) -> int:
    if word in _MARKS:
        return _MARKS[word]
    if any(mark in word for mark in "!?！？"):
        return Kind.CRY
    return _FIRST.get(word[0]) or _CATEGORY.get(category(word[0]), Kind.OTHER)
