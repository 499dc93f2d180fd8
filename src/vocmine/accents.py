"""Letters without their accents: how customers type and how words are compared."""

from __future__ import annotations

import unicodedata


def without_accents(text: str) -> str:
    """`text` without accents, tildes and other marks: `Año` gives `Ano`; case stays.

    Signs that Unicode has for compatibility are written out (`ﬁ` gives `fi`, `①` gives `1`), so
    the length may change.
    """
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
