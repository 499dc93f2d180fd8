"""Quick scores of a network in training on labelled messages: the labels it finds likeliest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from tune_batches import Labels, inputs_of
from tune_network import SEGMENT_TASKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heads_data import Example
    from tune_batches import Encodings
    from tune_network import Network

_BATCH = 16


def progress(
    network: Network, encodings: Encodings, gold: Sequence[Example]
) -> dict[str, list[float]]:
    """Accuracy and macro-F1 of every task; of emotions micro-F1 and macro-F1 at one half.

    Segment tasks are judged on the labelled quotes, the gate on the clauses.
    """
    from sklearn.metrics import f1_score

    found = outputs(network, encodings, gold)
    made = {}
    for task, (logits, truth) in found.items():
        if not len(truth):
            continue
        if task == "emotions":
            said = logits > 0
            made[task] = [
                f1_score(truth, said, average=how, zero_division=0) for how in ("micro", "macro")
            ]
        else:
            best = logits.argmax(axis=1)
            macro = f1_score(truth, best, average="macro", zero_division=0)
            made[task] = [float((best == truth).mean()), macro]
    return {task: [round(float(v), 4) for v in values] for task, values in made.items()}


def outputs(
    network: Network, encodings: Encodings, examples: Sequence[Example]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Logits and truth of every task, row by row; rows without a label are left out."""
    labels = Labels(examples)
    samples = encodings.samples(examples, range(len(examples)), None)
    samples.sort(key=lambda sample: len(sample.ids))
    network.eval()
    rows: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    with torch.inference_mode():
        for first in range(0, len(samples), _BATCH):
            part = samples[first : first + _BATCH]
            inputs = inputs_of(part, examples, encodings.pad)
            logits = network(inputs).logits
            targets = labels.targets(part)
            for task, allowed in targets.one.items():
                known = allowed.any(dim=1)
                if task in SEGMENT_TASKS and task != "insight":
                    known &= ~inputs.clause
                truth = allowed[known].int().argmax(dim=1)
                rows.setdefault(task, []).append((logits[task][known].numpy(), truth.numpy()))
            rows.setdefault("emotions", []).append(
                (logits["emotions"].numpy(), targets.emotions.numpy())
            )
    return {
        task: (np.concatenate([a for a, _ in own]), np.concatenate([b for _, b in own]))
        for task, own in rows.items()
    }
