"""vocmine encoder: any sentence-transformers model that is on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_encoders(register: Register) -> None:
    """Register the encoder `sentence-transformers`."""
    register(
        "sentence-transformers",
        "vocmine_sentence_transformers.encoder:SentenceTransformerEncoder",
        summary="A sentence-transformers model of yours, from its folder",
    )
