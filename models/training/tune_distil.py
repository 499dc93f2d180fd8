"""Distil a released model into a network of few layers, for volume.

    python models/training/tune_distil.py --data DIR --out RUN [--teacher voc]

The teacher is the model as it is released. The student starts from some of its layers, reads a
smaller vocabulary and noisy text, and learns from the labels and from the vectors and chances that
the teacher gives the clean text. Writes to `RUN` what `tune_encoder.py` writes.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

import torch
from released_weights import released_state
from tune_lessons import Lessons
from tune_network import Network
from tune_schedule import STUDENT
from tune_trainer import Material, Settings, Trainer, run_options, started
from tune_words import kept_words
from tuned_weights import TOKENIZER

from vocmine.models import SHIPPED, load_model, model_folder


def main(arguments: list[str] | None = None) -> None:
    """Read, let the teacher answer, train, write."""
    parser = run_options(
        __doc__, rate=3e-4, head_rate=1e-3, layer_decay=0.9, dropout=0.05, labelled=0.3
    )
    parser.add_argument("--teacher", choices=SHIPPED, default="voc", help="released model")
    parser.add_argument("--layers", type=int, nargs="+", default=[0, 11], help="of the teacher")
    parser.add_argument("--pieces", type=int, default=40_000, help="size of the vocabulary")
    options = started(parser, arguments)
    material = Material.read(options.data, options.limit)
    teacher = load_model(options.teacher)
    released = released_state(model_folder(SHIPPED[options.teacher][0]), teacher.heads)
    state = {name: torch.from_numpy(array.copy()) for name, array in released.items()}
    lessons = Lessons(teacher, material.examples)

    weights = material.weights
    encodings = material.encodings(options.out, options.data, options.pieces)
    words = torch.from_numpy(kept_words(weights, options.out / TOKENIZER))
    settings = Settings(
        layers=tuple(options.layers),
        rate=options.rate,
        head_rate=options.head_rate,
        layer_decay=options.layer_decay,
        dropout=options.dropout,
        order=options.order,
        labelled=options.labelled,
    )
    student = Network.of_tuned(weights, words, state, settings.layers, settings.dropout)
    notes = {
        "teacher": f"{teacher.name} {teacher.version}, heads {teacher.heads.fingerprint[:16]}",
        "pieces": options.pieces,
    }
    Trainer(student, encodings, material, STUDENT, settings, options.out, lessons, notes).run()


if __name__ == "__main__":
    main()
