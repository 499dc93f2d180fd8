"""One way to open any table: `open_table(path, options)` sniffs, finds the header and streams."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from vocmine.errors import SourceError, UsageError
from vocmine.message import Unreadable
from vocmine.readers.csv_reader import (
    NO_DELIMITER,
    Broken,
    RecordReader,
    doubled_quotes,
    escapes_with_backslash,
    find_delimiter,
    is_declaration,
    parse,
    quotes_with_apostrophes,
    swapped_quotes,
)
from vocmine.readers.encoding import Encoding, TextFile
from vocmine.readers.header import column_names, looks_like_data
from vocmine.readers.json_reader import read_json_document, read_json_lines
from vocmine.readers.sniff import Sniffed, sniff
from vocmine.readers.surveys_header import Heading, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from vocmine.plugin import ReadOptions

SAMPLE_ROWS = 500
"""Rows looked at to map columns and to read dates and ratings."""
_SAMPLE_CHARACTERS = 1 << 20
HEADER_ROWS = 60
"""Rows among which the header is looked for."""
_HEADER_LINES = 400  # questions of a survey have line breaks
_SAMPLE_CELL = 10_000
_RAW_CHARACTERS = 200
_DELIMITER_NAMES = {",": ",", ";": ";", "\t": "tab", "|": "|", NO_DELIMITER: "none"}
_EMPTY: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table.

    Args:
        locator: `row 12` as a spreadsheet numbers it, `record 3` or `line 3` in JSON.
        cells: Text of each of the table's columns, in order; missing ones are empty.
        extra: Cells beyond the table's columns, by name.
        present: How many of `cells` the row really has.
    """

    locator: str
    cells: list[str]
    extra: Mapping[str, str]
    present: int


@dataclass(slots=True)
class Table:
    """An open table. `rows()` can be called again to read it from the start.

    Args:
        path: The file.
        format: Name for people: `CSV ";" Windows-1252`.
        columns: Unique column names, in order.
        details: What was detected: `encoding`, `delimiter`, `sheet`, `header_row`.
        sample: Cells of some rows, from the start and, in long CSV files, from further on.
        warnings: What to know before trusting the table.
        headings: Column to what a survey's further header rows say of it.
    """

    path: Path
    format: str
    columns: tuple[str, ...]
    details: Mapping[str, str]
    sample: list[list[str]]
    warnings: list[str]
    _reader: _Reader
    headings: Mapping[str, Heading] = field(default_factory=dict)

    def cells(self, column: str) -> list[str]:
        """The cells of one column in the sample."""
        place = self.columns.index(column)
        return [row[place] for row in self.sample]

    def rows(self) -> Iterator[Row | Unreadable]:
        """Every record in file order; blank rows are no records and are passed over."""
        return self._reader.rows(self.columns)

    def reading_warnings(self) -> list[str]:
        """What had to be mended while `rows()` was read so far."""
        return self._reader.warnings()


class _Reader(Protocol):
    def rows(self, columns: Sequence[str]) -> Iterator[Row | Unreadable]: ...

    def warnings(self) -> list[str]: ...


def open_table(path: Path, options: ReadOptions) -> Table:
    """Open a CSV, TSV, workbook, JSON or JSONL file, told apart by content.

    Raises:
        EmptyFileError: Nothing in the file, or no sheet with cells.
        ForeignFileError: Not a table; the message says what it is.
        SourceError: No header, damaged, missing.
        UsageError: An option that makes no sense for this file.
    """
    found = sniff(path, encoding=options.encoding)
    if found.kind == "workbook":
        from vocmine.readers.workbook_table import open_sheet

        table = open_sheet(path, options)
    elif found.kind == "csv":
        table = _open_csv(path, options, found)
    else:
        table = _open_json(path, found)
    for name in ("sheet", "delimiter", "encoding"):
        if getattr(options, name) and name not in table.details:
            table.warnings.append(
                f"--{name} changes nothing: {path.name}, {table.format}, has no {name} to choose."
            )
    return table


def _open_csv(path: Path, options: ReadOptions, found: Sniffed) -> Table:
    lines = _head_lines(found)
    backslashes = escapes_with_backslash("".join(lines))
    if backslashes:
        lines = list(doubled_quotes(iter(lines)))
    apostrophes = quotes_with_apostrophes(lines)
    if apostrophes:
        lines = list(swapped_quotes(lines))
    delimiter = _delimiter_option(options.delimiter) or find_delimiter(lines)
    first = parse(lines[:_HEADER_LINES], delimiter)[:HEADER_ROWS]
    skip = 1 if first and is_declaration(first[0]) else 0
    if apostrophes:
        first = [list(swapped_quotes(row)) for row in first]
    header = read_header(first, skip)
    last = header.last
    require_header(path, header.cells, options)
    body = [row for row in first[last + 1 :] if row]
    shape = body[0][0] if body else ""
    width = len(first[last]) if last < len(first) else 0
    reader = _CsvReader(
        path, found.encoding, delimiter, last, width, shape, backslashes, apostrophes
    )
    columns = column_names(header.cells)
    sample = _csv_sample(reader, columns)
    if not found.complete and not apostrophes:
        sample += _spread_sample(path, found.encoding, delimiter, len(columns))
    named = _DELIMITER_NAMES.get(delimiter, delimiter)
    kind = "TSV" if delimiter == "\t" else "CSV" if delimiter == NO_DELIMITER else f'CSV "{named}"'
    details = {"encoding": found.encoding.label, "delimiter": named, **header.details()}
    warnings = [*header.warnings, *reader.warnings()]
    kind = f"{kind} {found.encoding.label}"
    return Table(path, kind, columns, details, sample, warnings, reader, header.named(columns))


def _head_lines(found: Sniffed) -> list[str]:
    text = found.head[:_SAMPLE_CHARACTERS]
    lines = list(io.StringIO(text, newline=""))
    whole = found.complete and len(text) == len(found.head)
    return lines if whole or len(lines) == 1 else lines[:-1]


def _delimiter_option(text: str) -> str:
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    delimiter = named.get(text.lower(), text)
    if len(delimiter) > 1 or delimiter in {'"', "\n", "\r"}:
        raise UsageError(f"'{text}' cannot be a delimiter.", "Use one character, or 'tab'.")
    return delimiter


def require_header(path: Path, header: Sequence[str], options: ReadOptions) -> None:
    """Refuse a table whose first row is data, unless the user names the column of the text.

    Raises:
        SourceError: Naming the file and what its first row holds.
    """
    if options.mapping.get("text") or not looks_like_data(header):
        return
    shown = ", ".join(cell.strip()[:30] for cell in header[:4] if cell.strip())
    raise SourceError(
        f"{path.name} has no header: its first row is already data ({shown}).",
        "Put a row of column names on top, with one named 'texto', and run it again.",
    )


def _csv_sample(reader: _CsvReader, columns: Sequence[str]) -> list[list[str]]:
    sample: list[list[str]] = []
    size = 0
    for row in reader.rows(columns):
        if isinstance(row, Row):
            sample.append(for_sample(row.cells))
            size += sum(map(len, row.cells))
        if len(sample) >= SAMPLE_ROWS or size > 4 * _SAMPLE_CHARACTERS:
            break
    return sample


def for_sample(cells: Sequence[str]) -> list[str]:
    """A row with long cells cut: what a column is like shows in the first words of a cell."""
    return [cell[:_SAMPLE_CELL] for cell in cells]


def _spread_sample(
    path: Path, encoding: Encoding, delimiter: str, width: int, places: int = 8
) -> list[list[str]]:
    """Whole one-line rows from evenly spaced places of a long file.

    Exports are sorted by date: the first rows may all be ambiguous (`01/02/2025`).
    """
    if encoding.wide:
        return []
    size = path.stat().st_size
    rows: list[list[str]] = []
    with path.open("rb") as stream:
        for place in range(1, places + 1):
            stream.seek(size * place // (places + 1))
            lines = stream.read(1 << 15).split(b"\n")[1:-1]
            for line in lines[:40]:
                cells = parse([line.decode(encoding.name, "replace").replace("\0", "")], delimiter)
                if len(cells) == 1 and len(cells[0]) == width:
                    rows.append(for_sample(cells[0]))
    return rows


class _CsvReader:
    def __init__(
        self,
        path: Path,
        encoding: Encoding,
        delimiter: str,
        header_position: int,
        width: int,
        shape: str,
        backslashes: bool,
        apostrophes: bool,
    ) -> None:
        self._backslashes = backslashes
        self._apostrophes = apostrophes
        self._text = TextFile(path, encoding)
        self._delimiter = delimiter
        self._header_position = header_position
        self._width = width
        self._shape = shape
        self._wide = 0

    def rows(self, columns: Sequence[str]) -> Iterator[Row | Unreadable]:
        self._wide = 0
        width = len(columns)
        lines = self._text.lines()
        if self._backslashes:
            lines = doubled_quotes(lines)
        if self._apostrophes:
            lines = swapped_quotes(lines)
        records = RecordReader(lines, self._delimiter, self._width, self._shape)
        numbered = enumerate(records, start=1)
        for number, record in islice(numbered, self._header_position + 1, None):
            if isinstance(record, Broken):
                yield _broken(record, number)
                continue
            if self._apostrophes:
                record = list(swapped_quotes(record))
            present = len(record)
            if present == width:
                if any(record):
                    yield Row(f"row {number}", record, _EMPTY, width)
            elif any(map(str.strip, record)):
                yield self._uneven(record, number, width)

    def _uneven(self, record: list[str], number: int, width: int) -> Row:
        present = len(record)
        if present < width:
            return Row(f"row {number}", record + [""] * (width - present), _EMPTY, present)
        while not record[-1].strip() and len(record) > width:
            record.pop()  # trailing delimiters are no cells
        beyond = enumerate(record[width:], start=width + 1)
        extra = {f"column {position}": cell for position, cell in beyond}
        self._wide += bool(extra)
        return Row(f"row {number}", record[:width], extra, width)

    def warnings(self) -> list[str]:
        found = self._text.warnings()
        if self._wide:
            found.append(
                f"{self._text.path.name} has cells beyond the last column of the header, which "
                f"were kept; rows concerned: {self._wide}."
            )
        return found


def _broken(record: Broken, number: int) -> Unreadable:
    return Unreadable(
        "A quote is opened and never closed, so the row cannot be told from the next ones.",
        f"row {number}",
        raw=record.raw[:_RAW_CHARACTERS],
    )


def _open_json(path: Path, found: Sniffed) -> Table:
    reader = _JsonReader(TextFile(path, found.encoding), lines=found.kind == "jsonl")
    names: dict[str, None] = {}
    records: list[dict[str, str]] = []
    size = 0
    for record in reader.records():
        if not isinstance(record, Unreadable):
            records.append(record[1])
            names.update(dict.fromkeys(record[1]))
            size += sum(map(len, record[1].values()))
        if len(records) >= SAMPLE_ROWS or size > 4 * _SAMPLE_CHARACTERS:
            break
    columns = tuple(names)
    sample = [for_sample([record.get(name, "") for name in columns]) for record in records]
    kind = "JSON lines" if found.kind == "jsonl" else "JSON"
    details = {"encoding": found.encoding.label}
    return Table(path, kind, columns, details, sample, reader.warnings(), reader)


@dataclass(slots=True)
class _JsonReader:
    text: TextFile
    lines: bool = field(kw_only=True)

    def records(self) -> Iterator[tuple[str, dict[str, str]] | Unreadable]:
        if self.lines:
            return read_json_lines(self.text.lines())
        return read_json_document(self.text.blocks(), self.text.path.name)

    def rows(self, columns: Sequence[str]) -> Iterator[Row | Unreadable]:
        known = frozenset(columns)
        for record in self.records():
            if isinstance(record, Unreadable):
                yield record
                continue
            locator, cells = record
            row = [cells.get(name, "") for name in columns]
            later = _EMPTY
            if not known.issuperset(cells):
                later = {name: cell for name, cell in cells.items() if cell and name not in known}
            yield Row(locator, row, later, len(row))

    def warnings(self) -> list[str]:
        return self.text.warnings()
