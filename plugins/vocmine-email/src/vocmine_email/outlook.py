"""Outlook's `.msg`: a compound file of properties ([MS-OXMSG]), written out as the mail it was.

What it gives is RFC 5322 text, so that everything else reads it as any other message. Attached
files are named and never opened. `olefile` reads the container: it comes with `vocmine[msg]`.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from vocmine.errors import SourceError
from vocmine_email.charsets import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_STREAM_BYTES = 8 * 2**20
"""Of one text this much is read."""
_MAX_DEPTH = 5
_MAX_ATTACHMENTS = 500
_ENTRY_NAMES = ("__substg1.0_", "__properties_version1.0", "__nameid_version1.0", "__recip_version")
_PROPERTIES = "__properties_version1.0"
_UNICODE, _STRING8, _BINARY, _OBJECT = 0x001F, 0x001E, 0x0102, 0x000D
_HEADERS_OF_BODY = re.compile(
    r"(?im)^(?:content-type|content-transfer-encoding|content-language|mime-version|microsoft mail "
    r"internet headers)\b[^\n]*\n?(?:[ \t][^\n]*\n?)*"
)
_NOT_MAIL = re.compile(r"IPM\.(?:Contact|Task|StickyNote|DistList|Activity)\b", re.IGNORECASE)
_RECEIVED_ZERO = datetime(1601, 1, 1, tzinfo=UTC)


def is_outlook_message(stream: BinaryIO) -> bool:
    """Whether a file is a compound file whose first entries are those of a message.

    Args:
        stream: The file; it is left somewhere else than it was.
    """
    head = stream.read(512)
    if not head.startswith(MAGIC) or len(head) < 512:
        return False
    shift, directory = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
    if shift not in (9, 12):
        return False
    stream.seek((directory + 1) << shift)
    sector = stream.read(1 << shift)
    entries = (sector[at : at + 64] for at in range(0, len(sector), 128))
    names = (entry.decode("utf-16-le", "replace").partition("\0")[0] for entry in entries)
    return any(name.startswith(_ENTRY_NAMES) for name in names)


def require(name: str) -> None:
    """Check that the reader of compound files is installed.

    Raises:
        SourceError: Names the file and what to install.
    """
    try:
        import olefile  # noqa: F401
    except ImportError:
        raise SourceError(
            f"'{name}' is an Outlook message (.msg), and its reader is not installed.",
            "Install it with: pip install 'vocmine[msg]'. Or save the message as .eml.",
        ) from None


def to_mail(path: Path) -> bytes:
    """The message as RFC 5322 text in UTF-8.

    Raises:
        ValueError: When the file is damaged.
        ImportError: When `olefile` is not installed.
    """
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as container:
            return _mail(_Storage(container, []), 0)
    except (OSError, struct.error, IndexError, KeyError) as error:
        raise ValueError("the Outlook file is damaged or cut short") from error


@dataclass(frozen=True, slots=True)
class _Storage:
    """A folder of the compound file: a message or an attachment."""

    container: Any
    path: list[str]

    def text(self, tag: int) -> str:
        """A text property; empty when there is none."""
        if (data := self._stream(tag, _UNICODE)) is not None:
            return data.decode("utf-16-le", "replace")
        data = self._stream(tag, _STRING8)
        return "" if data is None else _decoded(data, self.number(0x3FFD) or self.number(0x3FDE))

    def binary(self, tag: int) -> bytes:
        """A property of bytes; empty when there is none."""
        return self._stream(tag, _BINARY) or b""

    def number(self, tag: int) -> int:
        """A number; 0 when there is none."""
        value = self._fixed(tag)
        return int.from_bytes(value[:4], "little")

    def moment(self, tag: int) -> datetime | None:
        """A date and time in UTC; None when there is none, or an impossible one."""
        ticks = int.from_bytes(self._fixed(tag), "little")
        try:
            return _RECEIVED_ZERO + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def folder(self, name: str) -> _Storage | None:
        """A folder inside this one."""
        path = [*self.path, name]
        return _Storage(self.container, path) if self.container.exists(path) else None

    def attachments(self) -> Iterator[_Storage]:
        """The attached files and messages, in order."""
        depth = len(self.path)
        names = {
            entry[depth]
            for entry in self.container.listdir(streams=True, storages=True)
            if len(entry) > depth
            and [word.lower() for word in entry[:depth]] == [word.lower() for word in self.path]
            and entry[depth].lower().startswith("__attach_version1.0_")
        }
        for name in sorted(names)[:_MAX_ATTACHMENTS]:
            yield _Storage(self.container, [*self.path, name])

    def _stream(self, tag: int, kind: int) -> bytes | None:
        path = [*self.path, f"__substg1.0_{tag:04X}{kind:04X}"]
        if not self.container.exists(path):
            return None
        data: bytes = self.container.openstream(path).read(MAX_STREAM_BYTES)
        return data

    def _fixed(self, tag: int) -> bytes:
        """Eight bytes of a property of fixed size; zeros when there is none ([MS-OXMSG] 2.4)."""
        path = [*self.path, _PROPERTIES]
        if self.container.exists(path):
            data = self.container.openstream(path).read(MAX_STREAM_BYTES)
            # The header is 32, 24 or 8 bytes long for a message, one inside another, and the rest.
            last = self.path[-1] if self.path else ""
            header = 32 if not last else 24 if last.startswith("__substg") else 8
            for at in range(header, len(data) - 15, 16):
                if int.from_bytes(data[at + 2 : at + 4], "little") == tag:
                    return bytes(data[at + 8 : at + 16])
        return bytes(8)


def _mail(message: _Storage, depth: int) -> bytes:
    kind = message.text(0x001A)
    head = "".join(_header_lines(message, kind))
    if kind.upper().endswith("SMIME.MULTIPARTSIGNED"):
        for attached in message.attachments():  # the whole body, with its own headers
            return head.encode("utf-8", "replace") + attached.binary(0x3701)
    special, leading = _special(kind)
    parts = [*leading, *_bodies(message), *_attached(message, depth)]
    boundary = b"=_part"
    while any(boundary in part for part in parts):
        boundary += b"_"
    outer = f'Content-Type: {special or "multipart/mixed"}; boundary="{boundary.decode()}"\n\n'
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return (head + outer).encode("utf-8", "replace") + body + b"--" + boundary + b"--\n"


def _special(kind: str) -> tuple[str, list[bytes]]:
    """Content type and first parts that say what the message class says."""
    kind = kind.upper()
    if kind.startswith("REPORT.") and kind.endswith((".IPNRN", ".IPNNRN")):
        return "multipart/report; report-type=disposition-notification", []
    if kind.startswith("REPORT."):
        action = b"delivered" if kind.endswith(".DR") else b"failed"
        status = b"Content-Type: message/delivery-status\n\nAction: " + action + b"\n"
        return "multipart/report; report-type=delivery-status", [status]
    if kind.startswith(("IPM.SCHEDULE.MEETING", "IPM.APPOINTMENT")):
        return "", [b"Content-Type: text/calendar; method=REQUEST\n\n"]
    if kind.startswith("IPM.NOTE.SMIME"):
        return "", [b"Content-Type: application/pkcs7-mime\n\n"]
    return "", []


def _header_lines(message: _Storage, kind: str) -> Iterator[str]:
    """Those that came over the network, and from the properties those that are missing."""
    given = message.text(0x007D).replace("\r\n", "\n").replace("\0", "").strip("\n")
    given = _HEADERS_OF_BODY.sub("", given + "\n" if given else "").partition("\n\n")[0]
    if given.strip():
        yield given.rstrip("\n") + "\n"
    known = {line.partition(":")[0].strip().lower() for line in given.split("\n") if ":" in line}
    sent = message.moment(0x0039) or message.moment(0x0E06)
    headers = {
        "From": "" if _NOT_MAIL.match(kind) else _sender(message),
        "To": message.text(0x0E04),
        "Cc": message.text(0x0E03),
        "Subject": message.text(0x0037),
        "Date": format_datetime(sent) if sent else "",
        "Message-ID": message.text(0x1035),
        "In-Reply-To": message.text(0x1042),
        "References": message.text(0x1039),
    }
    for name, value in headers.items():
        words = " ".join(value.replace("\0", "").split())
        if words and name.lower() not in known:
            yield f"{name}: {words}\n"
    if kind.upper().startswith("IPM.NOTE.RULES.OOFTEMPLATE"):
        yield "Auto-Submitted: auto-replied\nReturn-Path: <>\n"


def _sender(message: _Storage) -> str:
    for name_tag, *address_tags in ((0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F)):
        name = message.text(name_tag).replace("\0", "").strip().strip("'\"")
        found = (message.text(tag).replace("\0", "").strip() for tag in address_tags)
        # Inside one Exchange an address is "/O=FIRM/OU=…/CN=…", which nobody can answer to.
        address = next((text for text in found if "@" in text), "")
        if name or address:
            quoted = name.replace("\\", "").replace('"', "")
            return f'"{quoted}" <{address}>' if address else quoted
    return ""


def _bodies(message: _Storage) -> Iterator[bytes]:
    """The words of the message: plain text, else HTML, else what the rich text says."""
    if plain := message.text(0x1000):
        yield _part("text/plain", plain)
    elif page := message.binary(0x1013):
        yield (
            f"Content-Type: text/html; charset={_codec(message.number(0x3FDE))}\n\n".encode() + page
        )
    elif page_text := message.text(0x1013):
        yield _part("text/html", page_text)
    elif rich := message.binary(0x1009):
        yield _part("text/plain", _rich_text(rich))


def _rich_text(data: bytes) -> str:
    from compressed_rtf import decompress
    from striprtf import striprtf

    source = decompress(data)[:MAX_STREAM_BYTES].decode("latin-1")
    to_text: Callable[..., str] = striprtf.rtf_to_text
    return to_text(source, errors="replace")


def _attached(message: _Storage, depth: int) -> Iterator[bytes]:
    for attached in message.attachments():
        inner = attached.folder(f"__substg1.0_3701{_OBJECT:04X}")
        name = attached.text(0x3707) or attached.text(0x3704) or attached.text(0x3001)
        if inner is not None and attached.number(0x3705) == 5:
            if depth < _MAX_DEPTH:
                yield b"Content-Type: message/rfc822\n\n" + _mail(inner, depth + 1)
            continue
        if attached.text(0x3712) and not name:  # a picture of the body
            continue
        name = " ".join(name.replace("\0", "").replace('"', "'").replace("\\", "/").split())
        yield f'Content-Disposition: attachment; filename="{name or "attachment"}"\n\n'.encode()


def _part(kind: str, words: str) -> bytes:
    words = words.replace("\0", "").replace("\r\n", "\n")
    return f"Content-Type: {kind}; charset=utf-8\n\n{words}".encode("utf-8", "replace")


def _codec(codepage: int) -> str:
    """A charset as mail names it; no name for a code page that mail has none for."""
    return {65001: "utf-8", 28591: "latin-1", 20127: "us-ascii", 0: ""}.get(
        codepage, f"cp{codepage}"
    )


def _decoded(data: bytes, codepage: int) -> str:
    return decode(data, _codec(codepage) or "cp1252")
