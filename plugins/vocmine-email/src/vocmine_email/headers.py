"""Header values as people read them: RFC 2047 words, addresses, dates, identifiers."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from vocmine_email.charsets import decode, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPACES = re.compile(r"\s+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,998})>")
_ONE_MAILBOX = re.compile(
    r"""[ \t]*("?)([^"<>(),;:@\\\r\n]{0,200})\1[ \t]*<([\w.+=/'-]{1,100}@[\w.-]{1,200})>[ \t]*$"""
)
_MAX_HEADER = 20_000
"""Characters read of one header: a References or To header can hold thousands of entries."""


def text(value: str | None, *, fallback: str = "") -> str:
    """A header value on one line, encoded words and raw 8-bit bytes decoded.

    Args:
        value: As it stands in the file; None when the header is missing.
        fallback: Charset for bytes that declare none and are not UTF-8.
    """
    if not value:
        return ""
    value = value[:_MAX_HEADER]
    if "=?" not in value:
        return _line(_escaped(value, fallback))
    try:
        parts = decode_header(value)
    except (ValueError, binascii.Error):  # a broken encoded word: better shown raw than lost
        return _line(_escaped(value, fallback))
    return _line(
        "".join(
            _escaped(part, fallback)
            if isinstance(part, str)
            else decode(_bytes(part), charset or "", fallback=fallback)
            for part, charset in parts
        )
    )


def author(value: str | None, *, fallback: str = "") -> tuple[str, str]:
    """Display name and address of the first mailbox of a From header; either may be empty."""
    found = addresses(value, fallback=fallback)
    return found[0] if found else ("", "")


def addresses(value: str | None, *, fallback: str = "") -> list[tuple[str, str]]:
    """(display name, address) of every mailbox of a header, names decoded."""
    return list(_addresses(value[:_MAX_HEADER], fallback)) if value else []


@lru_cache(maxsize=256)  # everybody writes to the same few addresses
def _addresses(value: str, fallback: str) -> tuple[tuple[str, str], ...]:
    simple = _ONE_MAILBOX.match(value)
    if simple is not None:
        return ((text(simple[2].strip(), fallback=fallback), simple[3]),)
    return tuple(_several(value, fallback))


def _several(value: str, fallback: str) -> list[tuple[str, str]]:
    if not any(sign in value for sign in "@<:"):  # a name alone, as Outlook and chats write
        whole = text(value, fallback=fallback).strip(' "')
        return [(whole, "")] if whole else []
    # Split before decoding: a decoded name may hold the comma that separates mailboxes.
    pairs = getaddresses([_SPACES.sub(" ", value)])
    found = [(text(name, fallback=fallback), address.strip("<> ")) for name, address in pairs]
    if any(name or address for name, address in found):
        return [(name, address) for name, address in found if name or address]
    # Newer Pythons refuse what they cannot prove (an unquoted name with a comma or an "@").
    whole = text(value, fallback=fallback)
    name, _, rest = whole.partition("<")
    if rest:
        return [(name.strip(' "'), rest.partition(">")[0].strip())]
    return [("", whole)] if "@" in whole else [(whole, "")]


def person(name: str, address: str) -> str:
    """`Ana Pérez <ana@example.com>`, or whichever of the two there is."""
    if name and address and name != address:
        return f"{name} <{address}>"
    return name or address


def people(value: str | None, *, fallback: str = "") -> str:
    """Every mailbox of a header, separated by commas."""
    return ", ".join(person(*pair) for pair in addresses(value, fallback=fallback))


def identifier(value: str | None) -> str:
    """A Message-ID or In-Reply-To without its angle brackets."""
    if not value:
        return ""
    found = _MESSAGE_ID.search(value)
    return found[1] if found else _line(_escaped(value[:998], "")).strip("<>")


def identifiers(value: str | None) -> str:
    """The identifiers of a References header, separated by spaces."""
    return " ".join(_MESSAGE_ID.findall(value[:_MAX_HEADER])) if value else ""


def moment(date: str | None, received: Iterable[str], envelope: str) -> datetime | None:
    """When a message was written, with its time zone.

    Takes the Date header; when it is missing or unreadable, the oldest Received header, then the
    date of the mbox separator (UTC, by convention). None when no date can be read.
    """
    candidates = [date or "", *(value.rpartition(";")[2] for value in reversed(list(received)))]
    for candidate in candidates:
        if (found := _parsed(candidate)) is not None:
            return found
    found = _parsed(" ".join(envelope.split()[1:]))
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _parsed(value: str) -> datetime | None:
    value = _SPACES.sub(" ", value).strip()
    if not value or len(value) > 200:
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # "-0000" means UTC from a clock that does not tell its zone (RFC 5322, 3.3).
    return found.replace(tzinfo=UTC) if value.endswith("-0000") else found


def _escaped(value: str, fallback: str) -> str:
    """Text whose raw 8-bit bytes came through as surrogate escapes."""
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape"), fallback=fallback)


def _bytes(part: bytes) -> bytes:
    # decode_header writes raw 8-bit text beside an encoded word as \udcXX escapes.
    if b"\\udc" not in part:
        return part
    return re.sub(rb"\\udc([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), part)


def _line(value: str) -> str:
    return _SPACES.sub(" ", tidy(value)).strip()
