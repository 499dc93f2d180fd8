"""Classifier heads on frozen vectors and words, run with numpy alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.batch import Batch, FloatArray, IntArray
    from vocmine.lexical import Vocabulary
    from vocmine.taxonomy import Taxonomy

Code = str | int

MESSAGE_BLOCKS = ("message", "segment_mean", "segment_max")
"""Inputs a message head may ask for, each float32 (messages, dim)."""
SEGMENT_BLOCKS = ("segment", "message")
"""Inputs a segment head may ask for, each float32 (segments, dim)."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One label for each row.

    Args:
        codes: Chosen code of each row, `str` or `int` as in the label set, length n.
        confidence: Calibrated probability of the chosen code, float32 (n,).
        probabilities: Calibrated probability of every code, in the order of `Heads.labels(task)`,
            float32 (n, labels). The chosen code need not be the most probable one: rare labels
            carry a decision bias chosen on development data.
    """

    codes: list[Code]
    confidence: FloatArray
    probabilities: FloatArray


class ManyPrediction(NamedTuple):
    """Zero or more labels for each row, one entry per label given.

    Args:
        row: Index of the row the label belongs to, ascending, int32 (entries,).
        codes: The labels, length entries.
        confidence: Calibrated probability of each label, float32 (entries,).
    """

    row: IntArray
    codes: list[Code]
    confidence: FloatArray


@dataclass(frozen=True, slots=True)
class Head:
    """One task: which inputs it reads, its layers, its labels and its decision rule.

    Args:
        per: `message` or `segment`: what a row is.
        inputs: Names of input blocks, concatenated in this order.
        layers: (weights float32 (in, out), bias float32 (out,)); ReLU between layers.
        labels: Codes in the order of the last layer's outputs.
        temperature: Logits are divided by it before they become probabilities.
        bias: One label: added to log probabilities before the largest wins. Several labels:
            the threshold each probability must reach. float32 (labels,).
        many: Several labels per row (sigmoid) instead of one (softmax).
        words: Weights of the words and pieces of words of `Heads.vocabularies[per]`, added to
            the last layer's outputs, float32 (features, labels); None for vectors alone.
        told_as: The code of the catalogue that each label stands for, where some labels are a
            team's own; empty when the labels are codes themselves.
    """

    per: str
    inputs: tuple[str, ...]
    layers: tuple[tuple[FloatArray, FloatArray], ...]
    labels: tuple[Code, ...]
    temperature: float
    bias: FloatArray
    many: bool = False
    words: FloatArray | None = None
    told_as: tuple[Code, ...] = ()

    @property
    def codes(self) -> tuple[Code, ...]:
        """Codes of the catalogue that the head chooses among."""
        return tuple(dict.fromkeys(self.told_as)) or self.labels

    def folded(self, probabilities: FloatArray) -> FloatArray:
        """Probability of every code of `codes`, of those of every label: float32 (n, codes)."""
        if not self.told_as:
            return probabilities
        codes = self.codes
        summed = np.zeros((len(probabilities), len(codes)), dtype=np.float32)
        for column, code in enumerate(self.told_as):
            summed[:, codes.index(code)] += probabilities[:, column]
        return summed

    def hidden(self, features: FloatArray) -> FloatArray:
        """Inputs of the last layer, float32 (n, width)."""
        hidden = features
        for weights, offset in self.layers[:-1]:
            hidden = np.maximum(hidden @ weights + offset, 0.0)
        return hidden

    def logits(self, features: FloatArray) -> FloatArray:
        """Outputs of the last layer, float32 (n, labels), of features float32 (n, inputs x dim)."""
        weights, offset = self.layers[-1]
        return np.asarray(self.hidden(features) @ weights + offset, dtype=np.float32)

    def probabilities(self, logits: FloatArray) -> FloatArray:
        """Calibrated probabilities, float32 (n, labels)."""
        cooled = logits / np.float32(self.temperature)
        return sigmoid(cooled) if self.many else softmax(cooled)

    def decide(self, probabilities: FloatArray) -> npt.NDArray[np.intp]:
        """Index of the chosen label of each row, intp (n,).

        Where labels are a team's own, the code comes first, with the chances of all its labels
        together, and then its likeliest label: how finely a code is divided must not cost it.
        """
        scores = np.log(np.maximum(probabilities, 1e-12)) + self.bias
        if self.told_as:
            first = [self.told_as.index(code) for code in self.codes]
            sums = np.log(np.maximum(self.folded(probabilities), 1e-12)) + self.bias[first]
            place = np.asarray([self.codes.index(code) for code in self.told_as], dtype=np.intp)
            scores = np.where(place[None, :] == np.argmax(sums, axis=1)[:, None], scores, -np.inf)
        return np.asarray(np.argmax(scores, axis=1))


class Heads:
    """All heads of one model folder. Immutable after loading, so threads may share it.

    Args:
        heads: Task name to head.
        fingerprint: Identifies the weights; results made with another one are stale.
        encoder_fingerprint: Of the encoder whose vectors the heads were trained on.
        dim: Length of a vector.
        vocabularies: Words that heads know, for `message` and `segment`.
        taxonomy: A team's own categories, which refine friction.
    """

    def __init__(
        self,
        heads: Mapping[str, Head],
        *,
        fingerprint: str,
        encoder_fingerprint: str,
        dim: int,
        vocabularies: Mapping[str, Vocabulary] | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> None:
        self._heads = dict(heads)
        self.fingerprint = fingerprint
        self.encoder_fingerprint = encoder_fingerprint
        self.dim = dim
        self.vocabularies = dict(vocabularies or {})
        self.taxonomy = taxonomy
        self._words, self._columns = _side_by_side(self._heads)
        self._last = threading.local()

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks, in the model's order."""
        return tuple(self._heads)

    def labels(self, task: str) -> tuple[Code, ...]:
        """Codes a task chooses among, in the order of `Prediction.probabilities`.

        Raises:
            UsageError: When the model has no such task.
        """
        return self.head(task).codes

    def predict(self, task: str, batch: Batch) -> Prediction:
        """Choose one label for each message, or each segment, as the task says.

        Args:
            task: One of `tasks` that gives one label.
            batch: Its texts, segments and vectors are read.

        Raises:
            UsageError: Unknown task, a task with several labels, or a batch without vectors of
                the encoder's length.
        """
        head = self.head(task)
        if head.many:
            raise UsageError(f"Task '{task}' gives several labels.", "Call predict_many instead.")
        probabilities = self.probabilities(task, batch)
        chosen = head.decide(probabilities)
        codes = [(head.told_as or head.labels)[index] for index in chosen.tolist()]
        folded = head.folded(probabilities)
        column = {code: index for index, code in enumerate(head.codes)}
        places = np.asarray([column[code] for code in codes], dtype=np.intp)
        return Prediction(codes, folded[np.arange(len(codes)), places], folded)

    def predict_many(self, task: str, batch: Batch) -> ManyPrediction:
        """Choose zero or more labels for each row; arguments and errors as in `predict`."""
        head = self.head(task)
        if not head.many:
            raise UsageError(f"Task '{task}' gives one label.", "Call predict instead.")
        probabilities = self.probabilities(task, batch)
        rows, columns = np.nonzero(probabilities >= head.bias)
        return ManyPrediction(
            rows.astype(np.int32),
            [head.labels[index] for index in columns.tolist()],
            probabilities[rows, columns],
        )

    def head(self, task: str) -> Head:
        """The head of a task.

        Raises:
            UsageError: When the model has no such task.
        """
        try:
            return self._heads[task]
        except KeyError:
            raise UsageError(
                f"The model has no task '{task}'.", f"Use one of: {', '.join(self._heads)}."
            ) from None

    def probabilities(self, task: str, batch: Batch) -> FloatArray:
        """Calibrated probability of every label of a head, own ones included: float32 (n, labels).

        Raises:
            UsageError: As `predict`.
        """
        head = self.head(task)
        for name in ("message_vectors", "segment_vectors"):
            vectors = getattr(batch, name)
            if vectors.ndim != 2 or vectors.shape[1] != self.dim:
                raise UsageError(
                    f"Task '{task}' needs {name} of shape (n, {self.dim}), got {vectors.shape}.",
                    f"List '{name}' in the analyzer's requires.",
                )
        made = segment_features if head.per == "segment" else message_features
        logits = head.logits(
            made(head.inputs, batch.message_vectors, batch.segment_vectors, batch.segment_message)
        )
        if head.words is not None:
            logits += self._word_logits(head.per, batch)[:, self._columns[task]]
        return head.probabilities(logits)

    def _word_logits(self, per: str, batch: Batch) -> FloatArray:
        """Share of the words in the logits of every task, once per batch: float32 (rows, …)."""
        last = self._last
        # Analyzers and insight assembly ask for one batch after the other, in the same thread.
        if getattr(last, "batch", None) is not batch:
            last.batch, last.logits = batch, {}
        if per not in last.logits:
            texts = batch.texts if per == "message" else batch.segment_texts
            last.logits[per] = self.vocabularies[per].features(texts).dot(self._words[per])
        made: FloatArray = last.logits[per]
        return made


def _side_by_side(heads: Mapping[str, Head]) -> tuple[dict[str, FloatArray], dict[str, slice]]:
    """Word weights of all heads in one matrix per kind of row, and the columns of each head."""
    parts: dict[str, list[FloatArray]] = {}
    columns: dict[str, slice] = {}
    for task, head in heads.items():
        if head.words is not None:
            own = parts.setdefault(head.per, [])
            first = sum(part.shape[1] for part in own)
            own.append(head.words)
            columns[task] = slice(first, first + head.words.shape[1])
    return {per: np.concatenate(own, axis=1) for per, own in parts.items()}, columns


def message_features(
    blocks: Sequence[str],
    message_vectors: FloatArray,
    segment_vectors: FloatArray,
    segment_message: IntArray,
) -> FloatArray:
    """Inputs of a message head, float32 (messages, blocks x dim); `MESSAGE_BLOCKS` lists blocks.

    A message without segments counts as one segment: its own vector.
    """
    made = [_message_block(b, message_vectors, segment_vectors, segment_message) for b in blocks]
    return np.concatenate(made, axis=1)


def _message_block(
    block: str,
    message_vectors: FloatArray,
    segment_vectors: FloatArray,
    segment_message: IntArray,
) -> FloatArray:
    if block == "message":
        return message_vectors
    pooled = message_vectors.copy()
    owners, first = np.unique(segment_message, return_index=True)
    if len(owners) == 0:
        return pooled
    if block == "segment_max":
        pooled[owners] = np.maximum.reduceat(segment_vectors, first, axis=0)
    else:
        counts = np.diff(np.append(first, len(segment_message)))[:, None]
        pooled[owners] = np.add.reduceat(segment_vectors, first, axis=0) / counts
    return pooled


def segment_features(
    blocks: Sequence[str],
    message_vectors: FloatArray,
    segment_vectors: FloatArray,
    segment_message: IntArray,
) -> FloatArray:
    """Inputs of a segment head, float32 (segments, blocks x dim); `SEGMENT_BLOCKS` lists blocks."""
    made = [
        segment_vectors if block == "segment" else message_vectors[segment_message]
        for block in blocks
    ]
    return np.concatenate(made, axis=1)


def softmax(logits: FloatArray) -> FloatArray:
    """Row-wise softmax, float32 (n, k)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Element-wise logistic function, float32 (n, k)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))), dtype=np.float32)
