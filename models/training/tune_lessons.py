"""What a released model teaches a smaller network: its vectors and the chances it gives labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from heads_features import as_batch, encode
from heads_learn import labels_of
from torch.nn import functional
from tune_anchor import LEAST, unlike
from tune_loss import TASK_WEIGHTS
from tune_network import MESSAGE_TASKS, SEGMENT_TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heads_data import Example
    from heads_fit import FloatArray
    from torch import Tensor
    from tune_batches import Sample
    from tune_network import Inputs, Outputs

    from vocmine.batch import Batch
    from vocmine.heads import Heads
    from vocmine.models import Model

_BATCH = 512
_TINY = 1e-6
VECTORS = 4.0
"""Weight of one minus the cosine with the teacher's vectors."""
ALIKE = 0.5
"""Weight of finding the same segments alike."""


class Lessons:
    """Losses of a student that reads noisy text, against its teacher's answers on clean text.

    The teacher is the model as its users have it, words, temperatures and all: what it says is
    better than what its network alone says.

    Args:
        teacher: A released model.
        examples: The training set with clauses, whatever its labels.
    """

    def __init__(self, teacher: Model, examples: Sequence[Example]) -> None:
        # Vector and log chances in a row, float16 (hidden + labels,): of examples, of segments.
        self._messages: dict[int, Tensor] = {}
        self._segments: dict[tuple[int, int], Tensor] = {}
        order = sorted(range(len(examples)), key=lambda index: len(examples[index].text))
        for first in range(0, len(order), _BATCH):
            self._ask(teacher, examples, order[first : first + _BATCH])

    def _ask(self, teacher: Model, examples: Sequence[Example], chosen: Sequence[int]) -> None:
        part = [examples[index] for index in chosen]
        vectors = encode(teacher.encoder, part, None)
        clauses = as_batch(part, vectors)
        quotes = as_batch(part, vectors, quotes=True)
        messages = _answers(teacher.heads, clauses, MESSAGE_TASKS, vectors.message)
        self._messages.update(zip(chosen, messages, strict=True))
        owners = (vectors.clause_message, vectors.quote_message)
        before = [0] * len(part)  # a quote's row comes after the clauses of its example
        for batch, owner, found in zip(
            (clauses, quotes), owners, (vectors.clause, vectors.quote), strict=True
        ):
            rows = _answers(teacher.heads, batch, SEGMENT_TASKS, found)
            for at, row in zip(owner.tolist(), rows, strict=True):
                self._segments[chosen[at], before[at]] = row
                before[at] += 1

    def losses(
        self, batch: Sequence[Sample], inputs: Inputs, outputs: Outputs
    ) -> dict[str, Tensor]:
        """How far the student is from the teacher: in vectors, in likeness, in labels."""
        message = torch.stack([self._messages[sample.index] for sample in batch]).float()
        made = _unlearned(outputs.message, outputs.logits, MESSAGE_TASKS, message)
        rows = [(sample.index, row) for sample in batch for row in sample.rows]
        if len(rows) < LEAST:
            return made
        segments = torch.stack([self._segments[row] for row in rows]).float()
        found = _unlearned(outputs.segment, outputs.logits, SEGMENT_TASKS, segments)
        made["taught vectors"] = made["taught vectors"] + found.pop("taught vectors")
        vectors = outputs.segment
        made["taught likeness"] = ALIKE * unlike(vectors, segments[:, : vectors.shape[1]])
        return {**made, **found}


def _answers(heads: Heads, batch: Batch, tasks: Sequence[str], vectors: FloatArray) -> Tensor:
    """Vectors and log chances of every task side by side, float16 (rows, hidden + labels)."""
    parts = [vectors]
    for task in tasks:
        head = heads.head(task)
        order = [head.labels.index(code) for code in labels_of(task)] if not head.many else ...
        chance = np.clip(heads.probabilities(task, batch)[:, order], _TINY, 1 - _TINY)
        parts.append(np.log(chance) - np.log1p(-chance) if head.many else np.log(chance))
    return torch.from_numpy(np.concatenate(parts, axis=1)).half()


def _unlearned(
    vectors: Tensor, logits: dict[str, Tensor], tasks: Sequence[str], taught: Tensor
) -> dict[str, Tensor]:
    sizes = [vectors.shape[1], *(logits[task].shape[1] for task in tasks)]
    wanted, *answers = torch.split(taught, sizes, dim=1)
    made = {"taught vectors": VECTORS * (1 - (vectors * wanted).sum(dim=1)).mean()}
    for task, answer in zip(tasks, answers, strict=True):
        if task == "emotions":
            chance = answer.sigmoid()
            value = functional.binary_cross_entropy_with_logits(logits[task], chance)
        else:
            value = functional.kl_div(
                functional.log_softmax(logits[task], dim=1),
                functional.log_softmax(answer, dim=1),
                reduction="batchmean",
                log_target=True,
            )
        made[f"taught {task}"] = TASK_WEIGHTS[task] * value
    return made
