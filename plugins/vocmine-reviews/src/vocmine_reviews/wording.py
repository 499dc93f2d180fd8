"""Reviews whose text holds more than the customer's words: translations by Google."""

from __future__ import annotations

import re

_TRANSLATION = r"\((?:translated|traducido|traducida|traduzido|traduzida) (?:by|por|pelo) google\)"
_ORIGINAL = r"\(original(?: text| texto)?\)"
_MARKED = re.compile(rf"(?P<translation>{_TRANSLATION})|(?P<original>{_ORIGINAL})", re.IGNORECASE)


def split_translation(text: str) -> tuple[str, str]:
    """The customer's own words, and Google's translation of them (empty when there is none).

    Google writes both into one text, in either order, and marks them in the language of whoever
    looks: `(Translated by Google) Good! (Original) ¡Bueno!`, `Bom! (Traducido por Google) ¡Bueno!`.
    A text with no mark of a translation, or nothing but one, is left as it is.
    """
    if not any(match["translation"] for match in _MARKED.finditer(text)):
        return text, ""
    parts = {"original": "", "translation": ""}
    kind, start = "original", 0
    for match in _MARKED.finditer(text):
        parts[kind] += text[start : match.start()]
        kind, start = match.lastgroup or "original", match.end()
    parts[kind] += text[start:]
    original, translation = parts["original"].strip(), parts["translation"].strip()
    return (original, translation) if original else (text, "")
