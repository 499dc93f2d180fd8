"""Gathers the evidence for the names and terms of topics."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine_topic.labels import Phrase, Surfaces, label_topics, phrases
from vocmine_topic.terms import Together, shown_words, typical_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from vocmine_topic.engines import Labels
    from vocmine_topic.model import IdArray
    from vocmine_topic.nouns import Nouns
    from vocmine_topic.text import Word
    from vocmine_topic.vocabulary import Vocabulary

_WEIGHED = 30
"""Words of a topic that may carry its name."""
_OTHER_LANGUAGE_SHARE = 0.2
"""A topic with fewer segments than this in the main language is named in its own."""


class _Said(NamedTuple):
    """In how many segments each phrase stands.

    Args:
        members: Of each topic, those that may name it.
        own: Of each topic, all.
        everywhere: Of the corpus.
        words: Those of each segment.
    """

    members: list[Counter[Phrase]]
    own: list[Counter[Phrase]]
    everywhere: Counter[Phrase]
    words: list[list[str]]


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
        owner: IdArray,
        *,
        reserved: Sequence[str] = (),
        terms: int,
    ) -> tuple[list[str], list[list[str]]]:
        """Names and most typical terms of the topics, both as customers write them.

        Args:
            segments: Words of every segment.
            labels: Topic of each segment, from 0, -1 for none.
            weights: Of the terms in each topic, float64 (topics, terms).
            owner: Message of each segment.
            reserved: Names that topics have already.
            terms: How many terms to give.
        """
        topics = len(weights)
        heavy = [self._vocabulary.heaviest(row, _WEIGHED) for row in weights]
        said = self._count(segments, labels, topics)
        order = np.argsort(-np.bincount(labels[labels >= 0], minlength=topics), kind="stable")
        ranked = label_topics(
            [said.members[topic] for topic in order],
            said.everywhere,
            [heavy[topic] for topic in order],
            self._surfaces,
            self._nouns.is_noun,
            reserved,
        )
        names = [""] * topics
        for topic, name in zip(order.tolist(), ranked, strict=True):
            names[topic] = name
        typical = [
            typical_words(*both, said.everywhere) for both in zip(heavy, said.own, strict=True)
        ]
        together = Together.of(sorted(set().union(*typical)), said.words, owner)
        shown = [
            [self._surfaces.shown((word,)) for word in shown_words(own, together, terms)]
            for own in typical
        ]
        return names, shown

    def _count(self, segments: Sequence[Sequence[Word]], labels: Labels, topics: int) -> _Said:
        own_language = self._named_in_own_language(labels, topics)
        members = [Counter[Phrase]() for _ in range(topics)]
        own = [Counter[Phrase]() for _ in range(topics)]
        everywhere = Counter[Phrase]()
        alone: list[list[str]] = []
        for said, topic, foreign in zip(
            segments, labels.tolist(), self._foreign.tolist(), strict=True
        ):
            words = [word._replace(key=self._vocabulary.lemma(word.key)) for word in said]
            found: set[Phrase] = set()
            for phrase, first, end in phrases(words, self._vocabulary.word):
                self._surfaces.add(phrase, words[first:end])
                found.add(phrase)
            everywhere.update(found)
            alone.append([phrase[0] for phrase in found if len(phrase) == 1])
            if topic >= 0:
                own[topic].update(found)
                if not foreign or topic in own_language:
                    members[topic].update(found)
        return _Said(members, own, everywhere, alone)

    def _named_in_own_language(self, labels: Labels, topics: int) -> set[int]:
        found = set()
        for topic in range(topics):
            foreign = self._foreign[labels == topic]
            if foreign.size and (~foreign).mean() < _OTHER_LANGUAGE_SHARE:
                found.add(topic)
        return found
