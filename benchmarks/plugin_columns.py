"""How much columns save: the two ways of docs/plugin-performance.md, timed on the same batch.

python benchmarks/plugin_columns.py [--messages N]
"""

from __future__ import annotations

import argparse
import re
import runpy
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vocmine.batch import Batch, FloatArray

PAGE = Path(__file__).parent.parent / "docs" / "plugin-performance.md"
HEAD = """\
from dataclasses import dataclass

import numpy as np

from vocmine.batch import Batch, FloatArray, IntArray
"""
SEGMENTS, DIM, REFERENCES = 3, 384, 40
"""Segments of a message, length of a vector, vectors to compare with."""


def ways() -> dict[str, Callable[[FloatArray, Batch], Any]]:
    """The page's functions, `slow` and `fast`."""
    page = PAGE.read_text("utf-8")
    found = re.findall(r"^<!-- (slow|fast) -->\n```python\n(.*?)^```$", page, re.M | re.S)
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        for name, code in found:
            path = Path(folder) / f"{name}.py"
            path.write_text(HEAD + code, "utf-8")
            made[name] = runpy.run_path(str(path))["closest"]
    return made


def made_batch(messages: int, seed: int = 0) -> tuple[FloatArray, Batch]:
    """References, and messages of three segments each, of random vectors of length 1."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(REFERENCES + messages * SEGMENTS, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owner = np.repeat(np.arange(messages, dtype=np.int32), SEGMENTS)
    zeros = np.zeros(len(owner), dtype=np.int32)
    references, segments = vectors[:REFERENCES], vectors[REFERENCES:]
    of_messages = np.zeros((messages, 0), dtype=np.float32)
    batch = Batch.of_texts([""] * messages, (owner, zeros, zeros), (of_messages, segments))
    return references, batch


def seconds(way: Callable[[FloatArray, Batch], Any], references: FloatArray, batch: Batch) -> float:
    """Time of one call, in seconds."""
    start = time.perf_counter()
    way(references, batch)
    return time.perf_counter() - start


def main() -> None:
    """Print how long each way takes, and messages in a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    messages = parser.parse_args().messages
    references, batch = made_batch(messages)
    for name, way in ways().items():
        took = min(seconds(way, references, batch) for _ in range(3))
        sys.stdout.write(f"{name}: {took:.3f} s, {messages / took:,.0f} messages/s\n")


if __name__ == "__main__":
    main()
