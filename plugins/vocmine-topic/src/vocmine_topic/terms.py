"""The words shown of a topic: typical of it, and said together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from vocmine_topic.labels import Phrase
    from vocmine_topic.model import IdArray

_TOGETHER = 3.0
"""How much going together counts, where being e times as typical counts 1."""
_LEAST = 4
"""Words that are shown whether or not they are said together."""
_SELDOM = -0.2
"""A further word must go with those before it at least so well: two that are said in one message
as often as chance has it have 0, two that never are -1."""


class Together(NamedTuple):
    """How well words go together: normalised pointwise mutual information (Bouma, 2009).

    Args:
        place: Word to its row.
        scores: -1 (never in one message) to 1 (always), float64 (words, words).
    """

    place: dict[str, int]
    scores: npt.NDArray[np.float64]

    @classmethod
    def of(cls, words: Sequence[str], said: Sequence[Sequence[str]], owner: IdArray) -> Together:
        """Counted over messages.

        Args:
            words: Those that matter, each once.
            said: What each segment says, any words.
            owner: Message of each segment.
        """
        place = {word: at for at, word in enumerate(words)}
        pairs = {
            (message, place[word])
            for message, segment in zip(owner.tolist(), said, strict=True)
            for word in segment
            if word in place
        }
        rows, columns = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
        messages = np.unique(owner)
        has = csr_matrix(
            (np.ones(len(rows)), (np.searchsorted(messages, rows), columns)),
            shape=(len(messages), len(words)),
        )
        share = (has.T @ has).toarray() / max(len(messages), 1)
        return cls(place, _npmi(share))

    def with_others(self, word: str, others: Sequence[str]) -> float:
        """How well a word goes with some others, on average."""
        places = [self.place[other] for other in others]
        return float(self.scores[self.place[word], places].mean())


def typical_words(
    heavy: Mapping[str, float], said: Mapping[Phrase, int], everywhere: Mapping[Phrase, int]
) -> dict[str, float]:
    """The heavy words that the topic's own segments say, with how typical each is of it.

    Neighbours lend weight to words that hardly any of those segments says.

    Args:
        heavy: Words of the topic with their weights.
        said: In how many segments of the topic each phrase stands.
        everywhere: The same over all segments.
    """
    return {
        word: weight * said[word,] / everywhere[word,] * math.sqrt(said[word,])
        for word, weight in heavy.items()
        if (word,) in said
    }


def shown_words(typical: Mapping[str, float], together: Together, most: int) -> list[str]:
    """The words of a topic as they are shown: the most typical first, then what goes with it.

    Words of one subject are said together. Of two that are as typical the one that goes better
    with those before it is shown. What does not go with them is left out, where enough are left.

    Args:
        typical: Words with how typical each is, above 0.
        together: How well they go together.
        most: How many words at most.
    """
    left = sorted(typical, key=lambda word: (-typical[word], word))
    chosen = left[:1]
    left = left[1:]
    while left and len(chosen) < most:
        goes = {word: together.with_others(word, chosen) for word in left}
        best = max(left, key=lambda word: math.log(typical[word]) + _TOGETHER * goes[word])
        if len(chosen) >= _LEAST and goes[best] < _SELDOM:
            break
        chosen.append(best)
        left.remove(best)
    return chosen


def _npmi(share: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of shares of messages that have both words; those with one on the diagonal."""
    alone = np.outer(share.diagonal(), share.diagonal())
    met = (share > 0) & (share < 1)
    scores: npt.NDArray[np.float64] = np.where(share > 0, 0.0, -1.0)
    scores[met] = np.log(share[met] / alone[met]) / -np.log(share[met])
    return scores
