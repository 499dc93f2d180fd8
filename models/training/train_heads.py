"""Make the heads of an encoder, in one command.

    python models/training/train_heads.py --data DIR --tuned RUN [--model voc-fast] [--cache DIR]

`DIR` (or the environment variable VOCMINE_DATA) is the data folder: `corpus/`, `train/`, `dev/`.
`RUN` is the run that tuned the encoder: its heads are kept, logistic regressions on words are mixed
in, and `dev/` chooses the shares, temperatures and thresholds. Without `--tuned` the heads are
logistic regressions on the encoder's vectors too. Needs vocmine installed with the encoder that
`build_encoder.py` wrote; writes `models/vocmine_models/voc_heads/<version>/`.
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
MODELS = ROOT / "models" / "vocmine_models"
sys.path[:0] = [str(HERE), str(ROOT / "benchmarks")]

from heads_card import card
from heads_data import read_gold, with_clauses
from heads_features import encode, no_vectors, segment_rows
from heads_learn import Learned, Part, learn_emotions, learn_single, vocabularies_of
from heads_recipes import EMOTION_RECIPE, MESSAGE_RECIPES, PUBLIC_SETS, SEGMENT_RECIPES
from heads_sets import TrainingSet, read_training_set
from threadpoolctl import threadpool_limits
from tuned_weights import TUNED, Tuned, read_tuned
from versions import VERSIONS

from vocmine.encoder import OnnxEncoder
from vocmine.heads import Heads
from vocmine.heads_file import ARRAYS, SPECS, write_heads
from vocmine.model_files import sha256_of
from vocmine.models import SHIPPED, load_heads_from, model_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heads_fit import Layers

    from vocmine.lexical import Vocabulary
    from vocmine.plugin import Encoder

SEED = 20260101


@dataclass(frozen=True, slots=True)
class Model:
    """All heads, the words they know and the set they were learned from."""

    heads: dict[str, Learned]
    vocabularies: dict[str, Vocabulary]
    training: TrainingSet
    tuned: Tuned | None


def learn(data: Path, encoder: Encoder, cache: Path | None, tuned: Tuned | None) -> Model:
    """Learn every head, or what a tuned one lacks."""
    training = read_training_set(data, public=PUBLIC_SETS, seed=SEED)
    examples = with_clauses(training.examples)
    # A tuned network has learned from the vectors already: what is left to learn are words.
    vectors = no_vectors(examples, encoder.dim) if tuned else encode(encoder, examples, cache)
    vocabularies = vocabularies_of(examples, segment_rows(examples, vectors))
    train = Part.of(examples, vectors, vocabularies)
    gold = with_clauses(read_gold(data))
    dev = Part.of(gold, encode(encoder, gold, cache), vocabularies)

    def layers(task: str) -> Layers | None:
        return tuned.head(task) if tuned else None

    heads: dict[str, Learned] = {}
    for task, recipe in MESSAGE_RECIPES.items():
        heads[task] = learn_single(
            task, "message", recipe, train, dev, seed=SEED, kept=layers(task)
        )
        print(task, heads[task].notes, flush=True)
    heads["emotions"] = learn_emotions(
        EMOTION_RECIPE, train, dev, seed=SEED, kept=layers("emotions")
    )
    for task, recipe in SEGMENT_RECIPES.items():
        heads[task] = learn_single(
            task, "segment", recipe, train, dev, seed=SEED, kept=layers(task)
        )
        print(task, heads[task].notes, flush=True)
    return Model(heads, vocabularies, training, tuned)


def heads_of(model: Model, encoder: Encoder) -> Heads:
    """The learned heads as the engine has them."""
    return Heads(
        {task: learned.head for task, learned in model.heads.items()},
        fingerprint="",  # of files that are not written yet
        encoder_fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        vocabularies=model.vocabularies,
    )


def describe(folder: Path, model: Model, encoder: Encoder, name: str) -> dict[str, Any]:
    """Contents of `meta.json`, without metrics yet; `name` is what `--model` takes."""
    heads, training, tuned = model.heads, model.training, model.tuned
    recipes = {**MESSAGE_RECIPES, "emotions": EMOTION_RECIPE, **SEGMENT_RECIPES}
    return {
        "name": SHIPPED[name][1].replace("_", "-"),
        "version": VERSIONS[name],
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
            "command": f"python models/training/train_heads.py --data DIR --model {name}"
            + (" --tuned RUN" if tuned else ""),
            "seed": SEED,
            # Words learn from some of the sets that a tuned network learns from.
            "sources": tuned.about["sources"] if tuned else training.sources,
            "tuned": tuned is not None,
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


def _check_same_run(encoder: Path, tuned: Tuned) -> None:
    """Heads fit the vectors of the encoder that was tuned with them, and of no other."""
    meta = json.loads((encoder / "meta.json").read_text("utf-8"))
    if meta.get("tuning", {}).get("sha256") != sha256_of(tuned.folder / TUNED):
        raise SystemExit(f"{encoder} was not built from {tuned.folder}: run build_encoder.py first")


def main() -> None:
    """Train, write, judge on dev/, and write the figures into the card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--cache", type=Path, help="folder for vectors, outside the repository")
    parser.add_argument("--tuned", type=Path, help="folder of the run that tuned the encoder")
    parser.add_argument("--model", choices=VERSIONS, default="voc", help="whose heads they are")
    parser.add_argument("--encoder", type=Path, help="folder of the encoder; default: the model's")
    parser.add_argument("--out", type=Path, help="folder to write; default: the model's")
    parser.add_argument("--no-baselines", action="store_true")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    data, cache = Path(options.data), options.cache
    folders = SHIPPED[options.model]
    folder = options.encoder or model_folder(folders[0])
    tuned = read_tuned(options.tuned) if options.tuned else None
    if tuned is None and options.out is None:
        parser.error("heads that are not tuned take no shipped ones' place: give --out")
    if tuned is not None:
        _check_same_run(folder, tuned)
    encoder = OnnxEncoder(folder)
    options.out = options.out or MODELS / folders[1] / VERSIONS[options.model]
    # One thread: the products are small, and threads that wait for each other cost more.
    with threadpool_limits(1):
        model = learn(data, encoder, cache, tuned)
    options.out.mkdir(parents=True, exist_ok=True)
    write_heads(options.out, heads_of(model, encoder))
    meta = describe(options.out, model, encoder, options.model)
    write_meta(options.out, meta)

    from quality import evaluate

    loaded = load_heads_from(options.out, encoder_fingerprint=encoder.fingerprint)
    report = evaluate(encoder, loaded, data, cache=cache, baselines=not options.no_baselines)
    meta["metrics"] = report.as_json()
    write_meta(options.out, meta)
    print((options.out / "README.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
