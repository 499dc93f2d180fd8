"""Gathers the evidence for the names and terms of topics."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from vocmine_topic.labels import Phrase, Surfaces, label_topics, phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vocmine_topic.model import Labels, Matrix
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
        is_known: Whether a dictionary has a lower-case word.
        langs: Language of each segment.
    """

    def __init__(
        self, vocabulary: Vocabulary, is_known: Callable[[str], bool], langs: Sequence[str]
    ) -> None:
        self._vocabulary = vocabulary
        self._surfaces = Surfaces(is_known)
        counts = Counter(langs)
        self._main = max(sorted(counts), key=lambda lang: counts[lang])
        self._foreign = np.array([lang != self._main for lang in langs], dtype=bool)

    def name(
        self,
        segments: Sequence[Sequence[Word]],
        labels: Labels,
        components: Matrix,
        topic_of: Sequence[int],
        *,
        terms: int,
    ) -> tuple[list[str], list[list[str]]]:
        """Names and heaviest terms of the topics, both as customers write them.

        Args:
            segments: Words of every segment.
            labels: Topic of each segment, -1 for none.
            components: Term weights, (components, terms).
            topic_of: Topic of each component, -1 for none.
            terms: How many terms to give.
        """
        topics = max(topic_of, default=-1) + 1
        weights = np.zeros((topics, components.shape[1]))
        for component, topic in zip(components, topic_of, strict=True):
            if topic >= 0:
                weights[topic] += component
        heavy = [self._vocabulary.heaviest(row, _WEIGHED) for row in weights]
        members, everywhere = self._count(segments, labels, topics)
        order = np.argsort(-np.bincount(labels[labels >= 0], minlength=topics), kind="stable")
        ranked = label_topics(
            [members[topic] for topic in order],
            everywhere,
            [heavy[topic] for topic in order],
            self._surfaces,
        )
        names = [""] * topics
        for topic, name in zip(order.tolist(), ranked, strict=True):
            names[topic] = name
        shown = [[self._surfaces.shown((word,)) for word in list(h)[:terms]] for h in heavy]
        return names, shown

    def _count(
        self, segments: Sequence[Sequence[Word]], labels: Labels, topics: int
    ) -> tuple[list[Counter[Phrase]], Counter[Phrase]]:
        """In how many segments of each topic, and of all, each phrase stands."""
        own_language = self._named_in_own_language(labels, topics)
        members = [Counter[Phrase]() for _ in range(topics)]
        everywhere = Counter[Phrase]()
        for words, topic, foreign in zip(
            segments, labels.tolist(), self._foreign.tolist(), strict=True
        ):
            found: set[Phrase] = set()
            for phrase, first, end in phrases(words, self._vocabulary.word):
                self._surfaces.add(phrase, words[first:end])
                found.add(phrase)
            everywhere.update(found)
            if topic >= 0 and (not foreign or topic in own_language):
                members[topic].update(found)
        return members, everywhere

    def _named_in_own_language(self, labels: Labels, topics: int) -> set[int]:
        found = set()
        for topic in range(topics):
            foreign = self._foreign[labels == topic]
            if foreign.size and (~foreign).mean() < _OTHER_LANGUAGE_SHARE:
                found.add(topic)
        return found
