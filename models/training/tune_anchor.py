"""Staying near the vectors that the encoder started with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from tune_batches import inputs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heads_data import Example
    from torch import Tensor
    from tune_batches import Encodings, Sample
    from tune_network import Inputs, Network, Outputs

_BATCH = 16
LEAST = 8
"""Segments of a batch that their similarities can be compared on."""


class Anchors:
    """A loss that keeps what is alike alike.

    Topics group segments by the similarity of their vectors, so labels alone must not decide it.

    Args:
        network: The encoder before any step.
        examples: The training set; those with labelled insights are anchored.
        weight: Of the loss.
    """

    def __init__(
        self, network: Network, encodings: Encodings, examples: Sequence[Example], weight: float
    ) -> None:
        self._weight = weight
        self._vectors: dict[tuple[int, int], Tensor] = {}  # of an example's row, float16 (hidden,)
        chosen = [i for i, example in enumerate(examples) if example.insights]
        samples = encodings.samples(examples, chosen, None)
        samples.sort(key=lambda sample: len(sample.ids))
        network.eval()
        with torch.no_grad():
            for first in range(0, len(samples), _BATCH):
                part = samples[first : first + _BATCH]
                inputs = inputs_of(part, examples, encodings.pad)
                _, vectors = network.vectors(inputs)
                rows = [(sample.index, row) for sample in part for row in sample.rows]
                self._vectors.update(zip(rows, vectors.half(), strict=True))

    def losses(
        self, batch: Sequence[Sample], inputs: Inputs, outputs: Outputs
    ) -> dict[str, Tensor]:
        """How unlike the start the similarities of the batch's anchored segments are."""
        segments = [(sample.index, row) for sample in batch for row in sample.rows]
        rows = [at for at, segment in enumerate(segments) if segment in self._vectors]
        if len(rows) < LEAST:
            return {}
        before = torch.stack([self._vectors[segments[at]] for at in rows]).float()
        return {"anchor": self._weight * unlike(outputs.segment[torch.tensor(rows)], before)}


def unlike(now: Tensor, before: Tensor) -> Tensor:
    """One minus the correlation of the segments' similarities now and at the start."""
    pairs = torch.triu_indices(len(now), len(now), offset=1)
    x = (now @ now.T)[pairs[0], pairs[1]]
    y = (before @ before.T)[pairs[0], pairs[1]]
    x, y = x - x.mean(), y - y.mean()
    made: Tensor = 1 - (x * y).sum() / (x.norm() * y.norm()).clamp_min(1e-6)
    return made
