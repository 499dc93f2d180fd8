"""Bytes to text when the declared charset is wrong, unknown or missing."""

from __future__ import annotations

import codecs
import re

# Latin-1 as mail programs mean it (WHATWG): its C1 controls are cp1252's quotes and dashes.
_SINGLE_BYTE = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252", "latin-1"})
# Text codecs of Python that are no mail charset; punycode and idna are quadratic besides.
_REFUSED = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\ufeff]")


def decode(data: bytes, charset: str = "", *, fallback: str = "") -> str:
    """Decode mail bytes without ever failing.

    Valid UTF-8 wins over a declared single-byte charset (mail that says latin-1 and is UTF-8 is
    common; the reverse is not valid UTF-8), then the declared charset, then UTF-8, then
    `fallback`, then cp1252.

    Args:
        charset: As the message declares it; empty when it declares none.
        fallback: Charset the user gave for text that declares none or a wrong one.
    """
    declared = _codec(charset)
    if declared in _SINGLE_BYTE:
        order = ["utf-8", _codec(fallback) if declared == "ascii" else "", _wider(declared)]
    else:
        order = [declared, "utf-8", _codec(fallback)]
    for codec in filter(None, order):
        try:
            return data.decode(codec)
        except (LookupError, UnicodeError):
            continue
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def tidy(text: str) -> str:
    """Newlines as `\\n`, no-break spaces as spaces, without controls and zero-width characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROLS.sub("", text.replace("\xa0", " ").replace("\u202f", " "))


def _codec(charset: str) -> str:
    """Python's name of a charset, or empty when it is unknown or refused."""
    if not charset:
        return ""
    try:
        name = codecs.lookup(charset.strip(" \"'")).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _REFUSED else name


def _wider(codec: str) -> str:
    return codec if codec == "iso8859-15" else "cp1252"
