"""From rows of a table to records: the part that every table source shares."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine.errors import SourceError
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.readers.content import identifier_of, is_blank, is_mangled, says_nothing
from vocmine.readers.countries import country_code
from vocmine.readers.dates import DateReader, order_of_dates, parse_date
from vocmine.readers.scores import ScoreReader, marks_of
from vocmine.readers.vendor_rows import VendorRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.plugin import ReadOptions
    from vocmine.readers.mapping import ColumnMapping
    from vocmine.readers.tabular import Row, Table

_log = logging.getLogger("vocmine.readers")
_MOJIBAKE = ("Ã¡", "Ã©", "Ã­", "Ã³", "Ãº", "Ã±", "Ã§", "Ã£", "â€œ", "â€™", "Â¿", "Â¡")


@dataclass(slots=True)
class _Counts:
    mojibake: int = 0
    first_mojibake: str = ""
    mangled: int = 0


class MessageReader:
    """Turns the rows of a table into records.

    `text` is the cell as it stands, without NUL characters; other fields are trimmed. Columns
    that are not mapped go to `extra`, and so do the original rating, country or date when the
    normalised one says less. What the vendor's layout says goes first: the customer's turns of a
    conversation are the text, rows that are no customer's message are skipped with their reason,
    and some columns are kept in `extra` under a common name too (`layouts.METRICS`).

    Args:
        table: The open table.
        mapping: Its columns by field; needs `text` (or `title`).
        options: The user's country decides ambiguous dates.
        scores: Reads the ratings, when more than their column's name says how.
    """

    def __init__(
        self,
        table: Table,
        mapping: ColumnMapping,
        options: ReadOptions,
        *,
        scores: ScoreReader | None = None,
    ) -> None:
        self._table = table
        self._country = options.country.strip().upper()
        positions = {name: position for position, name in enumerate(table.columns)}
        at = {field: positions[column] for field, column in mapping.fields.items()}
        self._text = at.get("text", -1)
        self._title = at.get("title", -1)
        self._id = at.get("external_id", -1)
        self._id_column = mapping.fields.get("external_id", "")
        self._date = at.get("created_at", -1)
        self._channel = at.get("channel", -1)
        self._author = at.get("author", -1)
        self._place = at.get("country", -1)
        self._score = at.get("score", -1)
        self._context = [positions[column] for column in mapping.context]
        used = {*at.values(), *self._context}
        self._rest = [(name, place) for name, place in positions.items() if place not in used]
        order = order_of_dates(table, mapping, options)
        self._dates = DateReader(order.month_first, order.strict)
        self._scores = scores or _score_reader(table, mapping)
        self._vendor = VendorRows(table, mapping, self._dates, self._country, options.dates)
        self._counts = _Counts()
        self._repairs = options.repair_text

    def records(self) -> Iterator[Record]:
        """Every record in file order; what had to be mended is logged once, with a count."""
        record = self._record
        for row in self._table.rows():
            yield row if isinstance(row, Unreadable) else record(row)
        for warning in [*self._table.reading_warnings(), *self.warnings()]:
            _log.warning("%s", warning)

    def warnings(self) -> list[str]:
        """What could not be understood so far, one sentence for each kind."""
        name = self._table.path.name
        found = []
        read: list[tuple[DateReader | ScoreReader, str]] = [
            (self._dates, "dates"),
            (self._scores, "ratings"),
            *self._vendor.dates(),
        ]
        for reader, what in read:
            if reader.failed:
                found.append(
                    f"{name} has {what} that cannot be read, the first of them "
                    f"'{reader.first_failure}'; rows analysed without: {reader.failed}."
                )
        # Those of the sample are told by the mapping.
        if self._counts.mangled and not any(map(is_mangled, self._table.cells(self._id_column))):
            found.append(
                f"{name} has numbers in '{self._id_column}' that a spreadsheet rounded (1,20E+15), "
                "which are not used as identifiers; format the column as text and export it again. "
                f"Rows concerned: {self._counts.mangled}."
            )
        if self._counts.mojibake and not self._repairs:
            found.append(
                f"{name} has texts with garbled accents, the first in "
                f"{self._counts.first_mojibake}; --repair-text mends them. "
                f"Texts concerned: {self._counts.mojibake}."
            )
        return found

    def _record(self, row: Row) -> Record:
        row = self._vendor.filled(row)
        cells = row.cells
        identifier = identifier_of(cells[self._id]) if self._id >= 0 else ""
        if row.present <= self._text:
            return Unreadable(
                f"The row has {row.present} of {len(cells)} cells and its text is missing.",
                row.locator,
                identifier,
                raw=" | ".join(cells[: row.present])[:200],
            )
        if row.extra and self._is_cut(row):
            whole = [*cells, *row.extra.values()]
            return Unreadable(
                f"The row has {len(whole)} cells of {len(cells)}: its text holds delimiters that "
                "nobody quoted, so where it ends cannot be told.",
                row.locator,
                identifier,
                raw=" | ".join(whole)[:200],
            )
        if skip := self._vendor.skipped(cells):
            return Skipped(skip.reason, row.locator, identifier, skip.detail)
        text, beyond = self._text_of(row)
        said = self._vendor.said(row, text)
        if said.by_company:
            return Skipped("no_customer_text", row.locator, identifier, "only the company wrote")
        text = said.text
        title = cells[self._title].strip() if self._title >= 0 else ""
        if says_nothing(text):
            if not says_nothing(title) and any(map(str.isalpha, title)):
                text = cells[self._title]
            elif is_blank(text):
                return self._skipped(row, identifier)
        self._look_for_mojibake(text, row.locator)
        message = self._message(row, text, title, identifier, beyond)
        return self._vendor.completed(message, cells, said)

    def _text_of(self, row: Row) -> tuple[str, dict[str, str]]:
        if self._text < 0:
            return "", dict(row.extra)
        text = row.cells[self._text]
        if row.extra and self._text == len(row.cells) - 1 and self._table.details.get("delimiter"):
            # The text is the last column and holds delimiters that nobody quoted: put it together.
            delimiter = self._table.details["delimiter"].replace("tab", "\t")
            return delimiter.join([text, *row.extra.values()]), {}
        return text, dict(row.extra)

    def _is_cut(self, row: Row) -> bool:
        """Whether a row too wide for its table goes on with its text after the text's column."""
        cells, after = row.cells, self._text + 1
        if self._text < 0 or after == len(cells) or not self._table.details.get("delimiter"):
            return False
        date = cells[self._date].strip() if self._date >= after else ""
        score = cells[self._score].strip() if self._score >= after else ""
        return (
            cells[after].startswith(" ")  # people write a space after a comma, exports do not
            or bool(date and parse_date(date) is None)
            or bool(score and self._scores.value(score) is None)
        )

    def _skipped(self, row: Row, identifier: str) -> Skipped:
        rated = row.cells[self._score].strip() if self._score >= 0 else ""
        if not says_nothing(rated):
            return Skipped("rating_only", row.locator, identifier, f"rating {rated}")
        return Skipped("empty_text", row.locator, identifier)

    def _message(
        self, row: Row, text: str, title: str, identifier: str, extra: dict[str, str]
    ) -> Message:
        cells = row.cells
        for name, position in self._rest:
            cell = cells[position].strip()
            if cell:
                extra[name] = cell
        if not identifier:
            self._counts.mangled += self._id >= 0 and is_mangled(cells[self._id])
            self._keep(extra, cells, self._id)  # what a spreadsheet left of it
        date = self._dates.read(cells[self._date]) if self._date >= 0 else None
        if date is None:
            self._keep(extra, cells, self._date)
        country = country_code(cells[self._place]) if self._place >= 0 else ""
        if self._place >= 0 and country != cells[self._place].strip():
            self._keep(extra, cells, self._place)
        score = self._scores.read(cells[self._score]) if self._score >= 0 else None
        self._keep(extra, cells, self._score)
        return Message(
            text=text,
            external_id=identifier,
            created_at=date,
            title=title,
            channel=cells[self._channel].strip() if self._channel >= 0 else "",
            author=cells[self._author].strip() if self._author >= 0 else "",
            country=country or self._country,
            score=score,
            context="\n\n".join(cell for p in self._context if (cell := cells[p].strip())),
            locator=row.locator,
            extra=extra,
        )

    def _keep(self, extra: dict[str, str], cells: Sequence[str], position: int) -> None:
        if position >= 0 and (cell := cells[position].strip()):
            extra[self._table.columns[position]] = cell

    def _look_for_mojibake(self, text: str, locator: str) -> None:
        if ("Ã" in text or "â€" in text or "Â" in text) and any(m in text for m in _MOJIBAKE):
            self._counts.mojibake += 1
            self._counts.first_mojibake = self._counts.first_mojibake or locator


def _score_reader(table: Table, mapping: ColumnMapping) -> ScoreReader:
    column = mapping.fields.get("score", "")
    return ScoreReader.for_column(column, table.cells(column) if column else ())


def score_details(
    table: Table, mapping: ColumnMapping, scores: ScoreReader | None = None
) -> dict[str, str]:
    """`scale` for `Detection.details`: how the numbers of the ratings are read, if there are any.

    Args:
        table: The open table.
        mapping: Its columns by field.
        scores: As for `MessageReader`.
    """
    column = mapping.fields.get("score", "")
    if not column or not marks_of(table.cells(column)):
        return {}
    return {"scale": (scores or _score_reader(table, mapping)).scale}


def require_text(table: Table, mapping: ColumnMapping) -> None:
    """Refuse a table in which no column holds text.

    Raises:
        SourceError: Naming the file, its columns and the option to use.
    """
    if "text" in mapping.fields:
        return
    if not table.columns:
        raise SourceError(f"{table.path.name} has no records.", "Export it again with its rows.")
    if mapping.layout and mapping.layout.warning:
        raise SourceError(
            f"No column of {table.path.name} ({mapping.layout.name}) holds the customers' words. "
            f"{mapping.layout.warning}",
            "If one does, say which with --map text=COLUMN.",
        )
    shown = ", ".join(table.columns[:30])
    raise SourceError(
        f"No column of {table.path.name} holds the customers' words; its columns are: {shown}.",
        "Say which one does with --map text=COLUMN.",
    )
