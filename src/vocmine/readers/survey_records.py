"""From the rows of a survey to records: one message for each answer in words of a response."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from vocmine.message import Message, Unreadable
from vocmine.readers.aliases import plain
from vocmine.readers.content import identifier_of, is_blank
from vocmine.readers.header import column_names
from vocmine.readers.layouts import Layout, Rule, Skip
from vocmine.readers.mapping import ColumnMapping
from vocmine.readers.records import MessageReader
from vocmine.readers.tabular import Row, Table
from vocmine.readers.wording import asks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vocmine.message import Record
    from vocmine.plugin import ReadOptions
    from vocmine.readers.surveys import Question, Survey
    from vocmine.readers.surveys_questions import Metric

_RAW_CHARACTERS = 200
_ADDED = ("identifier", "answer", "asked", "question", "response")
_TRIED = {
    "status": frozenset({"survey preview", "survey test", "1", "2"}),
    "response type": frozenset({"survey preview", "survey test"}),
    "distribution channel": frozenset({"preview", "test"}),
}
"""Columns of Qualtrics, and what they hold when those who made the survey try it out."""
_CLOCK = re.compile(r"\d:\d\d(?::\d\d(?:\.\d+)?)?\s*$")


def survey_records(table: Table, survey: Survey, options: ReadOptions) -> Iterator[Record]:
    """Every record of a survey, in file order.

    With several open questions each answer is a message whose `external_id` is that of the
    response with `#` and the question's key, whose `context` starts with the question, and whose
    `extra` has `response`, `question` and the other columns. A response without any is `Skipped`
    once, and so is one of Qualtrics that is a trial (`test_response`).
    With one open question the message keeps the response's own identifier.
    """
    answers = _Answers(table, survey)
    reader = MessageReader(answers.table, answers.mapping, options, scores=survey.scores)
    yield from reader.records()


def with_metrics(record: Record, metrics: Mapping[Metric, str]) -> Record:
    """A message with the NPS, CSAT and CES of its `extra` under these names, as they were given."""
    if not metrics or not isinstance(record, Message):
        return record
    extra = dict(record.extra)
    for name, column in metrics.items():
        if column in extra:
            extra[name] = extra[column]
    return replace(record, extra=extra)


class _Answers:
    """The table of a survey with a row for each answer, for `MessageReader` to read.

    Its columns are those of the survey without the open questions and the identifier, then those
    of the metrics once more under their own names, then what `_ADDED` names.
    """

    def __init__(self, table: Table, survey: Survey) -> None:
        self._table = table
        self._survey = survey
        places = {column: place for place, column in enumerate(table.columns)}
        fields = dict(survey.mapping.fields)
        self._open = [(places[each.column], each) for each in survey.questions]
        self._id = places.get(fields.get("external_id", ""), -1)
        self._date = places.get(fields.get("created_at", ""), -1)
        self._author = places.get(fields.get("author", ""), -1)
        self._utc = "(utc)" in fields.get("created_at", "").lower()
        apart = {self._id, *(place for place, _ in self._open)}
        self._kept = [place for place in places.values() if place not in apart]
        kept = [table.columns[place] for place in self._kept]
        metrics = {name: at for name, at in survey.metrics.items() if name not in places}
        kept += metrics
        self._kept += [places[at] for at in metrics.values()]
        columns = column_names([*kept, *_ADDED])
        fields["external_id"], fields["text"], asked = columns[len(kept) : len(kept) + 3]
        self._tried = self._tries(survey.tool)
        layout = Layout(survey.tool, "reviews", (), skip=tuple(self._tried.values()))
        context = (asked, *survey.mapping.context)
        self.mapping = ColumnMapping(fields, context, (), "content", layout)
        details = {name: value for name, value in table.details.items() if name != "delimiter"}
        sample = [self._cells(row, ["", "", "", "", ""]) for row in table.sample]
        self.table = Table(table.path, table.format, columns, details, sample, [], self)

    def rows(self, columns: Sequence[str]) -> Iterator[Row | Unreadable]:
        del columns  # those of this table, which are known
        for row in self._table.rows():
            if isinstance(row, Unreadable):
                yield row
            elif fault := self._fault(row):
                raw = " | ".join(row.cells)[:_RAW_CHARACTERS]
                yield Unreadable(fault, row.locator, self._own_id(row), raw)
            else:
                # A response that is no customer's is skipped once, whatever it answers.
                some = 1 if self._is_try(row) else None
                for added in islice(self._answers(row), some):
                    cells = self._cells(row.cells, added)
                    yield Row(row.locator, cells, row.extra, len(cells))

    def _tries(self, tool: str) -> dict[int, Skip]:
        """Place of the columns that tell trials from responses, and how."""
        columns = self._table.columns if tool.startswith("Qualtrics") else ()
        return {
            place: Skip(Rule(column, _TRIED[plain(column)]), "test_response")
            for place, column in enumerate(columns)
            if plain(column) in _TRIED and place in self._kept
        }

    def _is_try(self, row: Row) -> bool:
        tried = self._tried.items()
        return any(row.cells[at].strip().lower() in skip.rule.values for at, skip in tried)

    def warnings(self) -> list[str]:
        return self._table.reading_warnings()

    def _answers(self, row: Row) -> Iterator[list[str]]:
        """What `_ADDED` holds of each answer, or once of a response without any."""
        given = [
            (row.cells[place], each) for place, each in self._open if not is_blank(row.cells[place])
        ]
        own = self._own_id(row)
        if not given:
            yield [own, "", "", "", ""]
        elif not self._survey.several:
            answer, each = given[0]
            # `Comentario` says nothing about a comment.
            told = asks(each.text) or len(each.text.split()) > 2
            yield [own, answer, each.text if told else "", "", ""]
        else:
            response = own or self._digest(row, given)
            # Without an id and a date two customers may have said the same: both count.
            told = bool(own) or self._date >= 0
            for answer, each in given:
                name = f"{response}#{each.key}" if told else ""
                yield [name, answer, each.text, each.text, response]

    def _cells(self, cells: Sequence[str], added: list[str]) -> list[str]:
        found = [cells[place] for place in self._kept]
        if self._utc and _CLOCK.search(cells[self._date]):
            found[self._kept.index(self._date)] = f"{cells[self._date].strip()} UTC"
        return found + added

    def _own_id(self, row: Row) -> str:
        return identifier_of(row.cells[self._id]) if self._id >= 0 else ""

    def _digest(self, row: Row, given: Sequence[tuple[str, Question]]) -> str:
        """A name for a response without one, from when it came, from whom, and what it says.

        Closed answers are left out: a column that somebody adds must not make it another response.
        """
        told = [row.cells[place] for place in (self._date, self._author) if place >= 0]
        parts = [*told, *(part for answer, each in given for part in (each.key, answer))]
        said = "\x1f".join(parts).encode("utf-8", "replace")
        return f"sha-{hashlib.sha256(said).hexdigest()[:16]}"

    def _fault(self, row: Row) -> str:
        """What makes it impossible to tell a row's answers, or nothing."""
        width = len(row.cells)
        if self._open and row.present <= self._open[0][0]:
            return f"The row has {row.present} of {width} cells and its answers are missing."
        beside = [row.cells[place + 1] for place, _ in self._open if place + 1 < width]
        if row.extra and any(cell.startswith(" ") for cell in beside):
            return (
                f"The row has {width + len(row.extra)} cells of {width}: an answer holds "
                "delimiters that nobody quoted, so where it ends cannot be told."
            )
        return ""
