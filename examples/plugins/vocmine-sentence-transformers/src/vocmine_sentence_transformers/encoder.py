"""The encoder `sentence-transformers`: vectors of a model in a folder of this machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.errors import UsageError
from vocmine.plugin import Encoded

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

FOLDER = "VOCMINE_SENTENCE_TRANSFORMER"
"""Environment variable that names the model's folder."""
_PIECE = 1 << 20


class SentenceTransformerEncoder:
    """Loads the model when a vector is first asked for: making one costs nothing.

    A segment is encoded as a text of its own: what stands around it does not weigh on it, as it
    does with vocmine's encoder, and each message costs two passes.
    """

    name = "sentence-transformers"

    def __init__(self) -> None:
        self._alone = Lock()

    @cached_property
    def folder(self) -> Path:
        """Where the model is.

        Raises:
            UsageError: The variable is not set, or names no folder; a name is never downloaded.
        """
        given = os.environ.get(FOLDER, "")
        folder = Path(given).expanduser()
        if not given or not folder.is_dir():
            raise UsageError(
                f"{FOLDER}={given} names no folder." if given else f"{FOLDER} is not set.",
                "Set it to the folder of a sentence-transformers model; nothing is downloaded.",
            )
        return folder

    @cached_property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._encode([""]).shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of every file of the model: heads made for another one are refused."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                digest.update(f"\0{path.relative_to(self.folder).as_posix()}\0".encode())
                with path.open("rb") as file:
                    while piece := file.read(_PIECE):
                        digest.update(piece)
        return digest.hexdigest()

    def encode(
        self,
        texts: Sequence[str],
        segment_message: IntArray,
        segment_start: IntArray,
        segment_end: IntArray,
    ) -> Encoded:
        """Vectors of the messages and of their segments; one call works at a time."""
        spans = zip(
            segment_message.tolist(), segment_start.tolist(), segment_end.tolist(), strict=True
        )
        segments = [texts[message][start:end] for message, start, end in spans]
        vectors = self._encode([*texts, *segments])
        return Encoded(vectors[: len(texts)], vectors[len(texts) :])

    def _encode(self, texts: Sequence[str]) -> FloatArray:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        # A lone half of a character has no UTF-8 form, which tokenizers need.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        with self._alone:
            vectors = self._model.encode(
                clean, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> SentenceTransformer:
        folder = str(self.folder)  # before a library that takes seconds to import
        from sentence_transformers import SentenceTransformer

        # Never from the network, never code or pickles of the model's author.
        return SentenceTransformer(
            folder,
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
