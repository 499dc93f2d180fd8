"""Where a head starts from: the base's weights, and for own categories those they map to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vocmine.training.gold import FRICTION

if TYPE_CHECKING:
    from vocmine.batch import FloatArray
    from vocmine.heads import Code, Head, Heads
    from vocmine.taxonomy import Taxonomy
    from vocmine.training.fit import Array, IndexArray
    from vocmine.training.rows import Encoded


@dataclass(frozen=True, slots=True)
class Start:
    """A head with a team's labels, before anything was learned.

    Args:
        head: Of the base, with a column for each of the team's labels.
        siblings: For each label, the first label that stands for the same code of the catalogue.
        given: Logits of the rows at hand, cooled, (rows, labels); see `at`.
    """

    head: Head
    siblings: IndexArray
    given: Array | None = None

    @property
    def labels(self) -> tuple[Code, ...]:
        """Labels in the order of the head's outputs."""
        return self.head.labels

    @property
    def bias(self) -> FloatArray:
        """Decision bias, or thresholds, of every label."""
        return self.head.bias

    def at(self, inputs: FloatArray, words: Any) -> Start:
        """The same with the logits of some rows; `inputs` are those of the last layer."""
        weights, bias = self.head.layers[-1]
        logits = inputs.astype(np.float64) @ weights + bias
        if words is not None:
            logits = logits + words @ self.head.words
        return replace(self, given=np.asarray(logits / self.head.temperature))

    def logits(self, rows: IndexArray, target: npt.NDArray[Any]) -> Array:
        """Cooled logits of some rows; labels that share a code share it as they do in `target`."""
        assert self.given is not None
        return np.asarray(self.given[rows] + self.shares(target))

    def shares(self, target: npt.NDArray[Any]) -> Array:
        """Log of each label's share among those that stand for the same code, (labels,)."""
        if self.head.many:
            return np.zeros(len(self.labels))
        counts = np.bincount(target, minlength=len(self.labels)) + 0.5
        groups = np.bincount(self.siblings, weights=counts, minlength=len(self.labels))
        return np.asarray(np.log(counts / groups[self.siblings]))

    def head_of(
        self, target: npt.NDArray[Any], change: tuple[Array, Array | None, Array] | None = None
    ) -> Head:
        """The head for labels as common as in `target`, with what was learned folded in.

        The base's decision bias undoes how common labels were where the base was trained; what was
        learned knows how common they are here, so it goes without.

        Args:
            change: Of the weights of inputs, of words and of the bias, in cooled logits.
        """
        if change is None and not self.head.told_as:
            return self.head
        head, heat = self.head, self.head.temperature
        weights, bias = head.layers[-1]
        words = head.words
        moved = bias + heat * self.shares(target)
        if change is not None:
            weights = np.asarray(weights + heat * change[0], dtype=np.float32)
            moved = moved + heat * change[2]
            if words is not None and change[1] is not None:
                words = np.asarray(words + heat * change[1], dtype=np.float32)
        layer = (weights, np.asarray(moved, dtype=np.float32))
        kept = head.bias if change is None or head.many else np.zeros_like(head.bias)
        return replace(head, layers=(*head.layers[:-1], layer), words=words, bias=kept)


def start_of(head: Head, base: Heads, taxonomy: Taxonomy | None, encoded: Encoded) -> Start:
    """Where the head of a task starts.

    With a taxonomy the labels are its codes, and those of ours that none of them maps to or that
    the labelled points use; each own code starts as the code it maps to.
    """
    if taxonomy is None:
        return Start(head, np.arange(len(head.labels), dtype=np.intp))
    used = {point.labels.get(FRICTION) for point in encoded.points}
    refined = {category.friction for category in taxonomy.categories}
    ours = [code for code in base.labels(FRICTION) if code not in refined or code in used]
    labels: tuple[Code, ...] = (*taxonomy.codes, *ours)
    told_as = tuple(taxonomy.friction_of(str(label)) for label in labels)
    columns = np.asarray(
        [_column(head, label, told) for label, told in zip(labels, told_as, strict=True)]
    )
    weights, bias = head.layers[-1]
    made = replace(
        head,
        layers=(*head.layers[:-1], (weights[:, columns], bias[columns])),
        words=None if head.words is None else head.words[:, columns],
        bias=head.bias[columns],
        labels=labels,
        told_as=told_as,
    )
    siblings = np.asarray([told_as.index(told) for told in told_as], dtype=np.intp)
    return Start(made, siblings)


def _column(head: Head, label: Code, told: str) -> int:
    """The base's column that a label starts from."""
    return head.labels.index(label if label in head.labels else told)
