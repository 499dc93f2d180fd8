"""Doing things in a fresh process, as a run with `--jobs` does, and seeing what imports bring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")

HEAVY = frozenset(
    "torch tensorflow jax keras transformers sentence_transformers sklearn scipy pandas polars "
    "pyarrow spacy nltk gensim onnxruntime matplotlib xgboost lightgbm cv2".split()
)
"""Packages that take from a fifth of a second to many seconds to import."""

_PROBE = """
import json, sys
from importlib import import_module
import_module(sys.argv[1])
before = set(sys.modules)
import_module(sys.argv[2])
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def in_a_worker(work: Callable[..., T], *arguments: object) -> T:
    """Do `work`, named by its module, in a process that has nothing of this one but its path."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(work, *arguments).result()


def imported_by(module: str, after: str) -> tuple[set[str], str]:
    """Top-level packages that importing `module` brings beyond those of `after`; or the error."""
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(  # noqa: S603 - this interpreter, our own code
        [sys.executable, "-c", _PROBE, after, module],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    if done.returncode:
        return set(), done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
    return set(json.loads(done.stdout.splitlines()[-1])), ""
