"""The parts of a message as places in its bytes: nothing is decoded before it is asked for.

The parser of the standard library walks the body line by line and builds a pattern for every
boundary, which is most of the time it takes to read a mailbox; it also recurses into whatever a
message nests. This one finds boundaries with `bytes.find` and stops at a depth and a number.
"""

from __future__ import annotations

import base64
import binascii
import re
from email.message import Message
from email.policy import Compat32
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH = 40
MAX_PARTS = 2000
_HEADER = re.compile(rb"([!-9;-~]{1,256})[ \t]*:([^\n]*\n?(?:[ \t][^\n]*\n?)*)")
_BLANK = re.compile(rb"[ \t]*\r?\n")
_SIMPLE_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"\\]*)"|([^\s";]+))\s*')
_SIMPLE = re.compile(
    r'\s*([\w.+-]+(?:/[\w.+-]+)?)\s*((?:;\s*[\w-]+\s*=\s*(?:"[^"\\]*"|[^\s";]+)\s*)*);?\s*$'
)
_WORDS = re.compile(rb"\S[ ]\S")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\r|$)")
_ENVELOPES = (b"From ", b">From ")
_ATTACHED = frozenset({"message/rfc822", "message/global"})


class _RawHeaders(Compat32):
    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return the value untouched: raw 8-bit bytes stay as surrogate escapes."""
        return value


class Part:
    """A message or one part of it: its headers, and where its body is.

    Args:
        raw: The whole message.
        start: Where the headers begin.
        end: One past the last byte of the body.
        default: Content type of a part that declares none.
    """

    __slots__ = ("_disposition", "_headers", "_kind", "default", "end", "raw", "start")

    def __init__(
        self, raw: bytes, start: int = 0, end: int | None = None, default: str = "text/plain"
    ) -> None:
        self.raw = raw
        self.end = len(raw) if end is None else end
        self.default = default
        self._headers: dict[bytes, list[bytes]] = {}
        self._kind: tuple[str, dict[str, str]] | None = None
        self._disposition: tuple[str, dict[str, str]] | None = None
        self.start = self._read_headers(start)
        """Where the body begins."""

    def _read_headers(self, at: int) -> int:
        raw, end, headers = self.raw, self.end, self._headers
        while at < end:
            found = _HEADER.match(raw, at, end)
            if found is not None:
                headers.setdefault(found[1].lower(), []).append(found[2])
                at = found.end()
                continue
            blank = _BLANK.match(raw, at, end)
            if blank is not None:
                return blank.end()
            if not raw.startswith(_ENVELOPES, at):
                return at  # the empty line is missing: the body begins here
            newline = raw.find(b"\n", at, end)
            at = end if newline < 0 else newline + 1
        return end

    def __bool__(self) -> bool:
        return bool(self._headers)

    def __getitem__(self, name: str) -> str | None:
        """The first header of a name as it stands in the file, 8-bit bytes as surrogate escapes."""
        values = self._headers.get(name.lower().encode())
        return _value(values[0]) if values else None

    def get_all(self, name: str) -> list[str]:
        """Every header of a name."""
        return [_value(value) for value in self._headers.get(name.lower().encode(), ())]

    @property
    def body(self) -> bytes:
        """The bytes of the body, still in their transfer encoding."""
        return self.raw[self.start : self.end]

    def kind(self) -> str:
        """The content type in lower case, such as `text/plain`."""
        return self._content_type()[0]

    def parameter(self, name: str) -> str:
        """A parameter of the content type, or empty."""
        return self._content_type()[1].get(name, "")

    def disposition(self) -> str:
        """`inline`, `attachment`, another, or empty."""
        return self._content_disposition()[0]

    def file_name(self) -> str:
        """The name of the file, as it stands in the header; empty when it has none."""
        names = self._content_disposition()[1].get("filename") or self.parameter("name")
        return names or ""

    def _content_type(self) -> tuple[str, dict[str, str]]:
        if self._kind is None:
            kind, parameters = _parameters(self["content-type"], "content-type")
            # RFC 2045, 5.2: what is not type/subtype is plain text.
            usable = kind.count("/") == 1
            given = self._headers.get(b"content-type") is not None
            self._kind = (kind if usable else "text/plain" if given else self.default, parameters)
        return self._kind

    def _content_disposition(self) -> tuple[str, dict[str, str]]:
        if self._disposition is None:
            self._disposition = _parameters(self["content-disposition"], "content-disposition")
        return self._disposition

    def decoded(self, limit: int) -> bytes:
        """The body without its transfer encoding, at most `limit` bytes of it; never fails."""
        encoding = (self["content-transfer-encoding"] or "").strip().lower()
        if encoding == "base64":
            return _base64(self.raw[self.start : min(self.end, self.start + limit * 3 // 2)])[
                :limit
            ]
        body = self.raw[self.start : min(self.end, self.start + limit)]
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
            return _uuencoded(body)
        return body

    def children(self) -> list[Part]:
        """The parts of a multipart, or the one message of `message/rfc822`; else none."""
        kind = self.kind()
        if kind in _ATTACHED:
            if (self["content-transfer-encoding"] or "").strip().lower() == "base64":
                return [Part(self.decoded(self.end - self.start))]
            blank = _BLANK.match(self.raw, self.start, self.end)
            return [Part(self.raw, blank.end() if blank else self.start, self.end)]
        if not kind.startswith("multipart/"):
            return []
        boundary = self.parameter("boundary").encode("utf-8", "surrogateescape").rstrip()
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        return [Part(self.raw, *place, default) for place in self._places(boundary)]

    def _places(self, boundary: bytes) -> Iterator[tuple[int, int]]:
        """First and one past the last byte of each part, without the newline before a boundary."""
        if not boundary:
            return
        mark = b"--" + boundary
        at, begun, found = self.start, -1, 0
        while found < MAX_PARTS and (at := self.raw.find(mark, at, self.end)) >= 0:
            line_start = at == self.start or self.raw[at - 1] in b"\r\n"
            after = _AFTER_BOUNDARY.match(self.raw, at + len(mark), self.end)
            if not line_start or after is None:
                at += len(mark)
                continue
            if begun >= 0:
                yield begun, _before_newline(self.raw, begun, at)
                found += 1
            if after[1]:
                return
            begun = at = after.end()
        if begun >= 0 and found < MAX_PARTS:
            yield begun, self.end


def _before_newline(raw: bytes, begun: int, at: int) -> int:
    if at > begun and raw[at - 1] in b"\n":
        at -= 1
    return at - 1 if at > begun and raw[at - 1] in b"\r" else at


def _value(raw: bytes) -> str:
    return raw.decode("ascii", "surrogateescape").lstrip(" \t").rstrip("\r\n")


def _parameters(value: str | None, name: str) -> tuple[str, dict[str, str]]:
    """A header with parameters, as (value in lower case, {name in lower case: value})."""
    if not value:
        return "", {}
    value = value[:8000]
    simple = _SIMPLE.match(value)
    if simple is not None and "*" not in value:
        found = _SIMPLE_PARAMETER.findall(simple[2])
        return simple[1].lower(), {key.lower(): quoted or plain for key, quoted, plain in found}
    return _unusual_parameters(value, name)


def _unusual_parameters(value: str, name: str) -> tuple[str, dict[str, str]]:
    # RFC 2231 continuations and charsets, comments, missing quotes: the standard library knows.
    message = Message(_RawHeaders())
    message[name] = value
    try:
        pairs: Sequence[tuple[str, str | tuple[str | None, str | None, str]]] = (
            message.get_params([], name) or []
        )
    except (LookupError, ValueError, TypeError):
        return value.partition(";")[0].strip().lower(), {}
    parameters = {key.lower(): _collapsed(given) for key, given in pairs[1:]}
    return (pairs[0][0].strip().lower() if pairs else ""), parameters


def _collapsed(value: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(value, str):
        return value
    charset, _, words = value
    try:
        return words.encode("latin-1").decode(charset or "utf-8")
    except (LookupError, ValueError):
        return words


def _base64(data: bytes) -> bytes:
    """Decode what can be decoded: blanks, foreign characters and missing padding are forgiven."""
    if _WORDS.search(data, 0, 1000):
        return data  # declared base64 and written as text all the same
    clean = _NOT_BASE64.sub(b"", data)
    usable = len(clean) - (len(clean) % 4 == 1)
    try:
        return base64.b64decode(clean[:usable] + b"=" * (-usable % 4))
    except (ValueError, binascii.Error):
        return data


def _uuencoded(data: bytes) -> bytes:
    lines = data.splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    if begin < 0:
        return data
    decoded = bytearray()
    for line in lines[begin + 1 :]:
        if line.rstrip() == b"end":
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(decoded)
