"""What `vocmine train` gains on the bank's example, and what its parts are worth.

python benchmarks/training.py            mean of three ways of dividing the messages

The table of docs/decisions/0009: base and adapted head of the own categories on the same held-out
messages, without words, from no base, and with fewer messages.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from vocmine.evaluation.gold import GoldMessage, read_gold
from vocmine.heads import Head, Heads
from vocmine.models import Model, load_model
from vocmine.plugin import ReadOptions
from vocmine.taxonomy import Taxonomy, read_taxonomy
from vocmine.training.adapt import adapt
from vocmine.training.gold import FRICTION, trainable_tasks, with_categories
from vocmine.training.rows import encode_rows

EXAMPLES = Path(__file__).parents[1] / "examples"
SEEDS = (0, 1, 2)


def with_friction(heads: Heads, head: Head) -> Heads:
    """The same heads with another one for friction."""
    return Heads(
        {task: heads.head(task) for task in heads.tasks} | {FRICTION: head},
        fingerprint=heads.fingerprint,
        encoder_fingerprint=heads.encoder_fingerprint,
        dim=heads.dim,
        vocabularies=heads.vocabularies,
    )


def show(name: str, model: Model, heads: Heads, messages: list[GoldMessage], own: Taxonomy) -> None:
    """Print accuracy and macro-F1 of base and adapted head."""
    encoded = encode_rows(model.encoder, messages)
    figures = []
    for seed in SEEDS:
        report = adapt(heads, encoded, own, seed=seed).reports[0]
        assert report.base is not None
        assert report.own is not None
        figures.append(
            (report.base.accuracy, report.base.macro_f1, report.own.accuracy, report.own.macro_f1)
        )
    base, base_f1, mine, mine_f1 = np.mean(figures, axis=0).tolist()
    print(f"{name:<24} base {base:.2f} / {base_f1:.2f}   own {mine:.2f} / {mine_f1:.2f}")


def main() -> None:
    """Train on the example in several ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="voc", help="model to start from")
    model = load_model(parser.parse_args().base)
    own = read_taxonomy(EXAMPLES / "taxonomia.toml")
    tasks = trainable_tasks(model.heads, own)
    messages = read_gold(EXAMPLES / "banco_etiquetado.csv", tasks, ReadOptions()).messages
    with_categories(messages)
    head = model.heads.head(FRICTION)
    weights, bias = head.layers[-1]
    nothing = replace(
        head,
        layers=(*head.layers[:-1], (weights * 0, bias * 0)),
        words=None if head.words is None else head.words * 0,
        bias=head.bias * 0,
    )
    show("change of the base", model, model.heads, messages, own)
    vectors = with_friction(model.heads, replace(head, words=None))
    show("vectors alone", model, vectors, messages, own)
    show("from nothing", model, with_friction(model.heads, nothing), messages, own)
    for count in (200, 100):
        show(f"{count} messages", model, model.heads, messages[:count], own)


if __name__ == "__main__":
    main()
