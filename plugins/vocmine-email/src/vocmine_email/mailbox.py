"""Raw messages out of a mailbox, one at a time: memory does not grow with the mailbox.

`mailbox.mbox` of the standard library indexes the whole file first and takes every line that
starts with `From ` for a separator; this reader streams, and also looks at what surrounds one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal

from vocmine_email import outlook
from vocmine_email.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["mbox", "eml", "maildir", "msg"]

MAX_MESSAGE_BYTES = 32 * 2**20
"""A message is read up to here; what follows (attachments, in practice) is dropped."""
_BLOCK_BYTES = 2**20
_LOOK_AHEAD = 4096
_HEAD_BYTES = 2**16

HEADER_LINE = re.compile(rb"[!-9;-~]{1,128}:[ \t\r\n]|[A-Za-z][A-Za-z0-9-]{0,127}:[^/]")
_ASCTIME = re.compile(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    rb" {1,2}\d{1,2} \d{1,2}:\d\d"
)
_DATED = re.compile(
    rb"\d{1,2}:\d\d[^\n]{0,40}\b(?:19|20)\d\d\b|\b(?:19|20)\d\d\b[^\n]{0,40}\d{1,2}:\d\d"
)
_ESCAPED_FROM = re.compile(rb"(?m)^>(>*From )")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_KNOWN_HEADERS = word_set(
    "from to cc bcc subject date message-id received return-path mime-version delivered-to "
    "content-type content-transfer-encoding reply-to in-reply-to references sender"
)
_PROOF_HEADERS = frozenset(["date", "message-id", "received", "return-path", "mime-version"])


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as bytes.

    Args:
        raw: Headers and body, with mbox's `>From ` escapes undone.
        envelope: The `From ` line of an mbox without its first word; empty elsewhere.
        folder: Name of the Maildir++ subfolder, empty for the mailbox itself.
        cut: Whether the message was longer than `MAX_MESSAGE_BYTES`.
        error: Why there are no bytes; empty when there are.
    """

    raw: bytes
    envelope: str = ""
    folder: str = ""
    cut: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a path looks like: its kind (None: no mail), the score and why, in one sentence."""

    kind: Kind | None
    score: float
    reason: str
    headers: tuple[str, ...] = ()


NOT_MAIL = Sniffed(None, 0.0, "No mailbox separator and no mail headers at the start.")

_OUTLOOK = Sniffed("msg", 0.98, "A compound file with the properties of an Outlook message.")


def sniff(path: Path) -> Sniffed:
    """Tell by content, never by the extension, whether `path` holds mail."""
    if path.is_dir():
        return _sniff_directory(path)
    if not path.is_file():
        return NOT_MAIL
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
        if head.startswith(outlook.MAGIC):
            stream.seek(0)
            return _OUTLOOK if outlook.is_outlook_message(stream) else NOT_MAIL
    return sniff_bytes(head)


def sniff_bytes(head: bytes) -> Sniffed:
    """The same for the first bytes of a file."""
    wide = utf16(head)
    head = as_utf8(head).lstrip(b"\r\n")
    if b"\n" not in head:
        head = head.replace(b"\r", b"\n")  # line ends of an old Macintosh
    if head.startswith(b"From ") and not wide:
        line, _, rest = head.partition(b"\n")
        headers = header_names(rest)
        if headers:
            dated = bool(_ASCTIME.search(line) or _DATED.search(line))
            reason = "Starts with a 'From ' separator followed by mail headers."
            return Sniffed("mbox", 0.98 if dated else 0.9, reason, headers)
        return NOT_MAIL
    headers = header_names(head)
    known = {name.lower() for name in headers} & _KNOWN_HEADERS
    # A page saved by a browser (MHTML) has mail headers too, and is nobody's mail.
    if "from" not in known or len(known) < 2 or "Snapshot-Content-Location" in headers:
        return NOT_MAIL
    if known & _PROOF_HEADERS:
        return Sniffed("eml", 0.95, "Starts with the headers of a mail message.", headers)
    return Sniffed("eml", 0.6, "Starts with lines that look like mail headers.", headers)


def utf16(raw: bytes) -> str:
    """Python's name of the UTF-16 that a file is in, by its mark or its zero bytes; or empty."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = raw[:64]
    if len(sample) < 16:
        return ""
    # Header names are ASCII: every second byte of theirs is zero.
    low, high = sample[1::2], sample[::2]
    if not any(low) and all(high):
        return "utf-16-le"
    return "utf-16-be" if not any(high) and all(low) else ""


def as_utf8(raw: bytes) -> bytes:
    """A message saved as UTF-16 or with a byte order mark, as mail programs write it."""
    if codec := utf16(raw):
        return raw.decode(codec, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
    return raw.removeprefix(_BYTE_ORDER_MARK)


def header_names(block: bytes) -> tuple[str, ...]:
    """Names of the header lines at the start of `block`, in order, once each."""
    names: dict[str, None] = {}
    for line in block.split(b"\n"):
        if not line.strip():
            break
        if line[:1] in b" \t" or line.startswith(b">From "):
            continue
        if not HEADER_LINE.match(line + b"\n"):
            break
        names[line.partition(b":")[0].decode("ascii", "replace")] = None
    return tuple(names)


def _sniff_directory(path: Path) -> Sniffed:
    if not _is_maildir(path):
        return Sniffed(None, 0.0, "The folder has no cur and new folders.")
    if all((path / name).is_dir() for name in ("cur", "new", "tmp")):
        return Sniffed("maildir", 0.98, "The folder has cur, new and tmp, as a Maildir has.")
    first = next(_maildir_files(path), None)
    if first is not None and sniff(first).kind == "eml":
        return Sniffed("maildir", 0.9, "The folder has cur or new with mail in it.")
    return Sniffed(None, 0.0, "The folder has cur or new, but no mail in it.")


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() or (path / "new").is_dir()


def messages(path: Path, kind: Kind) -> Iterator[RawMessage]:
    """Every message of a mailbox, in order (Maildir: by file name, which starts with the time).

    Raises:
        OSError: When a file cannot be opened.
    """
    if kind == "maildir":
        yield from _maildir_messages(path)
        return
    if kind == "msg":
        yield _outlook_message(path)
        return
    with path.open("rb") as stream:
        if kind == "mbox":
            yield from split_mbox(stream)
        else:
            yield _whole(stream)


def _outlook_message(path: Path) -> RawMessage:
    try:
        return RawMessage(outlook.to_mail(path))
    # Whatever a damaged container makes its reader raise, it is one message that cannot be read.
    except Exception as error:
        return RawMessage(b"", error=str(error) if isinstance(error, ValueError) else repr(error))


def _maildir_messages(path: Path) -> Iterator[RawMessage]:
    for file in _maildir_files(path):
        with file.open("rb") as stream:
            yield _whole(stream)
    # Maildir++: subfolders are hidden folders beside cur, each a Maildir of its own.
    for folder in sorted(path.glob(".*")):
        if folder.is_dir() and _is_maildir(folder):
            for file in _maildir_files(folder):
                with file.open("rb") as stream:
                    yield _whole(stream, folder=folder.name.removeprefix("."))


def _maildir_files(path: Path) -> Iterator[Path]:
    files = [
        file
        for name in ("cur", "new")
        if (path / name).is_dir()
        for file in (path / name).iterdir()
        if not file.name.startswith(".") and file.is_file()
    ]
    yield from sorted(files, key=lambda file: file.name)


def _whole(stream: BinaryIO, *, folder: str = "") -> RawMessage:
    raw = stream.read(MAX_MESSAGE_BYTES + 1)
    return RawMessage(
        as_utf8(raw[:MAX_MESSAGE_BYTES]),
        folder=folder,
        cut=len(raw) > MAX_MESSAGE_BYTES,
    )


def split_mbox(stream: BinaryIO, *, limit: int = MAX_MESSAGE_BYTES) -> Iterator[RawMessage]:
    """Split an mbox (mboxo, mboxrd or without escapes) at its separators.

    A line that starts with `From ` separates when it reads like one: an empty line before it
    and a ctime date in it, or a header after it and either a date or a single word (some
    programs write `From -`). A sentence of a body that starts with "From " does not.

    Args:
        stream: The mailbox, at its start.
        limit: Bytes kept of each message.
    """
    buffer = bytearray(b"\n\n")  # as if an empty line came before the first separator
    scan = 0
    cut = started = False
    while True:
        at = buffer.find(b"\nFrom ", scan)
        if at < 0 or len(buffer) - at < _LOOK_AHEAD:
            block = stream.read(_BLOCK_BYTES)
            if block:
                if len(buffer) > limit + 2 * _BLOCK_BYTES and at < 0:
                    del buffer[limit:-_LOOK_AHEAD]
                    cut = True
                scan = max(0, len(buffer) - 5) if at < 0 else at
                buffer += block
                continue
        if at < 0:
            break
        if not _separates(buffer, at):
            scan = at + 1
            continue
        if started:
            yield _from_mbox(buffer[: min(at, limit)], cut=cut or at > limit)
        del buffer[: at + 1]
        scan, cut, started = 0, False, True
    if started:
        yield _from_mbox(buffer[:limit], cut=cut or len(buffer) > limit)


def _separates(buffer: bytearray, at: int) -> bool:
    """Whether the line after the newline at `at`, which starts with `From `, is a separator."""
    end = buffer.find(b"\n", at + 1, at + _LOOK_AHEAD)
    line = bytes(buffer[at + 1 : end if end >= 0 else at + _LOOK_AHEAD]).rstrip(b"\r")
    before = bytes(buffer[max(0, at - 2) : at])
    blank_before = before.endswith((b"\n", b"\n\r"))
    header_after = end >= 0 and HEADER_LINE.match(buffer, end + 1) is not None
    if _ASCTIME.search(line):
        return blank_before or header_after
    loose = _DATED.search(line) is not None or len(line[5:].split()) <= 1
    return loose and blank_before and header_after


def _from_mbox(block: bytearray, *, cut: bool) -> RawMessage:
    line, _, raw = bytes(block).partition(b"\n")
    if b">From " in raw:
        raw = _ESCAPED_FROM.sub(rb"\1", raw)
    # The envelope line is ASCII in every format; a sender name that is not must not stop us.
    return RawMessage(raw, envelope=line[5:].strip().decode("latin-1"), cut=cut)
