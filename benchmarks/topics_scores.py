"""Measures of topics: agreement, coherence, diversity, and names that say nothing."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import simplemma
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import adjusted_mutual_info_score

from vocmine_topic.text import fold, stop_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TOP = 10
"""Words of a topic that coherence and diversity look at."""
WRAPPED = 0.8
"""A word belongs to greetings, formulas and small talk when this share of its uses stands there."""
_WORD = r"[^\W\d_]{2,}"


def agreement(
    left: Sequence[Any] | npt.NDArray[Any], right: Sequence[Any] | npt.NDArray[Any]
) -> float:
    """Adjusted mutual information of two groupings (Vinh, Epps and Bailey, 2010)."""
    return round(float(adjusted_mutual_info_score(left, right)), 3)


def words_of(text: str) -> list[str]:
    """Folded words of a text, of two letters or more."""
    return re.findall(_WORD, fold(text))


@lru_cache(maxsize=200_000)
def _lemma(word: str, lang: str) -> str:
    return fold(simplemma.lemmatize(word, lang))


def lemmas(text: str, lang: str) -> list[str]:
    """Folded lemmas of a text: some finders show infinitives that no customer wrote."""
    return [_lemma(word, lang) for word in re.findall(_WORD, text.lower())]


def top_words(terms: Iterable[str], lang: str) -> list[str]:
    """The first ten distinct lemmas of a topic's terms; a phrase counts as its words."""
    return list(dict.fromkeys(word for term in terms for word in lemmas(term, lang)))[:TOP]


def coherence(topics: Sequence[Sequence[str]], texts: Sequence[str], lang: str) -> float:
    """Mean normalised pointwise mutual information of the words of each topic, -1 to 1.

    Every pair of a topic's `top_words`, counted over whole messages: how much oftener two words
    stand in one message than chance would have it (Bouma, 2009; as a measure of topics, Lau,
    Newman and Baldwin, 2014). Pairs that never meet count -1. NaN without a topic of two words.
    """
    vocabulary = sorted({word for words in topics for word in words})
    if not vocabulary:
        return float("nan")
    at = {word: index for index, word in enumerate(vocabulary)}
    counter = CountVectorizer(
        vocabulary=vocabulary, binary=True, analyzer=partial(lemmas, lang=lang)
    )
    present = counter.transform(texts).astype(np.float64)
    together = (present.T @ present).toarray() / len(texts)
    means = [
        np.mean([_npmi(together, at[left], at[right]) for left, right in combinations(words, 2)])
        for words in topics
        if len(words) > 1
    ]
    return round(float(np.mean(means)), 3) if means else float("nan")


def _npmi(together: npt.NDArray[np.float64], left: int, right: int) -> float:
    both = together[left, right]
    if both in (0.0, 1.0):
        return float(both) - 1.0 if both == 0.0 else 0.0
    independent = together[left, left] * together[right, right]
    return float(np.log(both / independent) / -np.log(both))


def diversity(topics: Sequence[Sequence[str]]) -> float:
    """Share of distinct words among the top words of all topics (Dieng, Ruiz and Blei, 2020)."""
    words = [word for topic in topics for word in topic]
    return round(len(set(words)) / len(words), 3) if words else float("nan")


def _is_wrapping(said: int, wrapping: int) -> bool:
    return wrapping > 0 and wrapping >= WRAPPED * (said + wrapping)


def empty_names(
    names: Iterable[str], said: Mapping[str, int], wrapping: Mapping[str, int]
) -> list[str]:
    """Names of nothing but stop words and words that belong to the wrapping of messages.

    Args:
        said: Folded word to how often it stands in a problem.
        wrapping: The same for greetings, formulas and small talk.
    """
    stops = stop_words("es")[0]
    return [
        name
        for name in names
        if all(
            word in stops or _is_wrapping(said.get(word, 0), wrapping.get(word, 0))
            for word in words_of(name)
        )
    ]
