"""voc-encoder at run time: texts to vectors of messages and of segments, in one forward pass.

onnxruntime and tokenizers are imported when an encoder is built, not when this module is.
"""

from __future__ import annotations

import gzip
import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from vocmine.errors import ModelError
from vocmine.machine import cores
from vocmine.model_files import fingerprint_of, verify_folder
from vocmine.plugin import Encoded
from vocmine.spelling import Speller

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Encoding, Tokenizer

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]
LongArray = NDArray[np.int64]

_SURROGATE = re.compile("[\ud800-\udfff]")
_TOKEN_BUDGET = 1024
"""Padded tokens in one micro-batch: larger ones ran slower, as activations leave the cache."""
_CHUNK_TEXTS = 512
_CHUNK_CHARACTERS = 400_000
"""Most texts and characters tokenised at a time: they bound memory whatever the call's size."""
_OVERLAP = 64
"""Tokens that two neighbouring windows share."""
_TINY = 1e-12
WORDS = "words.txt.gz"
"""Known words of a model folder, likeliest first; without it nothing is repaired."""
_SHOUT_LETTERS = 8
_SHOUT_SHARE = 0.7
"""Share of capitals from which a text is written in capitals."""


class _Tokens(NamedTuple):
    """One text, tokenised without prefix and special tokens."""

    ids: LongArray  # (n,)
    start: LongArray  # (n,) first character of each token in the text
    end: LongArray  # (n,) one past its last character

    def placed(self, places: LongArray | None) -> _Tokens:
        """The same tokens, with their characters where `places` says that they were written."""
        if places is None:
            return self
        # What a token ends with may stand for letters left out: it ends where the next begins.
        return self._replace(start=places[self.start], end=places[self.end])


class _Window(NamedTuple):
    """A run of tokens of one text that fits the model."""

    text: int
    first: int  # first token of the window
    last: int  # one past its last token
    keep_first: int  # first token whose vector is taken from this window
    keep_last: int  # one past the last such token


class OnnxEncoder:
    """voc-encoder: token vectors from an int8 ONNX graph, pooled per message and per segment.

    Each text is encoded once. Long texts go through overlapping windows, and a token in an overlap
    takes its vector from the window that shows it more context. Activations are quantised token by
    token, so a text's vectors do not depend on the texts that share its batch. Thread-safe.

    Args:
        folder: A model folder with ``encoder.onnx``, ``tokenizer.json`` and ``meta.json``.
        threads: Micro-batches that run at once, each on one core; 0 means one per core. Shared by
            all callers.

    Raises:
        ModelError: A file is missing, altered or not an encoder.
    """

    name: str
    dim: int
    fingerprint: str

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        meta = verify_folder(folder)
        if meta["kind"] != "encoder":
            raise ModelError(
                f"The model in {folder} is of kind {meta['kind']!r}, not an encoder.",
                "Give the folder of voc-encoder.",
            )
        self.name = str(meta["name"])
        self.dim = int(meta["dim"])
        self._meaning = int(meta.get("meaning_dim", 0))
        self.fingerprint = fingerprint_of(meta)
        self._window = int(meta["max_tokens"])
        self._prefix = str(meta["prefix"])
        self._session = _open_session(folder / "encoder.onnx")
        self._threads = threads or cores()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="voc-encoder")
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        special = meta["special_tokens"]
        self._bos, self._eos, self._pad = (int(special[key]) for key in ("bos", "eos", "pad"))
        prefix = self._tokenizer.encode(self._prefix, add_special_tokens=False)
        self._lead = np.array([self._bos, *prefix.ids], dtype=np.int64)
        pieces = (self._tokenizer.id_to_token(i) for i in range(self._tokenizer.get_vocab_size()))
        self._spaced = np.array([str(piece).startswith("▁") for piece in pieces])
        self._speller = _open_speller(folder / WORDS) if WORDS in meta["files"] else None

    def encode(
        self,
        texts: Sequence[str],
        segment_message: IntArray,
        segment_start: IntArray,
        segment_end: IntArray,
    ) -> Encoded:
        """Encode ``texts`` and the segments inside them.

        Args:
            texts: n messages; equal texts are encoded once.
            segment_message: int32 (m,), message of each segment, ascending.
            segment_start: int32 (m,), first character of the segment in its message.
            segment_end: int32 (m,), one past its last character.

        Returns:
            Vectors of the n messages and m segments, and the segments' meanings where the model
            knows them. A segment without tokens (spaces only) has the vector and the meaning of
            its message.
        """
        unique, message_text = _distinct(texts)
        message = np.asarray(segment_message, dtype=np.int64)
        spans = np.stack([segment_start, segment_end], axis=1).astype(np.int64).reshape(-1, 2)
        # Segments are pooled with the one copy of their text, then read back in their own order.
        owner = message_text[message]
        by_text = np.argsort(owner, kind="stable")
        bounds = np.searchsorted(owner[by_text], np.arange(len(unique) + 1))
        width = self.dim + self._meaning
        of_texts = np.empty((len(unique), width), dtype=np.float32)
        of_segments = np.empty((len(message), width), dtype=np.float32)
        for chosen in _chunks(unique):
            rows = [by_text[bounds[i] : bounds[i + 1]] for i in chosen]
            pools = [
                _Pool(tokens, spans[own], width)
                for tokens, own in zip(
                    self._tokenize([unique[i] for i in chosen]), rows, strict=True
                )
            ]
            self._forward(pools)
            for text, own, pool in zip(chosen, rows, pools, strict=True):
                of_texts[text] = pool.of_message()
                of_segments[own] = pool.of_segments(of_texts[text])
        return Encoded(
            _unit(of_texts[message_text, : self.dim]),
            _unit(of_segments[:, : self.dim]),
            _unit(of_segments[:, self.dim :]) if self._meaning else None,
        )

    def _tokenize(self, texts: Sequence[str]) -> list[_Tokens]:
        # A lone surrogate has no UTF-8 form; one character for one keeps the offsets true.
        clean = [_SURROGATE.sub("\ufffd", _calm(text)) for text in texts]
        read = [self._speller.repaired(t) if self._speller else (t, None) for t in clean]
        encodings = self._tokenizer.encode_batch(
            [self._prefix + text for text, _ in read], add_special_tokens=False
        )
        return [
            self._without_prefix(encoding).placed(places)
            for encoding, (_, places) in zip(encodings, read, strict=True)
        ]

    def _without_prefix(self, encoding: Encoding) -> _Tokens:
        skip = len(self._lead) - 1
        ids = np.array(encoding.ids[skip:], dtype=np.int64)
        offsets = np.array(encoding.offsets[skip:], dtype=np.int64).reshape(-1, 2)
        start, end = np.maximum(offsets - len(self._prefix), 0).T
        # A token of a word begins with the space before it, which may be the last character of
        # the segment before: the word alone decides which segment has the token.
        start = start + (self._spaced[ids] & (end - start > 1))
        return _Tokens(ids, start, end)

    def _forward(self, pools: Sequence[_Pool]) -> None:
        """Run every window of the texts in ``pools`` and add its token vectors to their pools."""
        room = self._window - len(self._lead) - 1
        windows = [
            window
            for text, pool in enumerate(pools)
            for window in _windows(text, len(pool.tokens.ids), room)
        ]
        windows.sort(key=lambda window: window.last - window.first)
        batches = _micro_batches(windows, len(self._lead) + 1)
        for batch, states in self._run_ahead(batches, pools):
            for window, vectors in zip(batch, states, strict=True):
                length = len(self._lead) + window.last - window.first + 1
                pools[window.text].add(window, vectors[:length], len(self._lead))

    def _run_ahead(
        self, batches: Iterator[list[_Window]], pools: Sequence[_Pool]
    ) -> Iterator[tuple[list[_Window], FloatArray]]:
        """Token vectors of each micro-batch, in order; the next ones run meanwhile.

        Cores that each run a micro-batch of their own never wait for each other, as they would
        between the hundreds of small operators of one that they share.
        """
        running: deque[tuple[list[_Window], Future[FloatArray]]] = deque()
        for batch in batches:
            ids = [pools[w.text].tokens.ids[w.first : w.last] for w in batch]
            running.append((batch, self._pool.submit(self._run, ids)))
            if len(running) > self._threads:
                done, states = running.popleft()
                yield done, states.result()
        for done, states in running:
            yield done, states.result()

    def _run(self, ids: Sequence[LongArray]) -> FloatArray:
        """Return what the graph says of b runs of tokens with their frame.

        Float32 (b, t, dim + meaning): the token vectors and, beside them, their meanings.
        """
        width = max(len(run) for run in ids) + len(self._lead) + 1
        input_ids = np.full((len(ids), width), self._pad, dtype=np.int64)
        mask = np.zeros_like(input_ids)
        for row, run in enumerate(ids):
            end = len(self._lead) + len(run)
            input_ids[row, : len(self._lead)] = self._lead
            input_ids[row, len(self._lead) : end] = run
            input_ids[row, end] = self._eos
            mask[row, : end + 1] = 1
        feed = {"input_ids": input_ids, "attention_mask": mask}
        outputs = ["token_vectors", "token_meanings"] if self._meaning else ["token_vectors"]
        found = self._session.run(outputs, feed)
        return cast(FloatArray, found[0] if len(found) == 1 else np.concatenate(found, axis=-1))


class _Pool:
    """Sums of the token vectors of one text and of its segments, filled window by window.

    Sums instead of token vectors: a text of any length costs the memory of its segments.
    """

    def __init__(self, tokens: _Tokens, spans: LongArray, dim: int) -> None:
        """``spans`` is int64 (m, 2): characters from, and one past, of each segment."""
        self.tokens = tokens
        self._first = np.searchsorted(tokens.end, spans[:, 0], side="right")
        self._last = np.searchsorted(tokens.start, spans[:, 1], side="left")
        self._last[spans[:, 1] <= spans[:, 0]] = 0
        self._sums = np.zeros((len(spans), dim), dtype=np.float32)
        self._total = np.zeros(dim, dtype=np.float32)
        self._count = 0

    def add(self, window: _Window, vectors: FloatArray, lead: int) -> None:
        """Add the vectors of one window, float32 (t, dim): ``lead`` of frame, tokens, one more."""
        kept = vectors[
            lead + window.keep_first - window.first : lead + window.keep_last - window.first
        ]
        self._total += vectors[:lead].sum(axis=0) + kept.sum(axis=0) + vectors[-1]
        self._count += lead + len(kept) + 1
        first = np.maximum(self._first, window.keep_first) - window.keep_first
        last = np.minimum(self._last, window.keep_last) - window.keep_first
        inside = np.flatnonzero(first < last)
        if len(inside):
            edges = np.stack([first[inside], last[inside]], axis=1).ravel()
            # reduceat refuses an index equal to the length, hence the row of zeros.
            padded = np.concatenate([kept, np.zeros_like(kept[:1])])
            self._sums[inside] += np.add.reduceat(padded, edges, axis=0)[::2]

    def of_message(self) -> FloatArray:
        """Return the mean of all tokens: float32 (dim,)."""
        return self._total / np.float32(self._count)

    def of_segments(self, fallback: FloatArray) -> FloatArray:
        """Return sums of tokens, float32 (m, dim); ``fallback`` where a segment has no token."""
        self._sums[self._first >= self._last] = fallback
        return self._sums


def _unit(vectors: FloatArray) -> FloatArray:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return cast(FloatArray, (vectors / np.maximum(norms, _TINY)).astype(np.float32))


def _calm(text: str) -> str:
    """A text in capitals in small letters, as long: words in capitals are rare pieces."""
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    if letters < _SHOUT_LETTERS or capitals < _SHOUT_SHARE * letters:
        return text
    calm = text.lower()
    return calm if len(calm) == len(text) else text  # a Turkish capital has two small letters


def _distinct(texts: Sequence[str]) -> tuple[list[str], LongArray]:
    """Return the distinct texts in order of appearance and each message's index in them."""
    index: dict[str, int] = {}
    places = [index.setdefault(text, len(index)) for text in texts]
    return list(index), np.array(places, dtype=np.int64)


def _chunks(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield indices of ``texts``, shortest first, in groups of bounded size."""
    chunk: list[int] = []
    characters = 0
    for i in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        if chunk and (len(chunk) >= _CHUNK_TEXTS or characters + len(texts[i]) > _CHUNK_CHARACTERS):
            yield chunk
            chunk, characters = [], 0
        chunk.append(i)
        characters += len(texts[i])
    if chunk:
        yield chunk


def _windows(text: int, tokens: int, room: int) -> Iterator[_Window]:
    """Yield windows of at most ``room`` tokens that together keep every token once."""
    if tokens <= room:
        yield _Window(text, 0, tokens, 0, tokens)
        return
    starts = list(range(0, tokens - room, room - _OVERLAP))
    starts.append(tokens - room)  # the last window is full too: its tokens see more context
    keep_first = 0
    for at, start in enumerate(starts):
        final = at + 1 == len(starts)
        # The middle of an overlap is where both windows show a token as much context.
        keep_last = tokens if final else (starts[at + 1] + start + room) // 2
        yield _Window(text, start, start + room, keep_first, keep_last)
        keep_first = keep_last


def _micro_batches(windows: Sequence[_Window], frame: int) -> Iterator[list[_Window]]:
    """Group ``windows``, sorted by length, so that each group fits the token budget."""
    batch: list[_Window] = []
    for window in windows:
        width = window.last - window.first + frame
        if batch and width * (len(batch) + 1) > _TOKEN_BUDGET:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _open_session(path: Path) -> InferenceSession:
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1  # callers run several passes at once
    options.inter_op_num_threads = 1
    # Extended optimisation fuses the norms into an operator that takes 9 times as long.
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Patterns are remembered per input shape, and shapes vary with every batch.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own unrelated exception classes
        raise ModelError(
            f"onnxruntime cannot load {path} ({error}).", "Run: pip install -U onnxruntime"
        ) from error


def _open_speller(path: Path) -> Speller:
    return Speller(gzip.decompress(path.read_bytes()).decode("utf-8").split())


def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(
            f"tokenizers cannot load {path} ({error}).", "Run: pip install -U tokenizers"
        ) from error
