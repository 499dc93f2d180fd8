"""Bytes to text when the declared charset is wrong, unknown or missing."""

from __future__ import annotations

import codecs
import re

from vocmine.readers.markup import tidy as tidy

_SINGLE_BYTE = frozenset({"iso8859-1", "iso8859-15", "cp1252"})
# Text codecs of Python that are no mail charset; punycode and idna are quadratic besides.
_REFUSED = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
_NOT_WESTERN = re.compile("[\u0180-\u1fff\u2c00-\uf8ff]")


def decode(data: bytes, charset: str = "", *, fallback: str = "") -> str:
    """Decode mail bytes without ever failing.

    Tries what the message declares, UTF-8, `fallback` and cp1252, in that order; but mail that
    declares a single-byte charset and reads as UTF-8 is UTF-8 (a common mistake of mailers).

    Args:
        charset: As the message declares it; empty when it declares none.
        fallback: Charset the user gave for text that declares none or a wrong one.
    """
    declared = _codec(charset)
    if declared in _SINGLE_BYTE:
        mislabelled = _western_utf8(data)
        return _single_byte(data, declared) if mislabelled is None else mislabelled
    order = [declared if declared != "ascii" else "", "utf-8", _codec(fallback)]
    for codec in filter(None, order):
        # A newline of one byte after text of two bytes a letter is a common slip.
        whole = data[: len(data) // 2 * 2] if codec.startswith("utf-16") else data
        try:
            return whole.decode(codec)
        except (LookupError, UnicodeError):
            continue
    return _single_byte(data, "cp1252")


def _western_utf8(data: bytes) -> str | None:
    """Text of bytes that are UTF-8 for the letters and signs of Western Europe and emoji.

    Other letters are no proof: latin-1 "É¡" happens to be UTF-8 for a phonetic sign.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _NOT_WESTERN.search(text) else text


def _single_byte(data: bytes, codec: str) -> str:
    # Latin-1 as mail programs mean it (WHATWG) has cp1252's quotes and dashes.
    try:
        return data.decode("iso8859-15" if codec == "iso8859-15" else "cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _codec(charset: str) -> str:
    """Python's name of a charset, or empty when it is unknown or refused."""
    if not charset:
        return ""
    try:
        name = codecs.lookup(charset.strip(" \"'")).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _REFUSED else name
