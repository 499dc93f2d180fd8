"""An encoder that does everything right (and understands nothing), and many that do not."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from vocmine.plugin import Encoded

DIM = 8


def _vector(text: str) -> Any:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:DIM]
    values = np.frombuffer(digest, dtype=np.uint8).astype(np.float32) - 100
    return values / np.linalg.norm(values)


class Right:
    """A vector from the digest of the text."""

    name = "digest"
    dim = DIM
    fingerprint = "digest-1"

    def vectors(self, texts: Sequence[str]) -> Any:
        made = [_vector(text) for text in texts]
        return np.asarray(made, dtype=np.float32).reshape(len(made), DIM)

    def encode(self, texts: Sequence[str], message: Any, start: Any, end: Any) -> Any:
        spans = zip(message.tolist(), start.tolist(), end.tolist(), strict=True)
        segments = [texts[owner][first:last] for owner, first, last in spans]
        return Encoded(self.vectors(texts), self.vectors(segments))


class Nameless(Right):
    name = ""


class Long(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        return super().vectors(texts) * 2


class Double(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        return super().vectors(texts).astype(np.float64)


class OnlyMessages(Right):
    def encode(self, texts: Sequence[str], message: Any, start: Any, end: Any) -> Any:
        return None


class NeedsATextAtLeast(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        return np.stack([_vector(text) for text in texts])


class NeedsWords(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        for text in texts:
            text.split()[0]
        return super().vectors(texts)


class SlowOnLongTexts(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        time.sleep(3 * any(len(text) > 10_000 for text in texts))
        return super().vectors(texts)


class ComparesWithTheBatch(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        return super().vectors([f"{text}{len(texts)}" for text in texts])


class ByPlace(Right):
    def vectors(self, texts: Sequence[str]) -> Any:
        return super().vectors([f"{place}{text}" for place, text in enumerate(texts)])


class Chance(Right):
    def __init__(self) -> None:
        self.salt = random.random()

    def vectors(self, texts: Sequence[str]) -> Any:
        return super().vectors([f"{self.salt}{text}" for text in texts])


class SharedState(Right):
    def encode(self, texts: Sequence[str], message: Any, start: Any, end: Any) -> Any:
        self.texts = texts
        time.sleep(0.02)
        return Encoded(self.vectors(self.texts), super().encode(texts, message, start, end)[1])


class WideMeanings(Right):
    def encode(self, texts: Sequence[str], message: Any, start: Any, end: Any) -> Any:
        found = super().encode(texts, message, start, end)
        return found._replace(segment_meanings=np.tile(found.segment_vectors, 2))


class ChanceMeanings(Chance):
    def encode(self, texts: Sequence[str], message: Any, start: Any, end: Any) -> Any:
        right, chance = (made.encode(texts, message, start, end) for made in (Right(), super()))
        return right._replace(segment_meanings=chance.segment_vectors)


class ByProcess(Right):
    def __init__(self) -> None:
        self.fingerprint = f"digest-{os.getpid()}"
