"""Classifier heads: small networks on frozen vectors, run with numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.batch import FloatArray, IntArray

Code = str | int

MESSAGE_BLOCKS = ("message", "segment_mean", "segment_max")
"""Inputs a message head may ask for, each float32 (messages, dim)."""
SEGMENT_BLOCKS = ("segment", "message", "product", "previous", "next")
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
    """

    per: str
    inputs: tuple[str, ...]
    layers: tuple[tuple[FloatArray, FloatArray], ...]
    labels: tuple[Code, ...]
    temperature: float
    bias: FloatArray
    many: bool = False

    def probabilities(self, features: FloatArray) -> FloatArray:
        """Calibrated probabilities float32 (n, labels) of features float32 (n, inputs x dim)."""
        hidden = features
        for weights, offset in self.layers[:-1]:
            hidden = np.maximum(hidden @ weights + offset, 0.0)
        weights, offset = self.layers[-1]
        logits = (hidden @ weights + offset) / np.float32(self.temperature)
        return sigmoid(logits) if self.many else softmax(logits)

    def decide(self, probabilities: FloatArray) -> npt.NDArray[np.intp]:
        """Index of the chosen label of each row, intp (n,)."""
        scores = np.log(np.maximum(probabilities, 1e-12)) + self.bias
        return np.asarray(np.argmax(scores, axis=1))


class Heads:
    """All heads of one model folder. Immutable after loading, so threads may share it.

    Args:
        heads: Task name to head.
        fingerprint: Identifies the weights; results made with another one are stale.
        encoder_fingerprint: Of the encoder whose vectors the heads were trained on.
        dim: Length of a vector.
    """

    def __init__(
        self,
        heads: Mapping[str, Head],
        *,
        fingerprint: str,
        encoder_fingerprint: str,
        dim: int,
    ) -> None:
        self._heads = dict(heads)
        self.fingerprint = fingerprint
        self.encoder_fingerprint = encoder_fingerprint
        self.dim = dim

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks, in the model's order."""
        return tuple(self._heads)

    def labels(self, task: str) -> tuple[Code, ...]:
        """Codes a task chooses among, in the order of `Prediction.probabilities`.

        Raises:
            UsageError: When the model has no such task.
        """
        return self._head(task).labels

    def predict(
        self,
        task: str,
        message_vectors: FloatArray,
        segment_vectors: FloatArray | None = None,
        segment_message: IntArray | None = None,
    ) -> Prediction:
        """Choose one label for each message, or each segment, as the task says.

        Args:
            task: One of `tasks` that gives one label.
            message_vectors: float32 (messages, dim).
            segment_vectors: float32 (segments, dim); needed by every shipped head.
            segment_message: Row in `message_vectors` of each segment, ascending, int32 (segments,).

        Raises:
            UsageError: Unknown task, a task with several labels, missing or misshapen vectors.
        """
        head = self._head(task)
        if head.many:
            raise UsageError(f"Task '{task}' gives several labels.", "Call predict_many instead.")
        probabilities = self._probabilities(
            task, head, message_vectors, segment_vectors, segment_message
        )
        chosen = head.decide(probabilities)
        return Prediction(
            [head.labels[index] for index in chosen.tolist()],
            probabilities[np.arange(len(chosen)), chosen],
            probabilities,
        )

    def predict_many(
        self,
        task: str,
        message_vectors: FloatArray,
        segment_vectors: FloatArray | None = None,
        segment_message: IntArray | None = None,
    ) -> ManyPrediction:
        """Choose zero or more labels for each row; arguments and errors as in `predict`."""
        head = self._head(task)
        if not head.many:
            raise UsageError(f"Task '{task}' gives one label.", "Call predict instead.")
        probabilities = self._probabilities(
            task, head, message_vectors, segment_vectors, segment_message
        )
        rows, columns = np.nonzero(probabilities >= head.bias)
        return ManyPrediction(
            rows.astype(np.int32),
            [head.labels[index] for index in columns.tolist()],
            probabilities[rows, columns],
        )

    def _head(self, task: str) -> Head:
        try:
            return self._heads[task]
        except KeyError:
            raise UsageError(
                f"The model has no task '{task}'.", f"Use one of: {', '.join(self._heads)}."
            ) from None

    def _probabilities(
        self,
        task: str,
        head: Head,
        message_vectors: FloatArray,
        segment_vectors: FloatArray | None,
        segment_message: IntArray | None,
    ) -> FloatArray:
        for name, vectors in (("message", message_vectors), ("segment", segment_vectors)):
            if vectors is not None and (vectors.ndim != 2 or vectors.shape[1] != self.dim):
                raise UsageError(
                    f"Task '{task}' needs {name} vectors of shape (n, {self.dim}), "
                    f"got {vectors.shape}.",
                    f"List '{name}_vectors' in the analyzer's requires.",
                )
        if (head.per == "segment" or head.inputs != ("message",)) and (
            segment_vectors is None or segment_message is None
        ):
            raise UsageError(
                f"Task '{task}' needs segment vectors.",
                "Pass segment_vectors and segment_message.",
            )
        features = (
            segment_features(head.inputs, message_vectors, segment_vectors, segment_message)
            if head.per == "segment"
            else message_features(head.inputs, message_vectors, segment_vectors, segment_message)
        )
        return head.probabilities(features)


def message_features(
    blocks: Sequence[str],
    message_vectors: FloatArray,
    segment_vectors: FloatArray | None,
    segment_message: IntArray | None,
) -> FloatArray:
    """Inputs of a message head, float32 (messages, blocks x dim); `MESSAGE_BLOCKS` lists blocks.

    A message without segments counts as one segment: its own vector.
    """
    made = [_message_block(b, message_vectors, segment_vectors, segment_message) for b in blocks]
    return np.concatenate(made, axis=1)


def _message_block(
    block: str,
    message_vectors: FloatArray,
    segment_vectors: FloatArray | None,
    segment_message: IntArray | None,
) -> FloatArray:
    if block == "message" or segment_vectors is None or segment_message is None:
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
    segment_vectors: FloatArray | None,
    segment_message: IntArray | None,
) -> FloatArray:
    """Inputs of a segment head, float32 (segments, blocks x dim); `SEGMENT_BLOCKS` lists blocks.

    `previous` and `next` are the neighbours within the message, or the segment itself at its ends.
    """
    if segment_vectors is None or segment_message is None:
        raise UsageError("Segment features need segment vectors.", "Pass segment_vectors.")
    made = [_segment_block(b, message_vectors, segment_vectors, segment_message) for b in blocks]
    return np.concatenate(made, axis=1)


def _segment_block(
    block: str,
    message_vectors: FloatArray,
    segment_vectors: FloatArray,
    segment_message: IntArray,
) -> FloatArray:
    if block == "segment":
        return segment_vectors
    if block == "message":
        return message_vectors[segment_message]
    if block == "product":
        # Vectors have length 1: the square root of dim brings the products back to that scale.
        root = np.float32(np.sqrt(segment_vectors.shape[1]))
        return segment_vectors * message_vectors[segment_message] * root
    rows = np.arange(len(segment_message))
    step = -1 if block == "previous" else 1
    other = np.clip(rows + step, 0, max(len(rows) - 1, 0))
    same = segment_message[other] == segment_message
    return segment_vectors[np.where(same, other, rows)]


def softmax(logits: FloatArray) -> FloatArray:
    """Row-wise softmax, float32 (n, k)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Element-wise logistic function, float32 (n, k)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))), dtype=np.float32)
