"""Gathers the evidence for the names and terms of topics."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from vocmine_topic.labels import Phrase, Surfaces, label_topics, phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from vocmine_topic.engines import Labels
    from vocmine_topic.nouns import Nouns
    from vocmine_topic.text import Word
    from vocmine_topic.vocabulary import Vocabulary

_WEIGHED = 30
"""Words of a topic that may carry its name."""
_OTHER_LANGUAGE_SHARE = 0.2
"""A topic with fewer segments than this in the main language is named in its own."""


class Naming:
    """Names topics from the segments of the sample.

    Args:
        vocabulary: Terms of the corpus.
        nouns: What is a noun there.
        is_known: Whether a dictionary has a lower-case word.
        langs: Language of each segment.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        nouns: Nouns,
        is_known: Callable[[str], bool],
        langs: Sequence[str],
    ) -> None:
        self._vocabulary = vocabulary
        self._nouns = nouns
        self._surfaces = Surfaces(is_known)
        counts = Counter(langs)
        self._main = max(sorted(counts), key=lambda lang: counts[lang])
        self._foreign = np.array([lang != self._main for lang in langs], dtype=bool)

    def name(
        self,
        segments: Sequence[Sequence[Word]],
        labels: Labels,
        weights: npt.NDArray[np.float64],
        *,
        reserved: Sequence[str] = (),
        terms: int,
    ) -> tuple[list[str], list[list[str]]]:
        """Names and most typical terms of the topics, both as customers write them.

        Args:
            segments: Words of every segment.
            labels: Topic of each segment, from 0, -1 for none.
            weights: Of the terms in each topic, float64 (topics, terms).
            reserved: Names that topics have already.
            terms: How many terms to give.
        """
        topics = len(weights)
        heavy = [self._vocabulary.heaviest(row, _WEIGHED) for row in weights]
        members, said, everywhere = self._count(segments, labels, topics)
        order = np.argsort(-np.bincount(labels[labels >= 0], minlength=topics), kind="stable")
        ranked = label_topics(
            [members[topic] for topic in order],
            everywhere,
            [heavy[topic] for topic in order],
            self._surfaces,
            self._nouns.is_noun,
            reserved,
        )
        names = [""] * topics
        for topic, name in zip(order.tolist(), ranked, strict=True):
            names[topic] = name
        shown = [
            [self._surfaces.shown((word,)) for word in typical_words(*both, everywhere)[:terms]]
            for both in zip(heavy, said, strict=True)
        ]
        return names, shown

    def _count(
        self, segments: Sequence[Sequence[Word]], labels: Labels, topics: int
    ) -> tuple[list[Counter[Phrase]], list[Counter[Phrase]], Counter[Phrase]]:
        """In how many segments each phrase stands: those that may name a topic, its own, all."""
        own_language = self._named_in_own_language(labels, topics)
        members = [Counter[Phrase]() for _ in range(topics)]
        own = [Counter[Phrase]() for _ in range(topics)]
        everywhere = Counter[Phrase]()
        for said, topic, foreign in zip(
            segments, labels.tolist(), self._foreign.tolist(), strict=True
        ):
            words = [word._replace(key=self._vocabulary.lemma(word.key)) for word in said]
            found: set[Phrase] = set()
            for phrase, first, end in phrases(words, self._vocabulary.word):
                self._surfaces.add(phrase, words[first:end])
                found.add(phrase)
            everywhere.update(found)
            if topic >= 0:
                own[topic].update(found)
                if not foreign or topic in own_language:
                    members[topic].update(found)
        return members, own, everywhere

    def _named_in_own_language(self, labels: Labels, topics: int) -> set[int]:
        found = set()
        for topic in range(topics):
            foreign = self._foreign[labels == topic]
            if foreign.size and (~foreign).mean() < _OTHER_LANGUAGE_SHARE:
                found.add(topic)
        return found


def typical_words(
    heavy: Mapping[str, float], said: Mapping[Phrase, int], everywhere: Mapping[Phrase, int]
) -> list[str]:
    """The heavy words that the topic's own segments say, the most typical of it first.

    Neighbours lend weight to words that hardly any of those segments says.

    Args:
        heavy: Words of the topic with their weights.
        said: In how many segments of the topic each phrase stands.
        everywhere: The same over all segments.
    """
    typical = {
        word: weight * said[word,] / everywhere[word,] * math.sqrt(said[word,])
        for word, weight in heavy.items()
        if (word,) in said
    }
    return sorted(typical, key=lambda word: (-typical[word], word))
