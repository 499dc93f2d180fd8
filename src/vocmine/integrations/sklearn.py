"""vocmine as scikit-learn transformers: texts in, vectors or features out, usable in a `Pipeline`.

Both take a list, a one-dimensional array or a pandas Series of strings. They learn nothing, so that
`fit` only checks parameters, and a fitted pipeline holds their parameters and no model.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from vocmine.batch import Batch, FloatArray
from vocmine.models import DEFAULT, Model, load_model

if TYPE_CHECKING:
    from vocmine.plugin import Encoder

_BATCH = 512
"""Texts in memory at a time."""
_POINT = "insight"
"""The task that tells whether a segment makes a point."""

__all__ = ["VocFeatures", "VocVectors"]


class _OfTexts(TransformerMixin, BaseEstimator):
    """What both transformers share: they take texts and need no fitting."""

    def fit(self, X: Any, y: Any = None) -> Any:  # noqa: N803 - scikit-learn's name
        """Check the parameters and load the model; nothing is learnt.

        Raises:
            UsageError: There is no such model, encoder or task.
        """
        self.get_feature_names_out()
        return self

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Name of each column: object (columns,)."""
        return np.asarray(self._names(), dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

    def _names(self) -> Sequence[str]:
        raise NotImplementedError


class VocVectors(_OfTexts):
    """Texts to the engine's vectors, the mean of the token vectors at length 1.

    Args:
        model: `voc`, `voc-fast`, or an own model: its encoder is used.
        encoder: Name of an encoder that a plugin registered, in place of the model's.
    """

    def __init__(self, model: str = DEFAULT, encoder: str = "") -> None:
        self.model = model
        self.encoder = encoder

    def transform(self, X: Any) -> FloatArray:  # noqa: N803 - scikit-learn's name
        """Vectors of the texts: float32 (texts, dim).

        Raises:
            ValueError: `X` is one text, or holds something that is none.
            UsageError: There is no such model or encoder.
        """
        texts, encoder = _texts(X), self._encoder()
        none = np.zeros(0, dtype=np.int32)
        parts = [
            encoder.encode(texts[first : first + _BATCH], none, none, none).message_vectors
            for first in range(0, len(texts), _BATCH)
        ]
        return np.concatenate([np.zeros((0, encoder.dim), dtype=np.float32), *parts])

    def _encoder(self) -> Encoder:
        if self.encoder:
            return _plugin_encoder(self.encoder, os.getpid())
        return _model(self.model, os.getpid()).encoder

    def _names(self) -> Sequence[str]:
        return [f"voc{place}" for place in range(self._encoder().dim)]


class VocFeatures(_OfTexts):
    """Texts to the probabilities of vocmine's labels: few columns, each with a name.

    A column such as `pqrs=claim` or `emotions=anger` is the calibrated probability of a label of
    the message. One such as `friction=billing` is of its segments: the greatest probability that
    one of them makes a point and has the label; 0 for a text without words.

    Args:
        model: `voc`, `voc-fast`, or an own model.
        tasks: Only these tasks, such as `("pqrs", "friction")`; empty means all.
    """

    def __init__(self, model: str = DEFAULT, tasks: Sequence[str] = ()) -> None:
        self.model = model
        self.tasks = tasks

    def transform(self, X: Any) -> FloatArray:  # noqa: N803 - scikit-learn's name
        """Probabilities, 0 to 1: float32 (texts, labels), named by `get_feature_names_out`.

        Raises:
            ValueError: `X` is one text, or holds something that is none.
            UsageError: There is no such model or task.
        """
        model, tasks = _model(self.model, os.getpid()), self._tasks()
        parts = [
            np.concatenate([_probabilities(model, task, batch) for task in tasks], axis=1)
            for batch in _batches(model, _texts(X))
        ]
        width = len(self._names())
        return np.concatenate([np.zeros((0, width), dtype=np.float32), *parts])

    def _tasks(self) -> list[str]:
        heads = _model(self.model, os.getpid()).heads
        return list(self.tasks) or [task for task in heads.tasks if task != _POINT]

    def _names(self) -> Sequence[str]:
        heads = _model(self.model, os.getpid()).heads
        return [f"{task}={code}" for task in self._tasks() for code in heads.labels(task)]


def _probabilities(model: Model, task: str, batch: Batch) -> FloatArray:
    """Of each label of a task, for each message: float32 (messages, labels)."""
    heads, head = model.heads, model.heads.head(task)
    found = head.folded(heads.probabilities(task, batch))
    if head.per == "message":
        return found
    if task != _POINT:
        points = heads.probabilities(_POINT, batch)
        found = found * points[:, [heads.labels(_POINT).index(1)]]
    greatest = np.zeros((len(batch), found.shape[1]), dtype=np.float32)
    np.maximum.at(greatest, batch.segment_message, found)
    return greatest


def _batches(model: Model, texts: Sequence[str]) -> Iterator[Batch]:
    from vocmine.language import identify
    from vocmine.segmentation import segment

    for first in range(0, len(texts), _BATCH):
        part = texts[first : first + _BATCH]
        langs = identify(part)
        segments = segment(part, langs)
        yield Batch.of_texts(part, segments, model.encoder.encode(part, *segments)[:2], langs)


def _texts(given: Any) -> list[str]:
    if isinstance(given, str | bytes):
        raise ValueError("Several texts are expected, got one string: put it in a list.")
    shape = getattr(given, "shape", (0,))
    if len(shape) != 1:
        raise ValueError(
            f"A list, Series or one-dimensional array of texts is expected, got shape {shape}: "
            "choose one column, as in table['texto']."
        )
    texts = list(given)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(
                f"Text {place} is a {type(text).__name__}, not a string: fill what is missing "
                "first, as in table['texto'].fillna('')."
            )
    return texts


@lru_cache(maxsize=4)
def _model(name: str, process: int) -> Model:
    """A model is loaded once in each process: a forked one cannot use its parent's threads."""
    return load_model(name)


@lru_cache(maxsize=4)
def _plugin_encoder(name: str, process: int) -> Encoder:
    from vocmine.plugins import load_plugins

    encoder: Encoder = load_plugins().get("encoder", name).create()
    return encoder
