"""The suite of checks that an encoder passes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import numpy as np
import pytest

from vocmine.batch import FloatArray
from vocmine.plugin import Encoded
from vocmine.segmentation import Segments, segment
from vocmine.sketches import WIDTH
from vocmine.testing import examples
from vocmine.testing.base import PluginSuite, check, failing_as, within
from vocmine.testing.elsewhere import in_a_worker


class EncoderSuite(PluginSuite):
    """Subclass it as `class TestMine(EncoderSuite): target = "my_package.encoder:Mine"`.

    Attributes:
        tolerance: Most that a value of a vector of length 1 may differ by rounding.
        long_text: Characters of the longest text.
        patience: Seconds that the longest text may take.
    """

    tolerance: ClassVar[float] = 1e-3
    long_text: ClassVar[int] = 1_000_000
    patience: ClassVar[float] = 300.0

    def texts(self) -> list[str]:
        """70 texts in three languages, the awkward ones among them."""
        messages = [message.text for message in examples.example_messages()]
        return [*messages, *examples.AWKWARD.values(), *messages][:70]

    def encoded(self, encoder: Any, texts: Sequence[str]) -> Encoded:
        """Vectors of texts and of their clauses."""
        with failing_as("'encode' failed", *_ENCODE):
            given = encoder.encode(texts, *_segments(texts))
        with failing_as("'encode' returned no pair of arrays", *_SHAPE):
            return Encoded(*given)

    def work_once(self) -> None:
        """Make one and encode."""
        self.encoded(self.create(), self.texts()[:3])

    def test_it_says_who_it_is(self) -> None:
        """`name`, `dim` and `fingerprint`."""
        encoder = self.create()
        for name, kind in (("name", str), ("dim", int), ("fingerprint", str)):
            value = getattr(encoder, name, None)
            check(
                isinstance(value, kind) and bool(value),
                f"'{name}' is {value!r}.",
                "Heads find out by it whether they were trained on these vectors, and the store "
                "whether its results are still of this encoder.",
                f"Set '{name}' to a {kind.__name__} before 'encode' is called.",
            )

    def test_vectors_are_float32_and_of_length_1(self) -> None:
        """One for each message and one for each segment, none of them NaN."""
        encoder = self.create()
        texts = self.texts()
        self._check_shape(encoder, self.encoded(encoder, texts), len(texts), texts)

    def _check_shape(
        self, encoder: Any, vectors: Encoded, count: int, texts: Sequence[str]
    ) -> None:
        segments = len(_segments(texts).message)
        wanted = {
            "message vectors": (count, encoder.dim),
            "segment vectors": (segments, encoder.dim),
            "segment meanings": (segments, min(encoder.dim, WIDTH)),
        }
        for what, got in _named(vectors).items():
            check(
                isinstance(got, np.ndarray)
                and got.dtype == np.float32
                and got.shape == wanted[what],
                f"{what.capitalize()} are {getattr(got, 'dtype', type(got).__name__)} of "
                f"shape {getattr(got, 'shape', None)}, not float32 of {wanted[what]}.",
                *_SHAPE,
            )
            lengths = np.linalg.norm(got, axis=1)
            check(
                bool(np.all(np.abs(lengths - 1) < 1e-3)),
                f"{what.capitalize()} have lengths from "
                f"{lengths.min(initial=np.inf):.3g} to {lengths.max(initial=0):.3g}, not 1.",
                "Cosines are computed as products: other lengths make some messages count more.",
                "Divide by the length; give a text without tokens any fixed vector of length 1.",
            )

    def test_no_texts_give_no_vectors(self) -> None:
        """Every message of an export may be skipped."""
        encoder = self.create()
        self._check_shape(encoder, self.encoded(encoder, []), 0, [])

    @pytest.mark.parametrize("awkward", list(examples.AWKWARD))
    def test_awkward_texts_have_vectors(self, awkward: str) -> None:
        """Empty strings, emoji, writing from right to left, control characters, markup."""
        encoder = self.create()
        texts = [examples.SENTENCE, examples.AWKWARD[awkward]]
        self._check_shape(encoder, self.encoded(encoder, texts), 2, texts)

    def test_a_text_of_a_megabyte_has_a_vector(self) -> None:
        """Somebody pastes a file into a form: it must neither fail nor take minutes."""
        encoder = self.create()
        texts = [examples.long_text(self.long_text)]
        vectors = within(
            self.patience,
            lambda: self.encoded(encoder, texts),
            f"It was still at a text of {self.long_text} characters",
            "One message holds up the whole run.",
            "Encode a long text in windows of bounded length.",
        )
        self._check_shape(encoder, vectors, 1, texts)

    @pytest.mark.parametrize("size", [1, 7, 64])
    def test_the_size_of_batches_changes_nothing(self, size: int) -> None:
        """The host decides how many messages come together."""
        encoder, texts = self.create(), self.texts()
        whole = self.encoded(encoder, texts)
        parts = [self.encoded(encoder, texts[i : i + size]) for i in range(0, len(texts), size)]
        again = _stacked(parts)
        self._check_same(
            whole,
            again,
            f"All texts at once and {size} at a time",
            "Mask what pads a batch, and quantise each text on its own.",
        )

    def test_the_order_of_texts_changes_nothing(self) -> None:
        """Each text's vector follows it wherever it stands."""
        encoder, texts = self.create(), self.texts()
        whole = self.encoded(encoder, texts)
        turned = self.encoded(encoder, texts[::-1])
        owner = _segments(texts[::-1]).message
        order = [int(i) for m in range(len(texts))[::-1] for i in np.flatnonzero(owner == m)]
        self._check_same(
            whole,
            Encoded(
                turned.message_vectors[::-1],
                turned.segment_vectors[order],
                None if turned.segment_meanings is None else turned.segment_meanings[order],
            ),
            "The texts in reverse order",
            "Sort by length only inside, and put the vectors back in the order given.",
        )

    def test_two_runs_give_the_same_vectors(self) -> None:
        """Nothing in a vector is random."""
        texts = self.texts()[:20]
        first, second = (self.encoded(self.create(), texts) for _ in range(2))
        self._check_same(
            first, second, "Two encoders made anew", "Switch dropout off; fix every seed."
        )

    def test_threads_at_once_change_nothing(self) -> None:
        """The host has two batches encoded at once."""
        encoder, texts = self.create(), self.texts()[:28]
        parts = [texts[i : i + 7] for i in range(0, len(texts), 7)]
        serial = _stacked([self.encoded(encoder, part) for part in parts])
        with ThreadPoolExecutor(4) as threads:
            at_once = _stacked(list(threads.map(lambda part: self.encoded(encoder, part), parts)))
        self._check_same(
            serial,
            at_once,
            "Several threads at once",
            "Keep what belongs to a call in local variables; take a lock around what cannot be "
            "shared.",
        )

    def test_it_gives_the_same_vectors_in_a_worker_process(self) -> None:
        """`--jobs 2` makes it by its name in other processes, each with fewer threads."""
        encoder, texts = self.create(), self.texts()[:20]
        here = self.encoded(encoder, texts)
        with failing_as(
            "It does not work in a worker process",
            "Runs with --jobs above 1 fail.",
            "Register a module-level class of an importable module.",
        ):
            fingerprint, there = in_a_worker(_encode_elsewhere, self.recipe(), texts)
        check(
            fingerprint == encoder.fingerprint,
            f"Its fingerprint is {encoder.fingerprint!r} here and {fingerprint!r} in a worker.",
            "Every run would analyse every message again.",
            "Make it of the model's content: a SHA-256 of its files.",
        )
        self._check_same(here, there, "A worker process", "Make nothing depend on the machine.")

    def recipe(self) -> Any:
        """What makes one in another process; picklable."""
        return _Recipe(self.target)

    def _check_same(self, left: Encoded, right: Encoded, what: str, mend: str) -> None:
        there = _named(right)
        for kind, one in _named(left).items():
            other = there.get(kind, one[:0])
            apart = float(np.abs(one - other).max(initial=0)) if one.shape == other.shape else 9.9
            check(
                apart <= self.tolerance,
                f"{what}: {kind} differ by {apart:.2g}, more than {self.tolerance:g}.",
                "The same message gets other labels beside other messages, or in another run.",
                mend,
            )


class _Recipe:
    def __init__(self, target: str) -> None:
        self.target = target

    def __call__(self) -> Any:
        suite: EncoderSuite = type("Elsewhere", (EncoderSuite,), {"target": self.target})()
        return suite.create()


def _encode_elsewhere(recipe: Any, texts: Sequence[str]) -> tuple[str, Encoded]:
    encoder = recipe()
    return encoder.fingerprint, Encoded(*encoder.encode(texts, *_segments(texts)))


def _segments(texts: Sequence[str]) -> Segments:
    return segment(texts, ["es"] * len(texts))


def _stacked(parts: Sequence[Encoded]) -> Encoded:
    def stack(arrays: Sequence[FloatArray]) -> FloatArray:
        stacked: FloatArray = np.concatenate(arrays)
        return stacked

    meanings = [part.segment_meanings for part in parts if part.segment_meanings is not None]
    return Encoded(
        stack([part.message_vectors for part in parts]),
        stack([part.segment_vectors for part in parts]),
        stack(meanings) if meanings else None,
    )


def _named(vectors: Encoded) -> dict[str, FloatArray]:
    """What an encoder returned, by what it is called."""
    found = {
        "message vectors": vectors.message_vectors,
        "segment vectors": vectors.segment_vectors,
    }
    if vectors.segment_meanings is not None:
        found["segment meanings"] = vectors.segment_meanings
    return found


_ENCODE = (
    "No message of the batch can be analysed; the host tries them one by one and records failures.",
    "Let it take any text: give one without tokens any fixed vector of length 1.",
)
_SHAPE = (
    "The heads cannot read such vectors: every message fails.",
    "Return Encoded(message_vectors, segment_vectors), one row each, as numpy float32.",
)
