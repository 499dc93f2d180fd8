"""Archives of exports, told by content and unpacked into a folder within stated limits.

gzip, bzip2 and xz hold one file; zip and tar (compressed or not) hold many. Nothing is ever
written outside the folder given, links are not followed, and what cannot be unpacked is told.
"""

from __future__ import annotations

import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal

from vocmine.compression import (
    BLOCK_BYTES,
    Budget,
    CountedStream,
    LimitError,
    decompressed,
    holds_tar,
)
from vocmine.errors import SourceError
from vocmine.readers.sniff import is_office_document

Kind = Literal["", "gzip", "bzip2", "xz", "zip", "tar"]

MAX_NESTING = 1
"""Archives inside an archive are read, those inside of these are not."""
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_SUFFIXES = {"gzip": (".gz", ".gzip"), "bzip2": (".bz2",), "xz": (".xz",)}
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_METHOD_NAMES = {9: "deflate64", 14: "lzma", 93: "zstd", 95: "xz", 98: "ppmd"}
_ENCRYPTED = 0x41
_UTF8_NAME = 0x800
_SYSTEM = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_LONGEST_NAME = 200
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError,
    ValueError, OverflowError, NotImplementedError,
)  # fmt: skip
_BY_HAND = "Unpack it yourself and name the files inside."


class _NoRoomError(Exception):
    """The disk is full, or the folder cannot be written."""


@dataclass(slots=True)
class Unpacked:
    """What came out of an archive.

    Args:
        names: Name inside the archive of every file that was unpacked, by its path.
        problems: What could not be unpacked, one sentence for each reason.
    """

    names: dict[Path, str] = field(default_factory=dict)
    problems: list[SourceError] = field(default_factory=list)


def kind_of(path: Path) -> Kind:
    """What compresses or packs a file, by its first bytes; empty when nothing does.

    Workbooks and other office documents are zip files as well, and are no archives here.
    """
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            kind = _by_magic(file.read(16))
            if kind == "zip":
                return "" if is_office_document(path) else "zip"
            file.seek(0)
            return "tar" if holds_tar(file, kind) else kind
    except OSError:  # the sources complain of what cannot be opened
        return ""


def _by_magic(head: bytes) -> Kind:
    if _BZIP2.match(head):
        return "bzip2"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def unpack(path: Path, name: str, kind: Kind, folder: Path, budget: Budget) -> Unpacked:
    """Unpack an archive into an empty folder.

    Args:
        path: The archive.
        name: What people call it, for messages.
        kind: What `kind_of` says of it; not empty.
        folder: Where the files go; exists.
        budget: Shared by an archive and those inside it.

    Raises:
        SourceError: It is damaged from the start, or unpacks to more than the limits.
    """
    work = _Unpacking(path, name, folder, budget)
    try:
        if kind == "zip":
            work.zip()
        elif kind == "tar":
            work.tar()
        else:
            work.single(kind)
    except LimitError as error:
        raise SourceError(f"{name} is not read: {error}, as no export does.", _BY_HAND) from None
    except _NoRoomError as error:
        raise SourceError(
            f"{name} cannot be unpacked: {error}.",
            "Make room in the folder for temporary files, or unpack it yourself.",
        ) from None
    except (*_DAMAGE, OSError):  # OSError: gzip and bzip2 say so of what is not in their format
        raise damaged(name) from None
    return work.done()


def damaged(name: str) -> SourceError:
    """What to say of an archive that cannot be read to its end."""
    return SourceError(
        f"{name} is a damaged workbook or archive (the file is cut short or altered).",
        "Download or export it again.",
    )


def cut_short(name: str) -> SourceError:
    """What to say of a compressed file whose start can be read."""
    return SourceError(
        f"{name} is cut short or altered, so it was read up to there.",
        "Download or export it again for the rest.",
    )


def too_deep(name: str) -> SourceError:
    """What to say of an archive inside an archive inside an archive."""
    return SourceError(
        f"{name} is an archive inside an archive inside an archive, and is not opened.",
        "Unpack the outer one yourself and name this one.",
    )


def no_export_in(name: str) -> SourceError:
    """What to say of an archive with nothing in it that a source reads."""
    return SourceError(
        f"The archive {name} holds no export that vocmine can read.",
        "Unpack it and give a file of it, to see why, with 'vocmine preview FILE'.",
    )


def holds_one_file(kind: Kind) -> bool:
    """Whether a kind compresses one file, which then needs no name of its own."""
    return kind in _SUFFIXES


class _Unpacking:
    """One archive on its way into a folder."""

    def __init__(self, path: Path, name: str, folder: Path, budget: Budget) -> None:
        self._path = path
        self._name = name
        self._folder = folder
        self._budget = budget
        self._found = Unpacked()
        self._seen: Counter[str] = Counter()
        self._refused: dict[tuple[str, str], list[str]] = {}

    def done(self) -> Unpacked:
        """What was unpacked, with one sentence for each reason of what was not."""
        for (reason, hint), names in self._refused.items():
            more = f" (and so do {len(names) - 1} more)" if len(names) > 1 else ""
            sentence = f"{self._name}/{names[0]} {reason}{more}."
            self._found.problems.append(SourceError(sentence, hint))
        return self._found

    def single(self, kind: Kind) -> None:
        """Unpack a file that was compressed by itself, under its own name.

        What comes before damage is kept: those rows are customers' words as much as any.
        """
        name = self._path.name
        for suffix in _SUFFIXES[kind]:
            if name.lower().endswith(suffix) and len(name) > len(suffix):
                name = name[: -len(suffix)]
        target = self._folder / name
        try:
            with self._path.open("rb") as file:
                self._write(decompressed(file, kind), target)
        except (*_DAMAGE, OSError):
            if not target.is_file() or not target.stat().st_size:
                raise
            _drop_cut_line(target)
            self._found.problems.append(cut_short(self._name))
        self._found.names[target] = name

    def zip(self) -> None:
        """Unpack a zip, member by member: one that is damaged does not stop the others."""
        with zipfile.ZipFile(self._path) as archive:
            for member in archive.infolist():
                name = _name_in_zip(member)
                self._budget.count()
                if member.is_dir() or _is_system(name):
                    continue
                if not self._can_open(member, name):
                    continue
                target = self._target(name, link=stat.S_ISLNK(member.external_attr >> 16))
                if target is not None:
                    with self._member(name, target), archive.open(member) as stream:
                        self._write(decompressed(stream, ""), target)

    def tar(self) -> None:
        """Unpack a tar in one pass; what follows damage cannot be found again."""
        with self._path.open("rb") as file:
            kind = _by_magic(file.read(16))
            file.seek(0)
            stream = CountedStream(decompressed(file, kind), self._budget)
            # Counted before tarfile sees it: names, too, can be made to fill the memory.
            with tarfile.open(  # type: ignore[call-overload]
                fileobj=stream, mode="r|", bufsize=BLOCK_BYTES
            ) as archive:
                self._members_of_tar(archive)
            stream.drain()

    def _members_of_tar(self, archive: tarfile.TarFile) -> None:
        while (member := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # it remembers all it has seen
            self._budget.count()
            if member.isdir() or _is_system(member.name):
                continue
            name = _shown(member.name)
            # The holes of a sparse file are zeros that its size in the archive does not count.
            target = self._target(name, link=not member.isreg() or member.issparse())
            stream = None if target is None else archive.extractfile(member)
            if target is not None and stream is not None:
                self._write(decompressed(stream, ""), target, counted=True)
                self._keep(name, target)

    def _can_open(self, member: zipfile.ZipInfo, name: str) -> bool:
        if member.flag_bits & _ENCRYPTED:
            self._refuse(name, "needs a password", "Unzip it first and name the files inside.")
            return False
        if member.compress_type not in _METHODS:
            reason = (
                "was compressed with a method that vocmine does not read "
                f"({_METHOD_NAMES.get(member.compress_type, member.compress_type)})"
            )
            self._refuse(name, reason, "Unzip it first and name the files inside.")
            return False
        return True

    @contextmanager
    def _member(self, name: str, target: Path) -> Iterator[None]:
        """Count a member as unpacked, or as damaged."""
        try:
            yield
        except (*_DAMAGE, OSError, RuntimeError):
            target.unlink(missing_ok=True)
            self._refuse(name, "is damaged inside the archive", "Download or export it again.")
        else:
            self._keep(name, target)

    def _keep(self, name: str, target: Path) -> None:
        # A zip may hold two files of the same name; each is an export of its own.
        self._seen[name] += 1
        self._found.names[target] = f"{name} ({n})" if (n := self._seen[name]) > 1 else name

    def _target(self, name: str, *, link: bool) -> Path | None:
        """Where to write a member, or None for one that is refused."""
        parts = _parts(name)
        if link or parts is None:
            why = "is a link or a device" if link else "has a name that leads out of the archive"
            self._refuse(name, f"{why} and is left aside", "If it is an export, name the file.")
            return None
        target = wanted = self._folder.joinpath(*parts)
        number = 1
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            while target.exists():
                number += 1
                target = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
        except OSError:
            self._refuse(name, "has a name that this disk cannot hold", _BY_HAND)
            return None
        return target

    def _write(self, blocks: Iterator[bytes], target: Path, *, counted: bool = False) -> None:
        with _writing(target) as file:
            for block in blocks:
                if not counted:
                    self._budget.spend(len(block))
                try:
                    file.write(block)
                except OSError as error:
                    raise _NoRoomError(error.strerror or str(error)) from None

    def _refuse(self, name: str, reason: str, hint: str) -> None:
        self._refused.setdefault((reason, hint), []).append(name)


@contextmanager
def _writing(target: Path) -> Iterator[IO[bytes]]:
    try:
        file = target.open("xb")
    except OSError as error:
        raise _NoRoomError(error.strerror or str(error)) from None
    with file:
        yield file


def _drop_cut_line(path: Path) -> None:
    """Cut a file after its last line end, so that half a row is not taken for a whole one."""
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - BLOCK_BYTES))
        rest = file.read()
        end = rest.rfind(b"\n") + 1
        if end:
            end += rest[end : end + 1] == b"\0"  # a line end in UTF-16
            file.truncate(size - len(rest) + end)


def _name_in_zip(member: zipfile.ZipInfo) -> str:
    """A member's name; what does not say that it is UTF-8 may be, or is in Windows' old code."""
    if member.flag_bits & _UTF8_NAME:
        return _shown(member.filename)
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return _shown(member.filename)
    try:
        return _shown(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _shown(raw.decode("cp850"))


def _shown(name: str) -> str:
    """A name that can be stored and printed."""
    return name.encode("utf-8", "replace").decode().removeprefix("./")


def _parts(name: str) -> list[str] | None:
    """A member's folders and name, fit for any disk; None when it leads out of the archive."""
    pieces = [piece for piece in re.split(r"[/\\]", name) if piece not in {"", "."}]
    if _ABSOLUTE.match(name) or ".." in pieces or not pieces:
        return None
    return [_fit(piece) for piece in pieces]


def _fit(piece: str) -> str:
    piece = _UNSAFE.sub("_", piece).rstrip(" .") or "_"
    stem, dot, suffix = piece.rpartition(".")
    if not stem or len(suffix) > 20:
        stem, dot, suffix = piece, "", ""
    while len(f"{stem}{dot}{suffix}".encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}{dot}{suffix}"


def _is_system(name: str) -> bool:
    """Whether a file was put there by an operating system, not by a person."""
    pieces = re.split(r"[/\\]", name)
    return not _SYSTEM.isdisjoint(pieces) or pieces[-1].startswith("._")
