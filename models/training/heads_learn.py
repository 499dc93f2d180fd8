"""Learn every head: fit on the training set, choose its decision rule on held-out messages.

The held-out messages are the gold messages of `dev/` and the real training messages, each of
these predicted by a model that did not see it (three folds). Weights never see `dev/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from heads_data import EMOTIONS, Code, Example
from heads_features import SegmentRows, Vectors, segment_rows, segment_targets
from heads_fit import FloatArray, Layers, Recipe, fit, logits
from heads_tune import (
    best_bias,
    best_temperature,
    best_temperature_many,
    best_threshold,
    f1_of,
    log_softmax,
    macro_f1,
    two_class_bias,
)

from vocmine.catalogue import label_set
from vocmine.heads import message_features, segment_features, sigmoid, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDS = 3
IndexArray = npt.NDArray[np.intp]
_GRID = np.linspace(0.05, 0.95, 91)


@dataclass(frozen=True, slots=True)
class Part:
    """Examples with vectors and rows of segments."""

    examples: Sequence[Example]
    vectors: Vectors
    rows: SegmentRows

    @classmethod
    def of(cls, examples: Sequence[Example], vectors: Vectors) -> Part:
        """A part with its segment rows worked out."""
        return cls(examples, vectors, segment_rows(examples, vectors))


@dataclass(frozen=True, slots=True)
class Learned:
    """A head ready to be written: `spec` goes to JSON, `layers` to safetensors."""

    layers: Layers
    spec: dict[str, Any]
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """What one head learns from or is judged on.

    Args:
        features: float32 (rows, inputs).
        codes: Label of each row.
        weights: float32 (rows,).
        owner: Example of each row, intp (rows,).
    """

    features: FloatArray
    codes: list[Code]
    weights: FloatArray
    owner: IndexArray


def labels_of(task: str) -> tuple[Code, ...]:
    """Codes of a task in the catalogue's order."""
    if task in ("insight", "churn", "urgent"):
        return (0, 1)
    codes = label_set("emotion" if task == "emotions" else task).codes
    return tuple(map(int, codes)) if task in ("effort", "recommend", "polarity") else codes


def learn_single(
    task: str, per: str, recipe: Recipe, train: Part, dev: Part, *, seed: int
) -> Learned:
    """A head that gives one label."""
    make = message_rows if per == "message" else clause_rows
    learned, judged = make(task, recipe, train), make(task, recipe, dev)
    labels = labels_of(task)
    target = _indices(learned.codes, labels)
    layers = fit(learned.features, target, learned.weights, recipe, len(labels), seed)

    held = held_out(learned, target, recipe, train.examples, len(labels), seed)
    rows = np.flatnonzero(~np.isnan(held[:, 0]))
    scores = np.concatenate([held[rows], logits(layers, judged.features)])
    wanted = np.concatenate([target[rows], _indices(judged.codes, labels)])
    temperature = best_temperature(scores, wanted)
    prior = np.bincount(target, weights=learned.weights, minlength=len(labels))
    bias, rule = decision_bias(task, scores / temperature, wanted, prior / prior.sum())
    return Learned(
        layers,
        _spec(per, recipe, layers, labels, temperature, bias, many=False),
        {"rows": len(target), "held_out": len(wanted), **rule},
    )


def decision_bias(
    task: str, scores: FloatArray, wanted: IndexArray, prior: FloatArray
) -> tuple[FloatArray, dict[str, float]]:
    """Bias of a head's labels and how it was found: a threshold for two classes, else tau."""
    if scores.shape[1] > 2:
        bias, tau = best_bias(log_softmax(scores), wanted, prior.astype(np.float32))
        return bias, {"tau": round(tau, 3)}
    positive = softmax(scores)[:, 1]
    threshold = best_threshold(
        positive,
        # The gate must find points; the rest of the two-class heads must be right on both.
        (lambda said: f1_of(wanted == 1, said))
        if task == "insight"
        else (lambda said: macro_f1(wanted, said.astype(np.intp), 2)),
        _GRID,
    )
    return two_class_bias(threshold), {"threshold": round(threshold, 3)}


def learn_emotions(recipe: Recipe, train: Part, dev: Part, *, seed: int) -> Learned:
    """The head of several labels: one logistic regression per emotion, side by side."""
    features = message_inputs(recipe, train)
    judged = message_inputs(recipe, dev)
    columns, biases, held, wanted, known = [], [], [], [], []
    for emotion in EMOTIONS:
        rows = np.asarray([i for i, e in enumerate(train.examples) if emotion in e.emotions])
        own = Rows(
            features[rows],
            [int(train.examples[i].emotions[emotion]) for i in rows.tolist()],
            np.asarray([train.examples[i].weight for i in rows.tolist()], dtype=np.float32),
            rows.astype(np.intp),
        )
        target = np.asarray(own.codes, dtype=np.intp)
        ((weights, bias),) = fit(own.features, target, own.weights, recipe, 2, seed)
        columns.append(weights[:, 1] - weights[:, 0])
        biases.append(bias[1] - bias[0])
        out = held_out(own, target, recipe, train.examples, 2, seed)
        scores = np.full(len(train.examples), np.nan, dtype=np.float32)
        scores[rows] = out[:, 1] - out[:, 0]
        truth = np.zeros(len(train.examples), dtype=bool)
        truth[rows] = target == 1
        held.append(scores)
        wanted.append(truth)
    layers = ((np.stack(columns, axis=1), np.asarray(biases, dtype=np.float32)),)
    scores = np.concatenate([np.stack(held, axis=1), logits(layers, judged)])
    truth = np.concatenate(
        [np.stack(wanted, axis=1), [[e.emotions[x] for x in EMOTIONS] for e in dev.examples]]
    )
    known = ~np.isnan(scores)
    temperature = best_temperature_many(scores, truth, known)
    probabilities = sigmoid(scores / temperature)
    thresholds = [
        best_threshold(
            probabilities[known[:, i], i],
            lambda said, i=i: f1_of(truth[known[:, i], i], said),  # type: ignore[misc]
            _GRID,
        )
        for i in range(len(EMOTIONS))
    ]
    return Learned(
        layers,
        _spec("message", recipe, layers, EMOTIONS, temperature, thresholds, many=True),
        {"rows": len(train.examples), "held_out": int(known.any(axis=1).sum())},
    )


def held_out(
    rows: Rows,
    target: IndexArray,
    recipe: Recipe,
    examples: Sequence[Example],
    classes: int,
    seed: int,
) -> FloatArray:
    """Logits of the rows of real messages, from models that saw none of that message.

    float32 (rows, classes), NaN for rows that are not of the project's real posts.
    """
    made = np.full((len(target), classes), np.nan, dtype=np.float32)
    real = np.asarray([is_real(examples[i]) for i in rows.owner.tolist()])
    for fold in range(FOLDS):
        out = real & (rows.owner % FOLDS == fold)
        kept = np.flatnonzero(~out)
        if not out.any() or len(np.unique(target[kept])) < classes:
            continue
        layers = fit(rows.features[kept], target[kept], rows.weights[kept], recipe, classes, seed)
        made[out] = logits(layers, rows.features[out])
    return made


def is_real(example: Example) -> bool:
    """Whether an example is one of the real posts labelled for the project."""
    return example.insights is not None and not example.source.startswith("corpus/")


def message_inputs(recipe: Recipe, part: Part) -> FloatArray:
    """Inputs of a message head for every example."""
    vectors = part.vectors
    return message_features(recipe.inputs, vectors.message, vectors.clause, vectors.clause_message)


def message_rows(task: str, recipe: Recipe, part: Part) -> Rows:
    """Rows of a message task: the examples that carry its label."""
    rows = np.asarray([i for i, e in enumerate(part.examples) if task in e.labels], dtype=np.intp)
    return Rows(
        message_inputs(recipe, part)[rows],
        [part.examples[i].labels[task] for i in rows.tolist()],
        np.asarray([part.examples[i].weight for i in rows.tolist()], dtype=np.float32),
        rows,
    )


def clause_rows(task: str, recipe: Recipe, part: Part) -> Rows:
    """Rows of a segment task: quotes and clauses that carry its label."""
    chosen, codes = segment_targets(part.rows, task)
    features = segment_features(
        recipe.inputs, part.vectors.message, part.rows.vectors, part.rows.message
    )
    owner = part.rows.message[chosen].astype(np.intp)
    weights = np.asarray([part.examples[i].weight for i in owner.tolist()], dtype=np.float32)
    return Rows(features[chosen], codes, weights, owner)


def _indices(codes: Sequence[Code], labels: Sequence[Code]) -> IndexArray:
    position = {label: index for index, label in enumerate(labels)}
    return np.asarray([position[code] for code in codes], dtype=np.intp)


def _spec(
    per: str,
    recipe: Recipe,
    layers: Layers,
    labels: Sequence[Code],
    temperature: float,
    bias: FloatArray | list[float],
    *,
    many: bool,
) -> dict[str, Any]:
    return {
        "per": per,
        "many": many,
        "inputs": list(recipe.inputs),
        "layers": len(layers),
        "labels": list(labels),
        "temperature": round(temperature, 4),
        "bias": [round(float(value), 4) for value in bias],
    }
