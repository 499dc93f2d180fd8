"""The terms of a corpus: which words count as one, and how much each weighs."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from vocmine_topic.nouns import Nouns
from vocmine_topic.text import (
    BREAK,
    MIN_TYPO_LENGTH,
    REMEMBERED_WORDS,
    Word,
    misspells,
    one_letter_less,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from scipy.sparse import csr_matrix

MAX_TERMS = 6000
MAX_SHARE = 0.5
"""A term in more than this share of the segments tells nothing apart."""
_BIGRAM_WEIGHT = 0.7
"""Below 1, because a pair repeats the evidence of its two words."""
_TYPO_RATIO = 10
"""How much more frequent a word must be than what is taken for its misspelling."""
_VERB_WEIGHT = 0.4
"""Customers call, send, change and pay about anything: verbs tell topics apart less than nouns."""


class Learnt(NamedTuple):
    """What a vocabulary is made of, in plain values that can be kept.

    Args:
        terms: Sorted.
        weights: Of each term.
        frequent: Words that others may misspell, with the segments they stand in.
        nouns: Verb to the noun made of it that stands for both.
        forms: What looks like a noun but is a form of a verb, to the verb.
        excluded: Keys that are not terms (learned boilerplate and names), sorted.
    """

    terms: list[str]
    weights: list[float]
    frequent: dict[str, int]
    nouns: dict[str, str]
    forms: dict[str, str]
    excluded: list[str]


class Vocabulary:
    """Terms (single words and pairs of neighbouring content words) with their weights.

    Words that customers use for one thing count as one term: spelling mistakes one letter away
    from a frequent word, and a verb with the noun made of it (`cobrar`, `cobro`).

    Args:
        learnt: Of a corpus; its terms and weights may still be empty.
        is_known: Whether a dictionary has a word.
    """

    def __init__(self, learnt: Learnt, *, is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._learnt = learnt
        self._excluded = frozenset(learnt.excluded)
        self._canonical: dict[str, str] = {}
        self._misspellings = _misspellings(learnt.frequent)
        self.terms = learnt.terms
        self.index = {term: i for i, term in enumerate(learnt.terms)}
        self.weights = np.asarray(learnt.weights, dtype=np.float64)

    @classmethod
    def learn(
        cls,
        segments: Sequence[Sequence[Word]],
        *,
        is_known: Callable[[str], bool],
        nouns: Nouns | None = None,
        excluded: frozenset[str] = frozenset(),
    ) -> Vocabulary:
        """The vocabulary of a corpus.

        Args:
            segments: Words of every segment of the sample.
            is_known: Whether a dictionary has a word.
            nouns: Of these segments; found here where they are not given.
            excluded: Keys that are not terms.
        """
        nouns = nouns or Nouns(segments)
        keys = Counter[str]()
        for words in segments:
            keys.update({word.key for word in words if word.key and word.key != BREAK} - excluded)
        minimum = minimum_segments(len(segments))
        of_verbs, forms = nouns.of_verbs(keys)
        frequent = Counter[str]()
        for key, count in keys.items():
            lemma = forms.get(key, key)
            frequent[of_verbs.get(lemma, lemma)] += count
        often = {key: count for key, count in frequent.items() if count >= minimum}
        without = Learnt([], [], often, of_verbs, forms, sorted(excluded))
        words_only = cls(without, is_known=is_known)
        counts = Counter[str]()
        for words in segments:
            counts.update(set(words_only.split(words)))
        limit = max(MAX_SHARE * len(segments), minimum)
        kept = [term for term, count in counts.items() if minimum <= count <= limit]
        kept.sort(key=lambda term: (-counts[term], term))
        terms = sorted(kept[:MAX_TERMS])
        weights = [_weight(term, counts[term], len(segments), nouns) for term in terms]
        return cls(without._replace(terms=terms, weights=weights), is_known=is_known)

    @property
    def learnt(self) -> Learnt:
        """What it is made of."""
        return self._learnt

    def __len__(self) -> int:
        return len(self.terms)

    def word(self, key: str) -> str:
        """The single-word term that `key` counts as; empty when it is none."""
        if key in self._excluded:
            return ""
        term = self.canonical(key)
        return term if term in self.index else ""

    def lemma(self, key: str) -> str:
        """The verb of a key that only looks like a noun (`manda`: `mandar`); else the key."""
        return self._learnt.forms.get(key, key)

    def heaviest(self, weights: npt.NDArray[np.float64], most: int) -> dict[str, float]:
        """The single words that weigh most in a topic, heaviest first, the first as 1.0.

        Args:
            weights: Weight of each term, (terms,).
            most: How many words at most.
        """
        order = np.argsort(-weights, kind="stable")
        words = [i for i in order.tolist() if weights[i] > 0 and " " not in self.terms[i]][:most]
        return {self.terms[i]: float(weights[i] / weights[words[0]]) for i in words}

    def canonical(self, key: str) -> str:
        """The word that stands for `key`: itself, a noun, or what it misspells."""
        found = self._canonical.get(key)
        if found is None:
            if len(self._canonical) >= REMEMBERED_WORDS:
                self._canonical.clear()
            lemma = self.lemma(key)
            found = self._canonical[key] = self._learnt.nouns.get(lemma) or self._corrected(lemma)
        return found

    def _corrected(self, key: str) -> str:
        count = self._learnt.frequent.get(key, 0)
        if self._is_known(key):
            return key
        meant = misspells(key, self._misspellings)
        return meant if meant and self._learnt.frequent[meant] >= _TYPO_RATIO * count else key

    def split(self, words: Iterable[Word]) -> list[str]:
        """Terms of one segment, in order and repeated: words, and pairs not across a break."""
        terms: list[str] = []
        before = ""
        for word in words:
            if word.key == BREAK:
                before = ""
            elif word.key and word.key not in self._excluded:
                key = self.canonical(word.key)
                terms.append(key)
                if before and before != key:
                    terms.append(f"{before} {key}")
                before = key
        return terms

    def matrix(self, segments: Sequence[Sequence[Word]]) -> csr_matrix:
        """TF-IDF rows of length one, (segments, terms); a row without known terms is zero."""
        from scipy.sparse import csr_matrix

        starts: list[int] = [0]
        columns: list[int] = []
        values: list[float] = []
        for words in segments:
            counts = Counter(self.index[term] for term in self.split(words) if term in self.index)
            row = sorted(counts)
            weights = [(1 + math.log(counts[i])) * self.weights[i] for i in row]
            norm = math.sqrt(math.fsum(w * w for w in weights))
            columns.extend(row)
            values.extend(w / norm for w in weights)
            starts.append(len(columns))
        return csr_matrix(
            (np.array(values), np.array(columns, dtype=np.int32), np.array(starts)),
            shape=(len(segments), len(self.terms)),
            dtype=np.float64,
        )


def _weight(term: str, count: int, segments: int, nouns: Nouns) -> float:
    rarity = math.log((1 + segments) / (1 + count)) + 1
    pair = _BIGRAM_WEIGHT if " " in term else 1.0
    return rarity * pair * (_VERB_WEIGHT if any(map(nouns.is_verb, term.split())) else 1.0)


def minimum_segments(segments: int) -> int:
    """In how many segments a term must be found to count: 2 in small data, more in large."""
    return 2 if segments < 1000 else 3 if segments < 5000 else 5


def _misspellings(counts: Mapping[str, int]) -> dict[str, str]:
    """Frequent words by each way to lose a letter; the most frequent wins a common way."""
    table: dict[str, str] = {}
    for word in sorted(counts, key=lambda word: (-counts[word], word)):
        if len(word) > MIN_TYPO_LENGTH:
            for shorter in (word, *one_letter_less(word)):
                table.setdefault(shorter, word)
    return table
