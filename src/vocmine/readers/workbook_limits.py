"""Whether a workbook can be opened in bounded memory, looked at before calamine sees it.

calamine makes room for every cell between the first and the last one of a sheet: one stray cell
in `XFD1048576` asks for 500 GB, and Rust then ends the process.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from vocmine.compression import BLOCK_BYTES, Budget, LimitError
from vocmine.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

MAX_CELLS = 20_000_000
"""Cells between the first and the last one of a sheet, which take some 100 bytes each."""
MAX_BYTES = 4 * 2**30
"""Bytes of a workbook's parts once unpacked."""

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_PREFIXED_CELL = re.compile(rb"<[\w.-]+:c[\s/>]")
_CELL_STARTS = (b"<c ", b"<c>", b"<c/", b"<c\n", b"<c\r", b"<c\t")
_DISTINCT_ROWS = 1 << 14
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error,
    expat.ExpatError,
)  # fmt: skip


def check(path: Path) -> None:
    """Read through the parts of a zipped workbook (XLSX, XLSM, ODS) and measure its sheets.

    XLSB is measured by its size alone, and XLS, which has 65,536 rows of 256 columns at most,
    not at all.

    Raises:
        SourceError: It is damaged, unpacks to more than any workbook, or has too large a sheet.
    """
    if not zipfile.is_zipfile(path):
        return
    budget = Budget(path.stat().st_size, max_bytes=MAX_BYTES)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                rows, columns = _extent(archive, member, budget)
                if rows * columns > MAX_CELLS:
                    raise _too_large(path, rows, columns)
    except LimitError as error:
        raise SourceError(
            f"{path.name} is not read: {error}, as no workbook does.",
            "Open it in a spreadsheet and save the table as CSV UTF-8.",
        ) from None
    except _DAMAGE:
        raise SourceError(
            f"{path.name} cannot be read as a workbook: it is cut short or altered.",
            "Open it in a spreadsheet and save it again as XLSX or CSV UTF-8.",
        ) from None


def _too_large(path: Path, rows: int, columns: int) -> SourceError:
    return SourceError(
        f"{path.name} has a sheet of {rows:,} rows by {columns:,} columns from its first cell to "
        f"its last, and at most {MAX_CELLS:,} cells are read.",
        "Delete what lies beyond the table, or save the sheet as CSV UTF-8, read at any length.",
    )


def _extent(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> tuple[int, int]:
    """Rows and columns of a part from the corner of its sheet; zero for other parts."""
    with archive.open(member) as stream:
        blocks = _spent(stream, budget)
        if member.filename == "content.xml":
            return _OdsCells().measure(blocks)
        if not _SHEET.fullmatch(member.filename):
            for _ in blocks:
                pass
            return 0, 0
        found = _usual_spelling(blocks)
    if found is None:
        with archive.open(member) as stream:
            found = _XlsxCells().measure(_spent(stream, budget))
    return found


def _spent(stream: IO[bytes], budget: Budget) -> Iterator[bytes]:
    while block := stream.read(BLOCK_BYTES):
        budget.spend(len(block))
        yield block


def _usual_spelling(blocks: Iterator[bytes]) -> tuple[int, int] | None:
    """The extent of a sheet that spells its cells `<c r="B7"`, as programs do; None for others.

    Looking for that takes a third of the time that parsing the XML does.
    """
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    cells = found = 0
    usual = True
    rest = b""
    for block in blocks:
        usual = usual and b"\0" not in block  # UTF-16
        block = rest + block
        cut = max(block.rfind(b"<"), 0)
        block, rest = block[:cut], block[cut:][:BLOCK_BYTES]
        cells += sum(map(block.count, _CELL_STARTS))
        usual = usual and not (b":c" in block and _PREFIXED_CELL.search(block))
        matches = _CELL.findall(block)
        found += len(matches)
        if matches:
            letters, digits = zip(*matches, strict=True)
            columns.update(letters)
            rows.update(digits)
        if len(rows) > _DISTINCT_ROWS:
            rows = {max(rows, key=int)}
    if not usual or cells != found:
        return None
    widest = max((_column(name.decode()) for name in columns), default=0)
    return max(map(int, rows), default=0), widest


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Cells:
    """Measures the cells of a part while its XML is parsed; entities are refused."""

    rows = columns = 0

    def measure(self, blocks: Iterator[bytes]) -> tuple[int, int]:
        """Rows and columns.

        Raises:
            ExpatError, ValueError: It is not XML, or declares entities.
        """
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.EntityDeclHandler = _refuse_entity
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)
        return self.rows, self.columns

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, tag: str) -> None:
        raise NotImplementedError


def _refuse_entity(*_: object) -> None:
    raise ValueError("no workbook declares entities")


class _XlsxCells(_Cells):
    """Cells by their reference; one without stands behind the one before it."""

    row = column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "c":
            reference = attributes.get("r", "")
            letters = reference.rstrip("0123456789")
            self.column = _column(letters) if letters else self.column + 1
            self.columns = max(self.columns, self.column)
            self.rows = max(self.rows, int(reference[len(letters) :] or self.row))

    def end(self, tag: str) -> None:
        pass


class _OdsCells(_Cells):
    """Cells and rows that say how often they are repeated; blank ones at an end do not count."""

    def __init__(self) -> None:
        self.row = self.row_repeated = 0
        self.total = 0
        self._start_row(1)
        self.filled = False

    def _start_row(self, repeated: int) -> None:
        self.row_repeated = repeated
        self.width = self.waiting = 0
        self.filled = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.row = 0
        elif tag == "table:table-row":
            self._start_row(int(attributes.get("table:number-rows-repeated", "1")))
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            repeated = int(attributes.get("table:number-columns-repeated", "1"))
            self.width += self.waiting
            self.waiting = repeated
            self._fill(any(name.endswith((":value-type", ":formula")) for name in attributes))
        elif tag == "text:p":
            self._fill(True)

    def _fill(self, filled: bool) -> None:
        if filled:
            self.width += self.waiting
            self.waiting = 0
            self.filled = True

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.row_repeated
            self.total += self.width
            self.columns = max(self.columns, self.width)
            # Blank cells between others are made one by one, even where a row is dropped later.
            self.rows = max(self.rows, -(-self.total // max(self.columns, 1)))
            if self.filled:
                self.rows = max(self.rows, self.row)
