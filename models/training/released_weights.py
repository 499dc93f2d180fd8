"""A released model as the parameters of a network, which a smaller one starts from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import numpy_helper
from tuned_weights import MATRICES, NORMS, SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heads_fit import FloatArray

    from vocmine.heads import Heads


def released_state(encoder: Path, heads: Heads) -> dict[str, FloatArray]:
    """Parameters by name, float32, as `tune_network.Network` has them; 8-bit matrices to float.

    Args:
        encoder: Folder of an encoder that `build_encoder.py` wrote.
        heads: Its heads. Their share of words has no place in a network and is left out.
    """
    graph = onnx.load(encoder / "encoder.onnx").graph
    arrays = {made.name: numpy_helper.to_array(made) for made in graph.initializer}
    state: dict[str, FloatArray] = {
        "places": arrays["positions"],
        "ln.weight": arrays["emb.ln.w"],
        "ln.bias": arrays["emb.ln.b"],
    }
    # Layers beside those of the network, for what segments mean, have longer names.
    depth = sum(re.fullmatch(r"l\d+\.qkv\.b", name) is not None for name in arrays)
    for layer in range(depth):
        state.update(
            {f"layers.{layer}.{n}": v for n, v in layer_state(arrays, f"l{layer}").items()}
        )
    for task in heads.tasks:
        (weights, bias), *more = heads.head(task).layers
        assert not more, "heads of a tuned encoder have one layer"
        state[f"heads.{task}.weight"] = weights.T / np.float32(SCALE)
        state[f"heads.{task}.bias"] = bias
    return {name: np.ascontiguousarray(array, np.float32) for name, array in state.items()}


def layer_state(arrays: Mapping[str, np.ndarray], at: str) -> dict[str, FloatArray]:
    """Parameters of one layer, in the names of `tune_network.Layer`."""
    bias = dict(zip("qkv", np.split(arrays[f"{at}.qkv.b"], 3), strict=True))
    made: dict[str, FloatArray] = {}
    for part in MATRICES:
        levels = arrays[f"{at}.{part}.w"].astype(np.float32)
        made[f"{part}.weight"] = (levels * arrays[f"{at}.{part}.scale"]).T
        made[f"{part}.bias"] = bias[part] if part in bias else arrays[f"{at}.{part}.b"]
    # Names of norms and biases are those of the graph writer.
    for part in NORMS:
        made[f"{part}.weight"] = arrays[f"{at}.{part}.w"]
        made[f"{part}.bias"] = arrays[f"{at}.{part}.b"]
    return made
