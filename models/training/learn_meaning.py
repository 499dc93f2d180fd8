"""Teach an encoder which segments tell of one problem, in one command.

    python models/training/learn_meaning.py --data DIR [--model voc-fast] [--branch RUN]
                                            [--released 2.1.0]

Reads `models/wordings` (one problem in many words), takes the states of some layers for every
segment, finds the directions in which wordings of one problem are alike, and gives the graph of
the encoder that `build_encoder.py` wrote a second output: the token states in those directions.
Token vectors stay as they are, to the last bit. `DIR` (or VOCMINE_DATA) is the data folder:
wordings that copy a text of `dev/` are left out.

With `--branch`, a run of `tune_meaning.py`, its layers are put beside those of the encoder, and the
output is the principal components of those directions and of the layers'.

With `--released`, encoder and heads of that version are the ones that go on, as the version that
`versions.py` names. Heads of the encoder fit the new one, because their vectors have not changed,
which is checked.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODELS = ROOT / "models" / "vocmine_models"
WORDINGS = ROOT / "models" / "wordings"
sys.path[:0] = [str(HERE), str(ROOT / "benchmarks")]

import numpy as np
import onnx
from encoder_card import card as encoder_card
from encoder_vocabulary import corpus_texts
from heads_card import card as heads_card
from heads_data import CopyFinder
from heads_sets import OWN_LICENCE
from meaning_branch import read_branch
from meaning_data import compose, read_wordings
from meaning_fit import Examples, fit, join, precision
from meaning_graph import with_meaning, with_states
from meaning_tokens import HALF, importance
from versions import VERSIONS

from vocmine.encoder import OnnxEncoder
from vocmine.model_files import sha256_of
from vocmine.models import SHIPPED
from vocmine.sketches import WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meaning_data import Composed
    from meaning_fit import FloatArray
    from meaning_graph import Branch

    from vocmine.plugin import Encoder

LAYERS = {"voc": (7, 8, 9, 10), "voc-fast": (-1, 0, 1)}
"""Layers whose states are used, from 0; -1 are the embeddings. The last of voc is left out: it was
tuned for labels, and says less of what a problem is than those before it."""
SEED = 20260101
HELD_OUT = 5
"""One problem in so many is held out when the directions are judged."""
_JUDGED = 2000
_BATCH = 512
_GRAPH = "encoder.onnx"


def main(arguments: list[str] | None = None) -> int:
    """Learn, judge on problems that were held out, write; return the exit code."""
    options = _options(arguments)
    folder, heads = (
        MODELS / name / (options.released or VERSIONS[options.model])
        for name in SHIPPED[options.model]
    )
    before = OnnxEncoder(folder)
    layers = LAYERS[options.model]
    wordings = read_wordings(WORDINGS)
    dev = CopyFinder(corpus_texts(Path(options.data) / "dev"))
    kept = [wording for wording in wordings if not dev.is_copy(wording.text)]
    tuned = read_branch(options.branch, _sources()) if options.branch else None
    branch = tuned.branch if tuned else None
    composed = compose(kept, seed=SEED)
    weight = importance(before, composed.texts, composed.langs)
    examples = examples_of(folder, composed, layers, branch, weight)
    plain = examples._replace(states=examples.states[:, : len(layers) * before.dim])
    judged = judge(plain, layers=len(layers))
    if tuned:
        weights = join(examples, layers=len(layers), width=WIDTH, projection=tuned.projection)
    else:
        weights = fit(examples, layers=len(layers), width=WIDTH)
    about = {
        "layers": list(layers),
        "problems": len(set(examples.problem.tolist())),
        "wordings": len(kept),
        "half_counts_at": HALF,
        "copies_of_dev_removed": len(wordings) - len(kept),
        "seed": SEED,
        "date": options.date,
        "precision_on_problems_held_out": judged,
        **({"branch": tuned.about} if tuned else {}),
    }
    new = MODELS / SHIPPED[options.model][0] / VERSIONS[options.model]
    write_encoder(folder, new, weights, about, _sources(), branch, weight)
    if heads.is_dir() and _read_meta(heads)["encoder"]["fingerprint"] == before.fingerprint:
        carry_heads(heads, heads.with_name(new.name), before, OnnxEncoder(new))
    print(json.dumps(about, indent=1), new, sep="\n", file=sys.stderr)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--model", choices=VERSIONS, default="voc")
    parser.add_argument("--branch", type=Path, help="run of tune_meaning.py; none: no branch")
    parser.add_argument("--released", help="version whose encoder and heads go on")
    parser.add_argument("--date", default=date.today().isoformat(), help="date of the figures")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    return options


def examples_of(
    folder: Path,
    composed: Composed,
    layers: Sequence[int],
    branch: Branch | None = None,
    weight: FloatArray | None = None,
) -> Examples:
    """States of every segment of messages made of wordings."""
    found = composed.segments
    with opened(folder, layers, branch, weight) as encoder:
        parts = []
        for first in range(0, len(composed.texts), _BATCH):
            texts = composed.texts[first : first + _BATCH]
            own = (found.message >= first) & (found.message < first + len(texts))
            spans = found.message[own] - first, found.start[own], found.end[own]
            parts.append(encoder.encode(texts, *spans))
            print(f"{first + len(texts)} of {len(composed.texts)} messages", file=sys.stderr)
    langs = np.array(composed.langs)[found.message]
    every = Examples(
        np.concatenate([part.meanings for part in parts]),
        np.concatenate([part.segment_vectors for part in parts]),
        composed.problem,
        langs,
        composed.wording,
    )
    return every.where(composed.problem != "")


@contextmanager
def opened(
    folder: Path,
    layers: Sequence[int],
    branch: Branch | None = None,
    weight: FloatArray | None = None,
) -> Iterator[OnnxEncoder]:
    """The encoder of a folder with the states of some layers as its second output."""
    with tempfile.TemporaryDirectory() as spare:
        graph, width = with_states(onnx.load(folder / _GRAPH), layers, branch, weight)
        copy = Path(spare) / "encoder"
        shutil.copytree(folder, copy)
        _write(copy, graph, _read_meta(folder) | {"meaning_dim": width})
        yield OnnxEncoder(copy)


def judge(examples: Examples, *, layers: int) -> dict[str, float]:
    """How well directions learnt from four fifths of the problems serve the others."""
    rng = np.random.default_rng(SEED)
    problems = np.unique(examples.problem)
    held_out = rng.permutation(problems)[: len(problems) // HELD_OUT]
    asked = np.isin(examples.problem, held_out)
    weights = fit(examples.where(~asked), layers=layers, width=WIDTH)
    others = examples.where(asked)
    some = np.zeros(len(others.problem), dtype=np.bool_)
    some[rng.permutation(len(some))[:_JUDGED]] = True
    judged = others.where(some)
    return {
        name: round(precision(rows, judged.problem, judged.wording), 4)
        for name, rows in (("meanings", judged.states @ weights), ("vectors", judged.vectors))
    }


def write_encoder(
    old: Path,
    new: Path,
    weights: FloatArray,
    about: Mapping[str, Any],
    sources: list[dict[str, str]],
    branch: Branch | None = None,
    weight: FloatArray | None = None,
) -> None:
    """Write the encoder of the folder `old` with its second output to the folder `new`."""
    if new != old:
        shutil.copytree(old, new, dirs_exist_ok=True)
    graph, width = with_meaning(onnx.load(old / _GRAPH), about["layers"], weights, branch, weight)
    meta = _read_meta(old)
    names = {source["name"] for source in sources}
    data = [entry for entry in meta["training_data"] if entry["name"] not in names]
    meta |= {
        "version": new.name,
        "meaning_dim": width,
        "meaning": dict(about),
        "training_data": data + sources,
    }
    written = _write(new, graph, meta)
    (new / "README.md").write_text(encoder_card(written), "utf-8", newline="\n")


def carry_heads(old: Path, new: Path, before: Encoder, after: Encoder) -> None:
    """Write heads of the encoder `before` for the encoder `after`, whose vectors are the same.

    Raises:
        SystemExit: They are not the same.
    """
    wordings = [wording.text for wording in read_wordings(WORDINGS)[::40]]
    none = np.zeros(0, dtype=np.int32)
    first, second = (
        each.encode(wordings, none, none, none).message_vectors for each in (before, after)
    )
    if not np.array_equal(first, second):
        raise SystemExit(f"The vectors of {after.name} have changed: its heads must be trained")
    if new != old:
        shutil.copytree(old, new, dirs_exist_ok=True)
    meta = _read_meta(old)
    meta["version"] = new.name
    meta["encoder"]["fingerprint"] = after.fingerprint
    text = json.dumps(meta, indent=1, ensure_ascii=False) + "\n"
    (new / "meta.json").write_text(text, "utf-8", newline="\n")
    (new / "README.md").write_text(heads_card(meta), "utf-8", newline="\n")


def _sources() -> list[dict[str, str]]:
    """The files of wordings as the card lists them."""
    return [
        {
            "name": f"wordings/{path.name}",
            "licence": OWN_LICENCE,
            "role": "teaches what a problem is",
            "sha256": sha256_of(path),
        }
        for path in sorted(WORDINGS.glob("*.jsonl"))
    ]


def _write(folder: Path, graph: onnx.ModelProto, meta: dict[str, Any]) -> dict[str, Any]:
    """Write the graph, and the description with its new hash; return the description."""
    path = folder / _GRAPH
    path.write_bytes(graph.SerializeToString(deterministic=True))
    meta["files"][_GRAPH] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    text = json.dumps(meta, ensure_ascii=False, indent=2) + "\n"
    (folder / "meta.json").write_text(text, "utf-8", newline="\n")
    return meta


def _read_meta(folder: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
    return meta


if __name__ == "__main__":
    raise SystemExit(main())
