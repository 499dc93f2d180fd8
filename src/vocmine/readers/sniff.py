"""What a file is, by its content: a table vocmine can read, or something else, by name."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vocmine.errors import SourceError
from vocmine.readers.encoding import Encoding, find_encoding, read_head

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["csv", "json", "jsonl", "workbook"]

_SAVE_AS_CSV = "Open it in a spreadsheet and save it as CSV UTF-8 or XLSX."
_TABLE_FORMATS = "vocmine reads CSV, TSV, XLSX, JSON and JSONL tables, and e-mail."
_UNPACKED_BY = "Give it to 'vocmine analyze', which unpacks it, or name the file inside."
_MAGIC = (
    (b"\x89PNG", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"%PDF", "a PDF document", "Ask for the same data as a spreadsheet or CSV."),
    (b"{\\rtf", "an RTF document", "Ask for the same data as a spreadsheet or CSV."),
    (b"MZ", "a Windows program", ""),
    (b"\x7fELF", "a program", ""),
    (b"\x1f\x8b", "a gzip archive", _UNPACKED_BY),
    (b"BZh", "a bzip2 archive", _UNPACKED_BY),
    (b"\xfd7zXZ", "an xz archive", _UNPACKED_BY),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Decompress it first and name the file inside."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Decompress it first and name the file inside."),
    (b"Rar!", "a RAR archive", "Decompress it first and name the file inside."),
    (b"SQLite format 3\0", "a SQLite database", "Export the table of messages as CSV."),
    (b"PAR1", "a Parquet file", "Export it as CSV or JSONL."),
    (b"!BDN", "an Outlook mailbox (PST)", "Export its folders as mbox or eml."),
)
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL = re.compile(
    r"(?:From \S+.*\d{4}\r?\n|(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|"
    r"X-[\w-]+|From|To|Date|Subject|DKIM-Signature):[ \t].*\r?\n(?:[A-Za-z][\w-]*:|[ \t]))",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


class ForeignFileError(SourceError):
    """The file is not a table: `binary` tells a broken export from another source's file."""

    def __init__(self, message: str, hint: str = "", *, binary: bool = False) -> None:
        super().__init__(message, hint)
        self.binary = binary


class EmptyFileError(SourceError):
    """The file has nothing in it."""


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is: kind of table, how to decode it, and the start of its text.

    For a workbook `encoding` means nothing and `head` is empty.
    """

    kind: Kind
    encoding: Encoding
    head: str
    complete: bool
    """Whether `head` is the whole file."""


def sniff(path: Path, *, encoding: str = "") -> Sniffed:
    """Look at the content of a file and say what kind of table it is.

    Raises:
        EmptyFileError: Nothing but white space.
        ForeignFileError: Not a table: an image, an archive, a mailbox, a web page.
        SourceError: The file cannot be opened, or is not in `encoding`.
        UsageError: `encoding` names no encoding.
    """
    if path.is_dir():
        raise ForeignFileError(f"{path.name} is a folder.", "Name the files inside it.")
    raw = read_head(path)
    size = path.stat().st_size
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise EmptyFileError(f"{path} is empty.", "Export it again and check that it has rows.")
    if _is_workbook(path, raw):
        return Sniffed("workbook", Encoding("utf-8"), "", True)
    _refuse_binary(path, raw)
    try:
        found = find_encoding(raw, explicit=encoding)
    except UnicodeError:
        raise SourceError(
            f"{path.name} is not in {encoding}.",
            "Leave --encoding out and it is detected, or name another one.",
        ) from None
    head = raw[found.bom :].decode(found.name, "replace").replace("\0", "")
    _refuse_garbage(path, head)
    start = head[:4096].lstrip()
    _refuse_documents(path, start)
    kind: Kind = "csv"
    if re.match(r'\{\s*(?:"|\}|$)|\[\s*(?:[{\[\]"]|null|$)', start):
        kind = "jsonl" if _json_lines(head) else "json"
    return Sniffed(kind, found, head, len(raw) >= size)


def _is_workbook(path: Path, raw: bytes) -> bool:
    if raw.startswith(_OLE2):
        # Word, Outlook and old Excel files share this container; the reader tells them apart.
        if b"W\0o\0r\0k\0b\0o\0o\0k" in raw or b"B\0o\0o\0k\0\0" in raw:
            return True
        raise ForeignFileError(
            f"{path.name} is an old Microsoft Office or Outlook file, not a workbook.",
            _SAVE_AS_CSV,
            binary=True,
        )
    if not raw.startswith(b"PK\x03\x04"):
        return False
    names = _names_in_zip(path)
    if not names:
        raise SourceError(
            f"{path.name} is a damaged workbook or archive (the file is cut short).",
            "Download or export it again.",
        )
    office = _office(names)
    if office == "workbook":
        return True
    if office:
        raise ForeignFileError(f"{path.name} is {office}.", _TABLE_FORMATS, binary=True)
    raise ForeignFileError(f"{path.name} is a zip archive.", _UNPACKED_BY, binary=True)


def is_office_document(path: Path) -> bool:
    """Whether a zip file is a workbook or another office document, not an archive of files."""
    return bool(_office(_names_in_zip(path)))


def _office(names: frozenset[str]) -> str:
    """What office document has these members: `workbook`, another by its name, or none."""
    typed = "[Content_Types].xml" in names
    folders = {name.partition("/")[0] for name in names if "/" in name}
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"} or (typed and "xl" in folders):
        return "workbook"
    if "word/document.xml" in names or (typed and "word" in folders):
        return "a Word document"
    return "a presentation or another Office document" if typed else ""


def _names_in_zip(path: Path) -> frozenset[str]:
    """Names of its members; none when it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(archive.namelist())
    # What the standard library raises on a directory that makes no sense is not documented.
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError):
        return frozenset()


def _refuse_binary(path: Path, raw: bytes) -> None:
    for mark, name, hint in _MAGIC:
        if raw.startswith(mark) and (len(mark) > 3 or _CONTROL.search(raw[:512].decode("latin-1"))):
            advice = hint or f"Check which file you exported: {_TABLE_FORMATS}"
            raise ForeignFileError(f"{path.name} is {name}, not a table.", advice, binary=True)


def _refuse_garbage(path: Path, head: str) -> None:
    sample = head[: 1 << 16]
    if len(_CONTROL.findall(sample)) > max(8, len(sample) // 50):
        raise ForeignFileError(
            f"{path.name} is a binary file, not a table.",
            f"Check which file you exported: {_TABLE_FORMATS}",
            binary=True,
        )


def _refuse_documents(path: Path, start: str) -> None:
    lowered = start[:1024].lower()
    if lowered.startswith(("<!doctype html", "<html", "<table", "<head", "<body", "<meta")):
        raise ForeignFileError(
            f"{path.name} is a web page (HTML), often what an old system calls an Excel file.",
            _SAVE_AS_CSV,
            binary=True,
        )
    if lowered.startswith(("<?xml", "<?mso", "<workbook")):
        raise ForeignFileError(f"{path.name} is XML, not a table.", _SAVE_AS_CSV, binary=True)
    if _MAIL.match(start):
        raise ForeignFileError(f"{path.name} looks like e-mail, not a table.")


def _json_lines(head: str) -> bool:
    lines = [line for line in head.split("\n", 40)[:40] if line.strip()]
    whole = sum(1 for line in lines if line.strip().startswith("{") and _is_object(line))
    if len(lines) == 1:
        # One object may be one record or a document that holds them: the reader decides.
        return False
    return whole >= 1 and whole * 2 >= len(lines)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
