"""Delimited text: delimiter detection and a reader that survives broken quotes and odd rows."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine.readers.aliases import is_known_header
from vocmine.readers.header import find_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITER = "\x1f"
"""Delimiter of a file with one unquoted column: a character that text does not hold."""
_CELL_LIMIT = 1 << 30
_SAMPLE_LINES = 400
_SUSPECT_LINES = 200
_BACKSLASHED = re.compile(r'"[^"\n]*\\"\w')
_DOUBLED = re.compile(r'\w""|""\w')
_SINGLE_QUOTED = re.compile(r"'[^'\"]*'(?:([,;\t|])'[^'\"]*'(?:\1'[^'\"]*')*)?\s*")
_SWAP = str.maketrans({"'": '"', '"': "'"})
_QUOTED_ROW = re.compile(r'"[^"\n](?:[^"\n]|"")*"\s*')


@dataclass(frozen=True, slots=True)
class Broken:
    """A record whose quote is never closed: `raw` is its text up to where the next one starts."""

    raw: str


def parse(lines: Sequence[str], delimiter: str, *, strict: bool = False) -> list[list[str]]:
    """All records of some lines, every cell a `str`, blank lines as empty lists."""
    allow_large_cells()
    return list(csv.reader(lines, delimiter=delimiter, strict=strict))


def allow_large_cells() -> None:
    """Let a cell be larger than the 128 KiB the standard library stops at."""
    if csv.field_size_limit() < _CELL_LIMIT:
        csv.field_size_limit(_CELL_LIMIT)


def escapes_with_backslash(head: str) -> bool:
    """Whether quotes inside quoted cells are written `\\"` (databases), not `""` (spreadsheets)."""
    return bool(_BACKSLASHED.search(head)) and not _DOUBLED.search(head)


def doubled_quotes(lines: Iterator[str]) -> Iterator[str]:
    """Lines with every `\\"` as `""`, which leaves other backslashes of the text alone."""
    return (line.replace('\\"', '""') if '\\"' in line else line for line in lines)


def quotes_with_apostrophes(lines: Sequence[str]) -> bool:
    """Whether cells are quoted 'so', as every cell of the first row then is."""
    first = next((line for line in lines if line.strip()), "")
    return bool(_SINGLE_QUOTED.fullmatch(first.strip("\ufeff")))


def swapped_quotes(texts: Iterable[str]) -> Iterator[str]:
    """Texts with `'` and `"` exchanged: what quotes with one is read as if with the other."""
    return (text.translate(_SWAP) for text in texts)


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter of a file, from its first lines (complete ones, with their line ends).

    A delimiter is good when it cuts the header in two or more columns, the other rows in as
    many, and the header's cells are names that exports use.
    """
    lines = lines[:_SAMPLE_LINES]
    declared = _declared(lines)
    if declared:
        return declared
    scores = {delimiter: _fit(lines, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best] > 0:
        return best
    # One column: commas are text, unless every cell that holds one is quoted.
    single = RecordReader(iter(lines), ",", 1)
    quoted = all(isinstance(row, Broken) or len(row) <= 1 for row in single)
    return "," if quoted else NO_DELIMITER


def _declared(lines: Sequence[str]) -> str:
    """The delimiter that Excel's `sep=;` first line declares, or nothing."""
    first = lines[0].strip() if lines else ""
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]
    return "\t" if first.lower() == "sep=" else ""


def is_declaration(cells: Sequence[str]) -> bool:
    """Whether a row is Excel's `sep=;` line."""
    return bool(cells) and cells[0].lower().startswith("sep=") and not any(cells[1:])


def _fit(lines: Sequence[str], delimiter: str) -> float:
    rows = [row for row in parse(lines[:40], delimiter) if row]
    if not rows:
        return 0.0
    header = rows[find_header(rows)]
    width = len(header)
    if width < 2:
        return 0.0
    reader = RecordReader(iter(lines), delimiter, width)
    body = [row for row in reader if row and row != header and not isinstance(row, Broken)][:-1]
    widths = Counter(len(row) for row in body)
    same = widths[width] / len(body) if body else 1.0
    close = sum(count for size, count in widths.items() if size >= 2) / len(body) if body else 1.0
    known = sum(is_known_header(cell) for cell in header) / width
    # Blank or sentence-like header cells speak against a delimiter found inside prose.
    wordy = sum(len(cell.split()) > 8 for cell in header) / width
    return same + 0.3 * close + known + min(width, 20) / 40 - wordy if same + known > 0.3 else 0.0


class RecordReader:
    """Reads the records of delimited text one by one, in one pass, with little memory.

    Args:
        lines: Lines with their line ends.
        delimiter: One character.
        width: Columns of the header, used to tell a broken quote from a long text.
        shape: First cell of an ordinary row, used the same way when there are few columns.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, width: int, shape: str = "") -> None:
        allow_large_cells()
        self._feed = _Feed(lines, self._swallows_rows)
        self._delimiter = delimiter
        self._width = width
        self._shape = _shape(shape)

    def __iter__(self) -> Iterator[list[str] | Broken]:
        feed = self._feed
        reader = csv.reader(feed, delimiter=self._delimiter)
        while True:
            feed.taken.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _SwallowedRowsError:
                cells = None
            if cells is not None and (len(feed.taken) < 2 or not self._is_broken(feed.taken)):
                yield cells
                continue
            broken, rest = self._cut(feed.taken)
            feed.pending.extendleft(reversed(rest))
            reader = csv.reader(feed, delimiter=self._delimiter)
            yield Broken(broken)

    def _is_broken(self, lines: Sequence[str]) -> bool:
        """Whether a record of several lines is several records joined by a stray quote."""
        has_rows = any(self._is_row(line) for line in lines[1:])
        if not has_rows and self._width > 1:
            return False
        try:
            return len(parse(lines, self._delimiter, strict=True)) != 1
        except csv.Error as error:
            # In a single column any line may be a row: then only the end of the file tells.
            return has_rows or "end of data" in str(error)

    def _swallows_rows(self, lines: Sequence[str]) -> bool:
        recent = lines[-_SUSPECT_LINES // 2 :]
        return sum(self._is_row(line) for line in recent) * 2 > len(recent)

    def _is_row(self, line: str) -> bool:
        """Whether a line would make a record of the table by itself."""
        if self._width < 2:
            # Inside a quoted cell its quotes would be doubled.
            return bool(_QUOTED_ROW.fullmatch(line))
        if line.count(self._delimiter) < self._width - 1:
            return False
        cells = parse([line], self._delimiter)[0]
        if len(cells) != self._width and line.count('"') % 2:
            # The line has a stray quote of its own.
            cells = line.rstrip("\r\n").split(self._delimiter)
        if len(cells) != self._width:
            return False
        return self._width > 3 or _shape(cells[0]) == self._shape

    def _cut(self, lines: Sequence[str]) -> tuple[str, list[str]]:
        for position in range(1, len(lines)):
            if self._is_row(lines[position]):
                return "".join(lines[:position]), list(lines[position:])
        return lines[0], list(lines[1:])


class _SwallowedRowsError(Exception):
    """Raised inside the feed to stop `csv.reader` from swallowing the rest of a file."""


class _Feed:
    """Lines for `csv.reader`, remembering those of the record being read."""

    def __init__(
        self, lines: Iterator[str], swallows_rows: Callable[[Sequence[str]], bool]
    ) -> None:
        self._lines = lines
        self._swallows_rows = swallows_rows
        self._next_check = _SUSPECT_LINES
        self.pending: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        taken = self.taken
        if len(taken) < _SUSPECT_LINES:
            self._next_check = _SUSPECT_LINES
        elif len(taken) >= self._next_check:
            self._next_check = 2 * len(taken)
            if self._swallows_rows(taken):
                raise _SwallowedRowsError
        line = self.pending.popleft() if self.pending else next(self._lines)
        taken.append(line)
        return line


def _shape(cell: str) -> str:
    """A cell's kind of characters, to compare ids: `PQR-00123` is `A-9`."""
    shape = ""
    for character in cell.strip():
        kind = "9" if character.isdigit() else "A" if character.isalpha() else character
        if not shape.endswith(kind):
            shape += kind
    return shape
