"""What the heads must beat: the most frequent label, and TF-IDF with logistic regression."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from heads_data import EMOTIONS, INSIGHT_TASKS, MESSAGE_TASKS, with_clauses
from quality_data import clauses_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heads_data import Example

MAX_FEATURES = 60_000


def majority(train: Sequence[object], count: int) -> list[object]:
    """The most frequent training label, `count` times."""
    return [Counter(train).most_common(1)[0][0]] * count


class TfidfFeatures:
    """Words 1-2 and characters 2-5 within words, TF-IDF, fitted once and shared by tasks."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion

        common = {
            "min_df": 2,
            "max_features": MAX_FEATURES,
            "sublinear_tf": True,
            "strip_accents": "unicode",
            "dtype": np.float32,
        }
        self._union = FeatureUnion(
            [
                ("words", TfidfVectorizer(ngram_range=(1, 2), **common)),
                ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)),
            ]
        )
        self.train = self._union.fit_transform(texts).tocsr()

    def transform(self, texts: Sequence[str]) -> Any:
        """Features of other texts."""
        return self._union.transform(texts).tocsr()


def fit_and_predict(
    train: Any, labels: Sequence[object], test: Any, weights: Sequence[float] | None = None
) -> list[object]:
    """Balanced logistic regression on TF-IDF features; returns the label of each test row."""
    from sklearn.linear_model import LogisticRegression

    codes, wanted = np.unique(np.asarray([str(label) for label in labels]), return_inverse=True)
    back = {str(label): label for label in labels}
    model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=200, tol=1e-3)
    model.fit(train, wanted, sample_weight=weights)
    return [back[codes[index]] for index in model.predict(test).tolist()]


@dataclass(frozen=True, slots=True)
class Guesses:
    """What the baselines say about one task: a label or a set of labels for each row."""

    majority: Sequence[Any]
    tfidf: Sequence[Any]


def guess(train: Sequence[Example], gold: Sequence[Example]) -> dict[str, Guesses]:
    """Labels of every task by the baselines, learned from the heads' training data.

    Rows are messages, quotes in the order of their messages, and for `insight` clauses.
    """
    own = [example for example in train if example.insights is not None]
    features = TfidfFeatures([example.text for example in train])
    test = features.transform([example.text for example in gold])
    own_rows = [i for i, example in enumerate(train) if example.insights is not None]
    found = {}
    for task in MESSAGE_TASKS:
        labels = [example.labels[task] for example in own]
        found[task] = Guesses(
            majority(labels, len(gold)), fit_and_predict(features.train[own_rows], labels, test)
        )
    found["emotions"] = _guess_emotions(train, features, test, len(gold))
    found |= _guess_segments(own, gold)
    texts, makes_point, _ = clauses_of(with_clauses(own))
    asked = clauses_of(gold)[0]
    clauses = TfidfFeatures(texts)
    found["insight"] = Guesses(
        majority(makes_point, len(asked)),
        fit_and_predict(clauses.train, makes_point, clauses.transform(asked)),
    )
    return found


def _guess_emotions(
    train: Sequence[Example], features: TfidfFeatures, test: Any, count: int
) -> Guesses:
    found: list[set[str]] = [set() for _ in range(count)]
    for emotion in EMOTIONS:
        rows = [i for i, example in enumerate(train) if emotion in example.emotions]
        labels = [train[i].emotions[emotion] for i in rows]
        for index, there in enumerate(fit_and_predict(features.train[rows], labels, test)):
            if there:
                found[index].add(emotion)
    return Guesses([set()] * count, found)


def _guess_segments(own: Sequence[Example], gold: Sequence[Example]) -> dict[str, Guesses]:
    quotes = [(e.text[i.start : i.end], i.labels) for e in own for i in e.insights or ()]
    asked = [e.text[i.start : i.end] for e in gold for i in e.insights or ()]
    features = TfidfFeatures([text for text, _ in quotes])
    test = features.transform(asked)
    found = {}
    for task in INSIGHT_TASKS:
        labels = [codes[task] for _, codes in quotes]
        found[task] = Guesses(
            majority(labels, len(asked)), fit_and_predict(features.train, labels, test)
        )
    return found
