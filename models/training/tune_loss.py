"""Losses of all tasks of a batch, with what is unknown left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional
from tune_network import MESSAGE_TASKS, SEGMENT_TASKS

if TYPE_CHECKING:
    from tune_batches import Labels, Targets
    from tune_network import Inputs

TASK_WEIGHTS = {
    "pqrs": 1.0,
    "sentiment": 1.0,
    "effort": 0.5,
    "churn": 0.4,
    "recommend": 0.4,
    "urgent": 0.4,
    "emotions": 3.0,
    "insight": 1.0,
    "polarity": 1.0,
    "friction": 1.2,
    "stage": 0.8,
    "pyramid": 0.8,
    "touchpoint": 0.8,
}
BALANCE = 0.3
"""Rare labels weigh (1 / frequency) to this power: 0 keeps frequencies, 1 evens them out."""


class Loss:
    """Mean negative log-likelihood of each task.

    A row with several allowed labels is right when their probabilities together are one.

    Args:
        labels: Of the training set; its counts set the weights of rare labels.
    """

    def __init__(self, labels: Labels) -> None:
        self._weights = {task: _label_weights(labels, task) for task in labels.index}

    def __call__(
        self, logits: dict[str, Tensor], targets: Targets, inputs: Inputs
    ) -> dict[str, Tensor]:
        """Loss of each task that has labels in the batch."""
        made: dict[str, Tensor] = {}
        for task in (*MESSAGE_TASKS, *SEGMENT_TASKS):
            if task == "emotions":
                value = _emotions(logits[task], targets)
            else:
                row = targets.weight[inputs.owner] if task in SEGMENT_TASKS else targets.weight
                value = _allowed(logits[task], targets.one[task], row, self._weights[task])
            if value is not None:
                made[task] = value
        return made


def _label_weights(labels: Labels, task: str) -> Tensor:
    counts = torch.from_numpy(labels.counts(task)).float().clamp_min(1.0)
    share = counts / counts.sum()
    weights = share**-BALANCE
    return weights / (share * weights).sum()


def _allowed(logits: Tensor, allowed: Tensor, row: Tensor, weights: Tensor) -> Tensor | None:
    known = allowed.any(dim=1)
    if not known.any():
        return None
    scores = functional.log_softmax(logits[known], dim=1)
    inside = scores.masked_fill(~allowed[known], float("-inf")).logsumexp(dim=1)
    share = allowed[known] / allowed[known].sum(dim=1, keepdim=True)
    return -(inside * row[known] * (share @ weights)).mean()


def _emotions(logits: Tensor, targets: Targets) -> Tensor | None:
    if not targets.known.any():
        return None
    each = functional.binary_cross_entropy_with_logits(logits, targets.emotions, reduction="none")
    weight = targets.known * targets.weight[:, None]
    return (each * weight).sum() / targets.known.sum()
