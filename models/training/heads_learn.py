"""Learn every head: fit on the training set, choose its decision rule on held-out messages.

On a frozen encoder, the held-out messages are the gold messages of `dev/` and the real training
messages, each of these predicted by a model that did not see it (three folds). A tuned encoder has
seen the training messages, so for its heads only `dev/` is held out. Weights never see `dev/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from heads_data import EMOTIONS, Code, Example
from heads_features import SegmentRows, Vectors, segment_rows, segment_targets
from heads_fit import FloatArray, Layers, Recipe, fit, logits, two_sided
from heads_rules import many_rule_of, many_unseen, rule_of, unseen
from heads_words import build_vocabulary, fit_words, sparse_rows

from vocmine.catalogue import label_set
from vocmine.heads import Head, message_features, segment_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.lexical import Vocabulary

FOLDS = 3
IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Part:
    """Examples with vectors, rows of segments and word features (scipy CSR) of both kinds."""

    examples: Sequence[Example]
    vectors: Vectors
    rows: SegmentRows
    words: dict[str, Any]

    @classmethod
    def of(
        cls, examples: Sequence[Example], vectors: Vectors, vocabularies: dict[str, Vocabulary]
    ) -> Part:
        """A part with its rows and features worked out."""
        rows = segment_rows(examples, vectors)
        words = {
            "message": sparse_rows(vocabularies["message"], [e.text for e in examples]),
            "segment": sparse_rows(vocabularies["segment"], rows.texts),
        }
        return cls(examples, vectors, rows, words)


@dataclass(frozen=True, slots=True)
class Learned:
    """A head, and how its rule was found, for the card."""

    head: Head
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """What one head learns from or is judged on.

    Args:
        features: float32 (rows, inputs).
        words: scipy CSR (rows, vocabulary).
        target: Index of each row's label, intp (rows,).
        weights: float32 (rows,).
        owner: Example of each row, intp (rows,).
    """

    features: FloatArray
    words: Any
    target: IndexArray
    weights: FloatArray
    owner: IndexArray

    def take(self, chosen: IndexArray) -> Rows:
        """Some of the rows."""
        return Rows(
            self.features[chosen],
            self.words[chosen],
            self.target[chosen],
            self.weights[chosen],
            self.owner[chosen],
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """A model on vectors and one on words, each with its own logits."""

    layers: Layers
    words: FloatArray
    bias: FloatArray

    def logits(self, rows: Rows) -> FloatArray:
        """Logits of both models, float32 (2, rows, classes)."""
        by_words = rows.words @ self.words + self.bias
        return np.stack([logits(self.layers, rows.features), np.asarray(by_words)]).astype(
            np.float32
        )

    def mixed(self, share: float) -> tuple[Layers, FloatArray]:
        """One head whose logits are (1 - share) vectors + share words."""
        *first, (weights, bias) = self.layers
        last = ((1 - share) * weights, (1 - share) * bias + share * self.bias)
        return (*first, last), self.words * np.float32(share)


def vocabularies_of(examples: Sequence[Example], rows: SegmentRows) -> dict[str, Vocabulary]:
    """Vocabularies of messages and of segments, from the project's own labelled sets."""
    own = [example.text for example in examples if example.insights is not None]
    return {"message": build_vocabulary(own), "segment": build_vocabulary(rows.texts)}


def labels_of(task: str) -> tuple[Code, ...]:
    """Codes of a task in the catalogue's order."""
    if task in ("insight", "churn", "urgent"):
        return (0, 1)
    codes = label_set("emotion" if task == "emotions" else task).codes
    return tuple(map(int, codes)) if task in ("effort", "recommend", "polarity") else codes


def learn_single(
    task: str,
    per: str,
    recipe: Recipe,
    train: Part,
    dev: Part,
    *,
    seed: int,
    kept: Layers | None = None,
) -> Learned:
    """A head that gives one label; layers that are tuned already are `kept`."""
    make = message_rows if per == "message" else clause_rows
    labels = labels_of(task)
    learned, judged = make(task, recipe, train), make(task, recipe, dev)
    pair = fit_pair(learned, recipe, len(labels), seed, kept)
    held, rows = held_out(learned, recipe, train.examples, len(labels), seed, kept)
    scores = np.concatenate([held, pair.logits(judged)], axis=1)
    wanted = np.concatenate([learned.target[rows], judged.target])
    owner = np.concatenate([learned.owner[rows], judged.owner])
    mass = np.bincount(learned.target, weights=learned.weights, minlength=len(labels))
    prior = (mass / mass.sum()).astype(np.float32)

    rule = rule_of(task, scores, wanted, prior)
    mixed = pair.mixed(rule.share)
    return Learned(
        _head(per, recipe, mixed, labels, rule.temperature, rule.bias, many=False),
        {
            "rows": len(learned.target),
            "held_out": len(wanted),
            "words_share": rule.share,
            **rule.found,
            **unseen(task, scores, wanted, prior, owner),
        },
    )


def learn_emotions(
    recipe: Recipe, train: Part, dev: Part, *, seed: int, kept: Layers | None = None
) -> Learned:
    """The head of several labels: for each emotion, a model on vectors and one on words."""
    inputs, judged = message_inputs(recipe, train), message_inputs(recipe, dev)
    pairs, columns, truths = [], [], []
    for index, emotion in enumerate(EMOTIONS):
        own = emotion_rows(emotion, inputs, train)
        gold = emotion_rows(emotion, judged, dev)
        layers = _one_of_many(kept, index) if kept else None
        pair = fit_pair(own, recipe, 2, seed, layers)
        held, rows = held_out(own, recipe, train.examples, 2, seed, layers)
        # The real messages that are held out carry every emotion, so columns line up.
        scores = np.concatenate([held, pair.logits(gold)], axis=1)
        columns.append(scores[..., 1] - scores[..., 0])
        truths.append(np.concatenate([own.target[rows], gold.target]) == 1)
        owner = np.concatenate([own.owner[rows], gold.owner])
        pairs.append(pair)
    scores, truth = np.stack(columns, axis=2), np.stack(truths, axis=1)
    rule = many_rule_of(scores, truth)
    both = _side_by_side([pair.mixed(rule.share) for pair in pairs])
    return Learned(
        _head("message", recipe, both, EMOTIONS, rule.temperature, rule.thresholds, many=True),
        {
            "rows": len(train.examples),
            "held_out": len(truth),
            "words_share": rule.share,
            **many_unseen(scores, truth, owner),
        },
    )


def emotion_rows(emotion: str, inputs: FloatArray, part: Part) -> Rows:
    """Messages that say whether an emotion is expressed."""
    rows = np.asarray(
        [i for i, e in enumerate(part.examples) if emotion in e.emotions], dtype=np.intp
    )
    target = [int(part.examples[i].emotions[emotion]) for i in rows.tolist()]
    return Rows(
        inputs[rows],
        part.words["message"][rows],
        np.asarray(target, dtype=np.intp),
        _weights(part, rows),
        rows,
    )


def _one_of_many(layers: Layers, index: int) -> Layers:
    """One label of a head of several, as a head of two classes."""
    ((weights, bias),) = layers
    return (two_sided(weights[:, [index]], bias[[index]], 2),)


def fit_pair(
    rows: Rows, recipe: Recipe, classes: int, seed: int, layers: Layers | None = None
) -> Pair:
    """The model on vectors, if it is not there yet, and the model on words."""
    if layers is None:
        layers = fit(rows.features, rows.target, rows.weights, recipe, classes, seed)
    words, bias = fit_words(
        rows.words, rows.target, rows.weights, recipe.words_strength, recipe.balance, classes
    )
    return Pair(layers, words, bias)


def held_out(
    rows: Rows,
    recipe: Recipe,
    examples: Sequence[Example],
    classes: int,
    seed: int,
    kept: Layers | None = None,
) -> tuple[FloatArray, IndexArray]:
    """Logits of the rows of real messages, from models that saw none of that message.

    Layers that are `kept` were tuned on all of them, so none is held out.

    Returns:
        float32 (2, held-out rows, classes) and the rows they stand for.
    """
    real = np.asarray([is_real(examples[i]) for i in rows.owner.tolist()])
    parts, chosen_rows = [], []
    for fold in range(0 if kept else FOLDS):
        out = real & (rows.owner % FOLDS == fold)
        inside = np.flatnonzero(~out)
        if not out.any() or len(np.unique(rows.target[inside])) < classes:
            continue
        chosen = np.flatnonzero(out)
        pair = fit_pair(rows.take(inside), recipe, classes, seed)
        parts.append(pair.logits(rows.take(chosen)))
        chosen_rows.append(chosen)
    if not parts:
        return np.zeros((2, 0, classes), dtype=np.float32), np.zeros(0, dtype=np.intp)
    return np.concatenate(parts, axis=1), np.concatenate(chosen_rows)


def is_real(example: Example) -> bool:
    """Whether an example is one of the real posts labelled for the project."""
    return example.insights is not None and not example.source.startswith(("corpus/", "own/"))


def message_inputs(recipe: Recipe, part: Part) -> FloatArray:
    """Inputs of a message head for every example."""
    vectors = part.vectors
    return message_features(recipe.inputs, vectors.message, vectors.clause, vectors.clause_message)


def message_rows(task: str, recipe: Recipe, part: Part) -> Rows:
    """Rows of a message task: the examples that carry its label."""
    # A set that leaves several labels open says too little for a logistic regression.
    found = [(i, e.labels.get(task)) for i, e in enumerate(part.examples)]
    sure = [(i, c) for i, c in found if c is not None and not isinstance(c, frozenset)]
    rows = np.asarray([i for i, _ in sure], dtype=np.intp)
    codes = [code for _, code in sure]
    return Rows(
        message_inputs(recipe, part)[rows],
        part.words["message"][rows],
        _indices(codes, labels_of(task)),
        _weights(part, rows),
        rows,
    )


def clause_rows(task: str, recipe: Recipe, part: Part) -> Rows:
    """Rows of a segment task: quotes and clauses that carry its label."""
    chosen, codes = segment_targets(part.rows, task)
    features = segment_features(
        recipe.inputs, part.vectors.message, part.rows.vectors, part.rows.message
    )
    owner = part.rows.message[chosen].astype(np.intp)
    return Rows(
        features[chosen],
        part.words["segment"][chosen],
        _indices(codes, labels_of(task)),
        _weights(part, owner),
        owner,
    )


def _weights(part: Part, owner: IndexArray) -> FloatArray:
    return np.asarray([part.examples[i].weight for i in owner.tolist()], dtype=np.float32)


def _indices(codes: Sequence[Code], labels: Sequence[Code]) -> IndexArray:
    position = {label: index for index, label in enumerate(labels)}
    return np.asarray([position[code] for code in codes], dtype=np.intp)


def _side_by_side(heads: Sequence[tuple[Layers, FloatArray]]) -> tuple[Layers, FloatArray]:
    """Two-class heads as one head of independent labels: the log odds of each."""
    weights = [layers[0][0][:, 1] - layers[0][0][:, 0] for layers, _ in heads]
    biases = [layers[0][1][1] - layers[0][1][0] for layers, _ in heads]
    words = [each[:, 1] - each[:, 0] for _, each in heads]
    layer = (np.stack(weights, axis=1), np.asarray(biases, dtype=np.float32))
    return (layer,), np.stack(words, axis=1)


def _head(
    per: str,
    recipe: Recipe,
    mixed: tuple[Layers, FloatArray],
    labels: Sequence[Code],
    temperature: float,
    bias: FloatArray | list[float],
    *,
    many: bool,
) -> Head:
    layers, words = mixed
    return Head(
        per=per,
        inputs=recipe.inputs,
        layers=layers,
        labels=tuple(labels),
        temperature=round(temperature, 4),
        bias=np.asarray(bias, dtype=np.float32),
        many=many,
        words=words,
    )
