"""Bytes of compressed files in blocks, within limits on how many there may be."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

MAX_BYTES = 16 * 2**30
"""Unpacked bytes of one archive, with those of the archives in it."""
MAX_RATIO = 250
"""Unpacked bytes for each byte of the archive; what people write stays under 50."""
RATIO_FROM = 64 * 2**20
"""Unpacked bytes up to which the ratio is not looked at: they do no harm."""
MAX_MEMBERS = 100_000
"""Files in one archive, with those of the archives in it."""

BLOCK_BYTES = 1 << 20
_XZ_MEMORY = 256 * 2**20
_TAR_HEADER = 512


class LimitError(Exception):
    """What is unpacked is larger than any export: stop here."""


@dataclass(slots=True)
class Budget:
    """What one archive that the user gave may still unpack, archives inside it included.

    Args:
        size: Bytes of the archive itself.
        max_bytes: Unpacked bytes.
        max_members: Files.
        ratio_from: Unpacked bytes up to which `MAX_RATIO` is not looked at.
    """

    size: int
    max_bytes: int = MAX_BYTES
    max_members: int = MAX_MEMBERS
    ratio_from: int = RATIO_FROM
    unpacked: int = field(default=0, init=False)
    members: int = field(default=0, init=False)

    def spend(self, count: int) -> None:
        """Count bytes that were unpacked.

        Raises:
            LimitError: They are too many.
        """
        self.unpacked += count
        if self.unpacked > self.max_bytes:
            raise LimitError(f"it unpacks to more than {self.max_bytes / 2**30:.4g} GiB")
        if self.unpacked > max(self.ratio_from, MAX_RATIO * self.size):
            raise LimitError(f"it unpacks to more than {MAX_RATIO} times its size")

    def count(self) -> None:
        """Count a file.

        Raises:
            LimitError: They are too many.
        """
        self.members += 1
        if self.members > self.max_members:
            raise LimitError(f"it holds more than {self.max_members:,} files")


def decompressed(file: IO[bytes], kind: str) -> Iterator[bytes]:
    """Blocks of at most `BLOCK_BYTES` out of a gzip, bzip2 or xz file; joined streams are one.

    Args:
        file: The compressed file, at its start.
        kind: `gzip`, `bzip2`, `xz`, or anything else for a file that is not compressed.

    Raises:
        EOFError: It is cut short.
        OSError, zlib.error, lzma.LZMAError: It is damaged.
    """
    if kind == "gzip":
        with gzip.GzipFile(fileobj=file) as stream:
            while block := stream.read1(BLOCK_BYTES):  # what comes before a cut is given, too
                yield block
    elif kind in {"bzip2", "xz"}:
        yield from _streams(file, kind)
    else:
        while block := file.read(BLOCK_BYTES):
            yield block


def _streams(file: IO[bytes], kind: str) -> Iterator[bytes]:
    # The standard library's LZMAFile sets no limit on memory: a file may ask for 4 GiB.
    decoder = _decoder(kind)
    data = file.read(BLOCK_BYTES)
    while True:
        if decoder.eof:
            # xz files may be padded with zeros between their streams.
            data = (decoder.unused_data or file.read(BLOCK_BYTES)).lstrip(b"\0")
            if not data:
                return
            decoder = _decoder(kind)
        elif not data and decoder.needs_input:
            data = file.read(BLOCK_BYTES)
            if not data:
                raise EOFError("the file ends inside a stream")
        block = decoder.decompress(data, BLOCK_BYTES)
        data = b""
        if block:
            yield block


def _decoder(kind: str) -> bz2.BZ2Decompressor | lzma.LZMADecompressor:
    if kind == "bzip2":
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor(memlimit=_XZ_MEMORY)


def holds_tar(file: IO[bytes], kind: str) -> bool:
    """Whether the first file in a tar begins where a file does, once decompressed."""
    start = b""
    try:
        for block in decompressed(file, kind):
            start += block
            if len(start) >= _TAR_HEADER:
                break
        tarfile.TarInfo.frombuf(start[:_TAR_HEADER], "utf-8", "surrogateescape")
    except Exception:  # damaged, which whoever unpacks it tells in words
        return False
    return start[257:262] == b"ustar"


class CountedStream:
    """Blocks as the stream that `tarfile` reads, every byte counted before it is kept.

    Args:
        blocks: What the stream holds.
        budget: What it may hold.
    """

    def __init__(self, blocks: Iterator[bytes], budget: Budget) -> None:
        self._blocks = blocks
        self._budget = budget
        self._pieces: list[bytes] = []
        self._size = 0

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        while self._size < size and (block := next(self._blocks, b"")):
            self._budget.spend(len(block))
            self._pieces.append(block)
            self._size += len(block)
        whole = b"".join(self._pieces)
        taken, rest = whole[:size], whole[size:]
        self._pieces, self._size = [rest] if rest else [], len(rest)
        return taken

    def drain(self) -> None:
        """Read what is left, so that a file cut short behind its last member is noticed."""
        for block in self._blocks:
            self._budget.spend(len(block))
