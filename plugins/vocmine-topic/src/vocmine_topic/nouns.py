"""Nouns and verbs of a corpus, told by what customers write before a word.

A dictionary gives `llama` and `manda` as nouns, and so they are; but where nobody writes `la
llama` or `una manda`, they are forms of `llamar` and `mandar`.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from vocmine_topic.text import BREAK, BREAK_WORD, Word, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERB_ENDINGS = ("ar", "er", "ir")
_PARTICIPLES = ("ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas")
_DETERMINERS = frozenset(
    "el la los las un una unos unas del al mi mis tu tus su sus nuestro nuestra este esta estos "
    "estas ese esa esos esas otro otra cada ningun ninguna "
    "o os as um uma ao aos do da dos das na nas num numa pelo pela meu minha seu sua "
    "the an my your our his her their this these".split()
)
_PREPOSITIONS = frozenset("de en con sin por a em com sem of for with".split())
"""These stand before nouns and infinitives alike. Portuguese `no` is "not" in Spanish: left out."""
NOUN_SHARE = 0.15
"""Share of a noun's uses that follow a determiner or preposition; nouns have 0.3 to 1, verbs 0."""
TELLING_SHARE = 0.1
"""Where fewer words than this follow one (headlines, lists), nouns cannot be told this way."""
MIN_NOUN_USES = 3
"""So often a noun must follow one to stand for its verb: `para que la lave` is no `lave`."""


class Nouns:
    """Which words of a corpus are nouns and which are verbs.

    Args:
        segments: Words of every segment of the sample.
    """

    def __init__(self, segments: Sequence[Sequence[Word]]) -> None:
        uses, introduced = Counter[str](), Counter[str]()
        self._inflected: set[str] = set()
        for words in segments:
            for before, word in pairwise([BREAK_WORD, *words]):
                if word.key in ("", BREAK):
                    continue
                uses[word.key] += 1
                introduced[word.key] += _introduces(before, word)
                if word.key.endswith(VERB_ENDINGS) and not _is_as_listed(word):
                    self._inflected.add(word.key)
        self._introduced = introduced
        self._found = {key for key in uses if introduced[key] >= NOUN_SHARE * uses[key]}
        self._telling = introduced.total() >= TELLING_SHARE * uses.total()

    def is_noun(self, key: str) -> bool:
        """Whether a word is used as a noun; where determiners are missing, all but verbs may be."""
        return key in self._found or not (self._telling or key in self._inflected)

    def is_verb(self, key: str) -> bool:
        """Whether a lemma is a verb: inflected like one, and no noun like `celular`, `lugar`."""
        return key in self._inflected and key not in self._found

    def of_verbs(self, keys: Mapping[str, int]) -> tuple[dict[str, str], dict[str, str]]:
        """What goes with each verb, by its stem and one vowel.

        Args:
            keys: In how many segments each lemma stands.

        Returns:
            Verb to the most frequent noun made of it (`demorar`: `demora`), and what looks like
            such a noun but is a form of the verb (`manda`: `mandar`).
        """
        nouns: dict[str, str] = {}
        forms: dict[str, str] = {}
        for verb in sorted(keys):
            if len(verb) <= 4 or not verb.endswith(VERB_ENDINGS):
                continue
            made = [verb[:-2] + vowel for vowel in "oae" if verb[:-2] + vowel in keys]
            real = [noun for noun in made if self._stands_for_verb(noun)]
            if real:
                nouns[verb] = max(real, key=lambda noun: (keys[noun], noun))
            third = ("a",) if verb.endswith("ar") else ("e", "ia")
            looks = [verb[:-2] + ending for ending in third]
            forms.update((form, verb) for form in looks if not self.is_noun(form))
        return nouns, forms

    def _stands_for_verb(self, noun: str) -> bool:
        often = self._introduced[noun] >= MIN_NOUN_USES or not self._telling
        return often and self.is_noun(noun)


def is_conjugated(word: Word) -> bool:
    """Whether a word looks like a conjugated verb (participles read as adjectives)."""
    return (
        len(word.key) > 3
        and word.key.endswith(VERB_ENDINGS)
        and not _is_as_listed(word)
        and not fold(word.shown).endswith(_PARTICIPLES)
    )


def _is_as_listed(word: Word) -> bool:
    """Whether a word is written as a dictionary lists it, or as the plural of that."""
    return fold(word.shown) in (word.key, word.key + "s", word.key + "es")


def _introduces(before: Word, word: Word) -> bool:
    """Whether `before` says that a noun follows; `la` before `llevaron` does not."""
    if before.key or is_conjugated(word):
        return False
    written = fold(before.shown)
    infinitive = word.key.endswith(VERB_ENDINGS)
    return written in _DETERMINERS or (written in _PREPOSITIONS and not infinitive)
