"""Train voc-heads from scratch, in one command.

    python models/training/train_heads.py --data DIR [--cache DIR]

`DIR` (or the environment variable VOCMINE_DATA) is the data folder: `corpus/`, `train/`, `dev/`.
Needs vocmine installed with its encoder; writes `models/vocmine_models/voc_heads/<version>/`.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "benchmarks")]

from heads_card import card
from heads_data import read_gold, with_clauses
from heads_features import encode, segment_rows
from heads_learn import Learned, Part, learn_emotions, learn_single, vocabularies_of
from heads_recipes import EMOTION_RECIPE, MESSAGE_RECIPES, PUBLIC_SETS, SEGMENT_RECIPES
from heads_sets import TrainingSet, read_training_set
from threadpoolctl import threadpool_limits

from vocmine.heads import Heads
from vocmine.heads_file import ARRAYS, SPECS, write_heads
from vocmine.model_files import sha256_of
from vocmine.models import load_encoder, load_heads_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vocmine.lexical import Vocabulary
    from vocmine.plugin import Encoder

VERSION = "1.0.0"
SEED = 20260101
COMMAND = "python models/training/train_heads.py --data DIR"


@dataclass(frozen=True, slots=True)
class Model:
    """All heads, the words they know and the set they were learned from."""

    heads: dict[str, Learned]
    vocabularies: dict[str, Vocabulary]
    training: TrainingSet


def learn(data: Path, encoder: Encoder, cache: Path | None) -> Model:
    """Learn every head."""
    training = read_training_set(data, public=PUBLIC_SETS, seed=SEED)
    examples = with_clauses(training.examples)
    vectors = encode(encoder, examples, cache)
    vocabularies = vocabularies_of(examples, segment_rows(examples, vectors))
    train = Part.of(examples, vectors, vocabularies)
    gold = with_clauses(read_gold(data))
    dev = Part.of(gold, encode(encoder, gold, cache), vocabularies)
    heads: dict[str, Learned] = {}
    for task, recipe in MESSAGE_RECIPES.items():
        heads[task] = learn_single(task, "message", recipe, train, dev, seed=SEED)
        print(task, heads[task].notes, flush=True)
    heads["emotions"] = learn_emotions(EMOTION_RECIPE, train, dev, seed=SEED)
    for task, recipe in SEGMENT_RECIPES.items():
        heads[task] = learn_single(task, "segment", recipe, train, dev, seed=SEED)
        print(task, heads[task].notes, flush=True)
    return Model(heads, vocabularies, training)


def heads_of(model: Model, encoder: Encoder) -> Heads:
    """The learned heads as the engine has them."""
    return Heads(
        {task: learned.head for task, learned in model.heads.items()},
        fingerprint="",  # of files that are not written yet
        encoder_fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        vocabularies=model.vocabularies,
    )


def describe(folder: Path, model: Model, encoder: Encoder) -> dict[str, Any]:
    """Contents of `meta.json`, without metrics yet."""
    heads, training = model.heads, model.training
    recipes = {**MESSAGE_RECIPES, "emotions": EMOTION_RECIPE, **SEGMENT_RECIPES}
    return {
        "name": "voc-heads",
        "version": VERSION,
        "kind": "heads",
        "licence": "Apache-2.0",
        "vocmine": ">=0.1,<1",
        "encoder": {
            "name": encoder.name,
            "fingerprint": encoder.fingerprint,
            "dim": encoder.dim,
        },
        "labels": {task: list(learned.head.labels) for task, learned in heads.items()},
        "training": {
            "date": datetime.now(UTC).date().isoformat(),
            "command": COMMAND,
            "seed": SEED,
            "sources": training.sources,
            "copies_of_dev_removed": training.copies,
            "repeats_removed": training.repeats,
            "recipes": {
                task: {**asdict(recipe), **heads[task].notes} for task, recipe in recipes.items()
            },
        },
        "files": {
            name: {
                "sha256": sha256_of(folder / name),
                "bytes": (folder / name).stat().st_size,
            }
            for name in (SPECS, ARRAYS)
        },
    }


def write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    """Write `meta.json` and the card made from it."""
    text = json.dumps(meta, indent=1, ensure_ascii=False) + "\n"
    (folder / "meta.json").write_text(text, "utf-8")
    (folder / "README.md").write_text(card(meta), "utf-8")


def main() -> None:
    """Train, write, judge on dev/, and write the figures into the card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--cache", type=Path, help="folder for vectors, outside the repository")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "models" / "vocmine_models" / "voc_heads" / VERSION
    )
    parser.add_argument("--no-baselines", action="store_true")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    data, cache = Path(options.data), options.cache
    encoder = load_encoder()
    # One thread: the products are small, and threads that wait for each other cost more.
    with threadpool_limits(1):
        model = learn(data, encoder, cache)
    options.out.mkdir(parents=True, exist_ok=True)
    write_heads(options.out, heads_of(model, encoder))
    meta = describe(options.out, model, encoder)
    write_meta(options.out, meta)

    from quality import evaluate

    loaded = load_heads_from(options.out, encoder_fingerprint=encoder.fingerprint)
    report = evaluate(encoder, loaded, data, cache=cache, baselines=not options.no_baselines)
    meta["metrics"] = report.as_json()
    write_meta(options.out, meta)
    print((options.out / "README.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
