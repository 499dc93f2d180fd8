"""From a segment's characters to words: masked, folded, lemmatised, cut at every break."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MIN_TYPO_LENGTH = 4
REMEMBERED_WORDS = 300_000
"""Words whose lemma is kept; endless streams of misspellings must not fill the memory."""
LANGS = ("es", "pt", "en")
BREAK = "|"
"""Stands for whatever no phrase may cross: punctuation, numbers, masked and boilerplate spans."""

_FOLDED = {
    ord(char): unicodedata.normalize("NFD", char)[0].lower()
    for char in map(chr, range(0xC0, 0x250))
    if unicodedata.normalize("NFD", char)[0].isascii()
}
_UPPER = {ord(char): char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÞÐŁ"}
_FOLD = _UPPER | _FOLDED
_ACUTE = dict(zip("aeiou", "áéíóú", strict=True))
_MASK = re.compile(
    r"https?://\S+|www\.\S+"  # addresses
    r"|\S+@\S+\.\w+"  # e-mails
    r"|@\w+"  # handles
    r"|\b\w*\d[\w.,/:-]*\b(?: ?(?:mil(?:lones)?|pesos?|cop|usd|euros?|soles|reais|dolares|%|€)\b)*"
    r"|[^\w\s'’-]+"  # punctuation, emoji, currency
    r"|\n+"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\|+")


class Word(NamedTuple):
    """One word of a segment.

    Args:
        shown: As the customer wrote it, in lower case unless it is an acronym or a name.
        key: What it is matched by: lemma without accents; empty for a stop word; `BREAK` for
            a break (then `shown` is `BREAK` too).
    """

    shown: str
    key: str


BREAK_WORD = Word(BREAK, BREAK)


def fold(text: str) -> str:
    """Lower-case `text` without accents, the same number of characters (`ñ` becomes `n`)."""
    return text.translate(_FOLD)


@cache
def data_lines(name: str) -> tuple[str, ...]:
    """Lines of a data file of this plugin, without comments and blank lines."""
    raw = files("vocmine_topic").joinpath("data", name).read_text("utf-8")
    return tuple(line for line in raw.splitlines() if line.strip() and not line.startswith("#"))


@cache
def stop_words(lang: str) -> tuple[frozenset[str], frozenset[str]]:
    """Folded stop words of `lang`, and the words kept although their lemma is a stop word."""
    stops: set[str] = set()
    kept: set[str] = set()
    for line in data_lines(f"stop_{lang}.txt"):
        (kept if line.startswith("+") else stops).update(fold(line.lstrip("+")).split())
    return frozenset(stops), frozenset(kept)


def one_letter_less(word: str) -> Iterator[str]:
    """Every way to lose one letter of a word but the first."""
    return (word[:i] + word[i + 1 :] for i in range(1, len(word)))


def misspells(word: str, table: Mapping[str, str]) -> str:
    """The word of `table` that `word` misspells, or empty.

    Found are words that become equal when each loses at most one letter (one lost, added or
    changed, or two swapped), and that begin alike.

    Args:
        word: Folded word; short ones are never misspellings.
        table: Words by themselves and by each way to lose a letter.
    """
    if len(word) < MIN_TYPO_LENGTH:
        return ""
    for shorter in (word, *one_letter_less(word)):
        found = table.get(shorter, "")
        if found and found != word and found[0] == word[0] and abs(len(found) - len(word)) <= 1:
            return found
    return ""


@cache
def stop_typos(lang: str) -> Mapping[str, str]:
    """Longer stop words of `lang`, by themselves and by each way to lose a letter."""
    table: dict[str, str] = {}
    for word in sorted(stop_words(lang)[0]):
        if len(word) > MIN_TYPO_LENGTH:
            for shorter in (word, *one_letter_less(word)):
                table.setdefault(shorter, word)
    return table


@cache
def names() -> frozenset[str]:
    """Folded given names and surnames that are masked when written with a capital."""
    lines = (line for line in data_lines("names.txt") if not line.startswith("+"))
    return frozenset(" ".join(lines).split())


@cache
def names_kept() -> frozenset[str]:
    """Folded proper names of things that customers talk about (`whatsapp`, `wifi`)."""
    lines = (line[1:] for line in data_lines("names.txt") if line.startswith("+"))
    return frozenset(" ".join(lines).split())


@cache
def _boilerplate() -> re.Pattern[str]:
    rules = "|".join(line.replace(" ", r"\s+") for line in data_lines("boilerplate.txt"))
    return re.compile(rf"(?<![^\W_])(?:{rules})(?![^\W_])")


class Reader:
    """Turns segments into words; keeps the lemmas it has looked up.

    Lemmas come from simplemma's dictionaries, which are read on first use.
    """

    def __init__(self) -> None:
        import simplemma

        self._lemmatize = simplemma.lemmatize
        self._known = simplemma.is_known
        self._keys: dict[tuple[str, str], str] = {}

    def words(self, segment: str, lang: str) -> list[Word]:
        """Words of one segment, with a break wherever a phrase must not go on."""
        folded = _MASK.sub(_blank, fold(segment))
        folded = _boilerplate().sub(_blank, folded)
        shouting = segment.isupper()
        matches = list(_WORD.finditer(folded))
        named = [match[0] in names() for match in matches] + [False]
        words: list[Word] = []
        for at, match in enumerate(matches):
            written = segment[match.start() : match.end()]
            full_name = named[at] and (named[at + 1] or (at > 0 and named[at - 1]))
            if match[0][0] == BREAK or full_name or (named[at] and written[0].isupper()):
                if words and words[-1] is not BREAK_WORD:
                    words.append(BREAK_WORD)
                continue
            acronym = not shouting and written.isupper() and 2 <= len(written) <= 6
            proper = not shouting and written.istitle() and bool(words)
            shown = written if acronym or proper else written.lower()
            words.append(Word(shown, self.key(written.lower(), lang)))
        return words

    def key(self, word: str, lang: str) -> str:
        """The folded lemma of a lower-case word; empty when it is a stop word in `lang`."""
        found = self._keys.get((word, lang))
        if found is None:
            if len(self._keys) >= REMEMBERED_WORDS:
                self._keys.clear()
            found = self._keys[word, lang] = self._look_up(word, lang)
        return found

    def is_known(self, word: str) -> bool:
        """Whether a dictionary of Spanish, Portuguese or English has the word."""
        return any(self._known(word, lang) for lang in LANGS)

    def _accented(self, word: str, lang: str) -> str:
        """`word`, or the dictionary's word that differs by one accent (`metio`: `metió`)."""
        if lang == "en" or not word.isascii() or self._known(word, lang):
            return word
        for at in reversed(range(len(word))):
            accented = word[:at] + _ACUTE.get(word[at], "") + word[at + 1 :]
            if len(accented) == len(word) and self._known(accented, lang):
                return accented
        return word

    def _look_up(self, word: str, lang: str) -> str:
        lang = lang if lang in LANGS else "es"
        stops, kept = stop_words(lang)
        folded = fold(word)
        if folded in stops or len(folded) < 2:
            return ""
        if not self.is_known(word) and misspells(folded, stop_typos(lang)):
            return ""
        lemma = fold(self._lemmatize(self._accented(word, lang), lang).lower())
        if folded in kept:
            return folded
        return "" if lemma in stops else lemma


def _blank(match: re.Match[str]) -> str:
    """A span of breaks as long as what it hides, so that offsets stay."""
    return BREAK * (match.end() - match.start())
