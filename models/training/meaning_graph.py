"""Give the graph of an encoder its second output: the meaning of each token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

OUTPUT = "token_meanings"
_EMBEDDED = -1
"""Number of the layer before the first: the embeddings."""


def with_states(model: onnx.ModelProto, layers: Sequence[int]) -> tuple[onnx.ModelProto, int]:
    """The graph with the states of some layers side by side as its second output.

    Args:
        model: An encoder that `build_graph` made.
        layers: From 0; -1 means the embeddings.

    Returns:
        A copy, and the width of the new output.
    """
    extended = _without_meaning(model)
    names = [_state(layer) for layer in layers]
    extended.graph.node.append(helper.make_node("Concat", names, [OUTPUT], axis=-1, name=OUTPUT))
    return extended, _declare(extended, len(layers) * _hidden(extended))


def with_meaning(
    model: onnx.ModelProto, layers: Sequence[int], weights: NDArray[np.float32]
) -> tuple[onnx.ModelProto, int]:
    """The same with the states of those layers times `weights`, (layers * hidden, width).

    The weights are kept in 16 bits. A product per layer needs no room for the states side by side.
    """
    extended = _without_meaning(model)
    graph = extended.graph
    parts = np.split(np.ascontiguousarray(weights, np.float16), len(layers))
    total = ""
    for number, (layer, part) in enumerate(zip(layers, parts, strict=True)):
        kept, wide, product = (f"meaning.{number}.{what}" for what in ("w16", "w", "product"))
        graph.initializer.append(numpy_helper.from_array(part, kept))
        graph.node.append(helper.make_node("Cast", [kept], [wide], wide, to=TensorProto.FLOAT))
        graph.node.append(helper.make_node("MatMul", [_state(layer), wide], [product], product))
        if total:
            own = f"meaning.{number}.total"
            graph.node.append(helper.make_node("Add", [total, product], [own], own))
            total = own
        else:
            total = product
    graph.node.append(helper.make_node("Identity", [total], [OUTPUT], OUTPUT))
    return extended, _declare(extended, weights.shape[1])


def _without_meaning(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy with token vectors alone: learning twice gives what learning once does."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for field in (copy.graph.node, copy.graph.initializer, copy.graph.output):
        kept = [item for item in field if not _is_meaning(item.name)]
        del field[:]
        field.extend(kept)
    return copy


def _is_meaning(name: str) -> bool:
    return name == OUTPUT or name.startswith("meaning.")


def _state(layer: int) -> str:
    return "emb.ln.out" if layer == _EMBEDDED else f"l{layer}.oln.out"


def _hidden(model: onnx.ModelProto) -> int:
    return int(model.graph.output[0].type.tensor_type.shape.dim[2].dim_value)


def _declare(model: onnx.ModelProto, width: int) -> int:
    info = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["b", "t", width])
    model.graph.output.append(info)
    onnx.checker.check_model(model)
    return width
