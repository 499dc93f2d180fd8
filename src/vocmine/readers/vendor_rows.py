"""What a vendor's layout does to the rows of a table, one after another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

from vocmine.readers.aliases import plain
from vocmine.readers.content import is_blank
from vocmine.readers.conversations import ConversationReader
from vocmine.readers.dates import DateReader
from vocmine.readers.markup import cell_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vocmine.message import Message
    from vocmine.readers.mapping import ColumnMapping
    from vocmine.readers.tabular import Row, Table


class Said(NamedTuple):
    """The words of one row.

    Args:
        text: The customer's.
        context: Turns of everybody else.
        turns: What follows from the turns by common name; None when the row has no turns.
        by_company: Whether nobody but the company wrote.
    """

    text: str
    context: str = ""
    turns: dict[str, str] | None = None
    by_company: bool = False


class NotACustomers(NamedTuple):
    """Why a row is counted and not analysed."""

    reason: str
    detail: str


class VendorRows:
    """The rows of one table as its vendor's layout says; for other tables it changes nothing.

    Args:
        table: The open table.
        mapping: Its columns by field.
        dates: The reader of the records' dates, which says how dates are written.
        country: ISO code that decides ambiguous dates.
        order: `dmy` or `mdy` when the user said so.
    """

    def __init__(
        self,
        table: Table,
        mapping: ColumnMapping,
        dates: DateReader,
        country: str,
        order: str = "",
    ) -> None:
        layout = mapping.layout
        self._table, self._country, self._order = table, country, order
        at = {name: position for position, name in enumerate(table.columns)}
        self._substitutes = [
            (at[mapping.fields[name]], [at[column] for column in columns])
            for name, columns in mapping.substitutes.items()
            if name in mapping.fields
        ]
        self._parts = sorted(at[c] for c in (mapping.fields.get("text", ""), *mapping.joined) if c)
        named = {plain(name): position for name, position in reversed(at.items())}
        self._skips = [
            (named[plain(skip.rule.key)], skip)
            for skip in (layout.skip if layout else ())
            if plain(skip.rule.key) in named
        ]
        self._metrics = [
            (name, columns, [at[column] for column in columns], self._dates_for(name, columns))
            for name, columns in mapping.metrics.items()
        ]
        self._values = {
            named[column]: meanings
            for column, meanings in (layout.values.items() if layout else ())
            if column in named
        }
        self._channel = at.get(mapping.fields.get("channel", ""), -1)
        self._html = bool(layout and plain(mapping.fields.get("text", "")) in layout.html)
        self._conversation: ConversationReader | None = None
        if mapping.conversation and layout and layout.turns:
            self._conversation = ConversationReader(
                layout.turns,
                table.columns,
                layout.html,
                at.get(mapping.fields.get("created_at", ""), -1),
                month_first=dates.month_first,
            )

    def filled(self, row: Row) -> Row:
        """The row with blank fields taken from the columns that stand in for them.

        A text that goes on in other columns of its name is put together, in order.
        """
        for position, others in self._substitutes:
            if not row.cells[position].strip():
                other = next((p for p in others if row.cells[p].strip()), -1)
                if other >= 0:
                    cells = [*row.cells]
                    cells[position], cells[other] = cells[other], ""
                    row = replace(row, cells=cells)
        if len(self._parts) > 1 and any(row.cells[p].strip() for p in self._parts[1:]):
            cells = [*row.cells]
            parts = [cells[p] for p in self._parts if not is_blank(cells[p])]
            for position in self._parts[1:]:
                cells[position] = ""
            cells[self._parts[0]] = "\n\n".join(parts) or row.cells[self._parts[0]]
            row = replace(row, cells=cells)
        return row

    def skipped(self, cells: Sequence[str]) -> NotACustomers | None:
        """Why a row is no customer's message, if it is none."""
        for position, skip in self._skips:
            cell = cells[position].strip()
            if (cell.lower() in skip.rule.values) != skip.rule.unlike:
                return NotACustomers(
                    skip.reason, f"{self._table.columns[position]}: {cell or 'blank'}"
                )
        return None

    def said(self, row: Row, text: str) -> Said:
        """The words of a row: `text` as it is, without markup, or the turns of a conversation."""
        if self._conversation is not None:
            found = self._conversation.read(row.cells, row.extra)
            if found is not None:
                times = {"first_reply_at": found.first_reply_at(), "closed_at": found.closed_at()}
                extra = {name: _written(at) for name, at in times.items() if at is not None}
                return Said(found.text, found.context, extra, found.by_company)
        return Said(cell_words(text) if self._html else text)

    def completed(self, message: Message, cells: Sequence[str], said: Said) -> Message:
        """The message with common names in `extra`, and without the turns that were read.

        `message.extra` must be a dict of its own: it is changed in place.
        """
        extra = cast("dict[str, str]", message.extra)
        for name, columns, positions, dates in self._metrics:
            for position in positions:
                cell = cells[position].strip()
                if cell:
                    break
            else:
                continue
            if dates is not None:
                moment = dates.read(cell)
                cell = _written(moment, date_only=":" not in cell) if moment else ""
            elif position in self._values:
                cell = self._meaning(position, cell)
            if cell:
                if name in extra and name not in columns:
                    extra[f"{name} (column)"] = extra[name]
                extra[name] = cell
        if self._channel in self._values:
            message = replace(message, channel=self._meaning(self._channel, message.channel))
        if self._conversation is None or said.turns is None:
            return message
        read = self._conversation.columns
        kept = {
            name: cell
            for name, cell in (said.turns | extra).items()
            if name not in read and not self._conversation.is_turn(cell)
        }
        context = "\n\n".join(filter(None, (message.context, said.context)))
        return replace(message, extra=kept, context=context)

    def _meaning(self, position: int, cell: str) -> str:
        """What a code stands for; the cell itself when nobody said."""
        return self._values.get(position, {}).get(cell.lower(), cell)

    def dates(self) -> list[tuple[DateReader, str]]:
        """Readers of dates with what they read, for warnings."""
        return [
            (dates, f"dates for '{name}'")
            for name, _, _, dates in self._metrics
            if dates is not None
        ]

    def _dates_for(self, name: str, columns: Sequence[str]) -> DateReader | None:
        """A reader of the dates of some columns, when the common name is one of a date."""
        if not name.endswith("_at"):
            return None
        positions = [self._table.columns.index(column) for column in columns]
        sample = [row[position] for row in self._table.sample for position in positions]
        return DateReader.for_column(sample, self._country, self._order)


def _written(moment: datetime, *, date_only: bool = False) -> str:
    plain_date = date_only and not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if plain_date else moment.isoformat()
