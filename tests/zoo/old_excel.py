"""A workbook of Excel 97 (BIFF8 in an OLE2 container), as small as the format allows.

Layouts: Microsoft's open specifications MS-XLS (records) and MS-CFB (container).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_BOF, _EOF, _SHEET, _LABEL, _SIZE, _CODEPAGE = 0x0809, 0x000A, 0x0085, 0x0204, 0x0200, 0x0042
_WHOLE, _ONE_SHEET = 0x0005, 0x0010


def old_workbook(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """An XLS file with one sheet of text cells."""
    return _container(_stream(name, rows))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<HB", len(units) // 2, 1) + units


def _start(kind: int) -> bytes:
    return _record(_BOF, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1997, 0x41, 6))


def _stream(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """The stream `Workbook`: the globals with the sheet's name and place, then the sheet."""
    title = name.encode("utf-16-le")
    front = _start(_WHOLE) + _record(_CODEPAGE, struct.pack("<H", 1200))
    length = len(front) + 4 + 8 + len(title) + 4
    place = struct.pack("<IBBBB", length, 0, 0, len(name), 1) + title
    body = _start(_ONE_SHEET) + _record(
        _SIZE, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    )
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            body += _record(_LABEL, struct.pack("<HHH", r, c, 0) + _wide(cell))
    return front + _record(_SHEET, place) + _record(_EOF) + body + _record(_EOF)


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    title = (name + "\0").encode("utf-16-le") if name else b""
    return (
        title.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(title), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def _container(stream: bytes) -> bytes:
    # Streams of less than 4,096 bytes would need the container's second, finer allocation.
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    chain = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{_SECTOR // 4}I", *chain, *[_FREE] * (_SECTOR // 4 - len(chain)))
    directory = (
        _entry("Root Entry", 5, _END, 0, child=1)
        + _entry("Workbook", 2, 2, len(stream))
        + _entry("", 0, 0, 0) * 2
    )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
        + struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
        + struct.pack("<108I", *[_FREE] * 108)
    )
    return header + fat + directory + stream
