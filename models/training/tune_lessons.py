"""What a tuned network teaches a smaller one: its vectors and the chances it gives each label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional
from tune_anchor import LEAST, unlike
from tune_batches import inputs_of
from tune_loss import TASK_WEIGHTS
from tune_network import MESSAGE_TASKS, SEGMENT_TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heads_data import Example
    from torch import Tensor
    from tune_batches import Encodings, Sample
    from tune_network import Inputs, Network, Outputs

_BATCH = 16
VECTORS = 4.0
"""Weight of one minus the cosine with the teacher's vectors."""
ALIKE = 0.5
"""Weight of finding the same segments alike."""


class Lessons:
    """Losses of a student that reads noisy text, against its teacher's answers on clean text.

    Args:
        teacher: A tuned network.
        encodings: Of the teacher's tokeniser.
        examples: The training set, whatever its labels.
    """

    def __init__(self, teacher: Network, encodings: Encodings, examples: Sequence[Example]) -> None:
        # Vector and logits in a row, float16 (hidden + labels,): of examples, of their segments.
        self._messages: dict[int, Tensor] = {}
        self._segments: dict[tuple[int, int], Tensor] = {}
        samples = encodings.samples(examples, range(len(examples)), None)
        samples.sort(key=lambda sample: len(sample.ids))
        teacher.eval()
        with torch.no_grad():
            for first in range(0, len(samples), _BATCH):
                part = samples[first : first + _BATCH]
                inputs = inputs_of(part, examples, encodings.pad)
                outputs = teacher(inputs)
                message = _joined(outputs.message, outputs.logits, MESSAGE_TASKS)
                segment = _joined(outputs.segment, outputs.logits, SEGMENT_TASKS)
                rows = [(sample.index, row) for sample in part for row in sample.rows]
                self._segments.update(zip(rows, segment, strict=True))
                self._messages.update(zip((s.index for s in part), message, strict=True))

    def losses(
        self, batch: Sequence[Sample], inputs: Inputs, outputs: Outputs
    ) -> dict[str, Tensor]:
        """How far the student is from the teacher: in vectors, in likeness, in labels."""
        message = torch.stack([self._messages[sample.index] for sample in batch]).float()
        made = _unlearned(outputs.message, outputs.logits, MESSAGE_TASKS, message)
        rows = [(sample.index, row) for sample in batch for row in sample.rows]
        known = [at for at, row in enumerate(rows) if row in self._segments]
        if len(known) < LEAST:
            return made
        chosen = torch.tensor(known)
        segments = torch.stack([self._segments[rows[at]] for at in known]).float()
        logits = {task: outputs.logits[task][chosen] for task in SEGMENT_TASKS}
        vectors = outputs.segment[chosen]
        found = _unlearned(vectors, logits, SEGMENT_TASKS, segments)
        made["taught vectors"] = made["taught vectors"] + found.pop("taught vectors")
        made["taught likeness"] = ALIKE * unlike(vectors, segments[:, : vectors.shape[1]])
        return {**made, **found}


def _joined(vectors: Tensor, logits: dict[str, Tensor], tasks: Sequence[str]) -> Tensor:
    return torch.cat([vectors, *(logits[task] for task in tasks)], dim=1).half()


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
