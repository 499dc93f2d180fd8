"""Headers of two and three rows, as survey tools write them, told apart by what they hold.

Qualtrics writes names, questions and a row of `{"ImportId": …}`; its legacy export names and
questions; SurveyMonkey questions over the options of each. Any other table has a header of one row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from vocmine.readers.aliases import plain
from vocmine.readers.content import is_blank
from vocmine.readers.header import find_header, is_data_cell, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LOOKED_AT = 20
_IMPORT_ID = re.compile(r"""\s*\{\s*["']ImportId["']\s*:\s*["']([^"']*)["']""")
_OF_QUESTION = re.compile(r"(?:\d+_)?QID\d")
_TYPED_IN = re.compile(r"_TEXT$")
_DERIVED = re.compile(r"_TEXT_\w|_NPS_GROUP$")
_LEGACY_NAME = re.compile(r"V\d+")
_LEGACY_FIELDS = frozenset(
    "responseid responseset name externaldatareference emailaddress ipaddress status startdate"
    " enddate finished".split()
)
_MONKEY_FIELDS = frozenset(
    plain(name)
    for name in (
        "Respondent ID|Collector ID|Start Date|End Date|IP Address|Email Address|First Name"
        "|Last Name|Custom Data 1|Date Created|Date Modified"
        "|ID del encuestado|ID de encuestado|ID del recopilador|ID de recopilador|Fecha de inicio"
        "|Fecha de finalización|Dirección IP|Dirección de correo electrónico|Correo electrónico"
        "|Nombre|Apellido|Apellidos|Datos personalizados 1|ID do respondente|ID do coletor"
        "|Data de início|Data de término|Endereço IP|Endereço de e-mail|Sobrenome"
    ).split("|")
)
_MONKEY_KEYS = frozenset(
    plain(name)
    for name in "Respondent ID|Collector ID|ID del encuestado|ID de encuestado|ID del recopilador"
    "|ID de recopilador|ID do respondente|ID do coletor".split("|")
)
_ANSWER_LABELS = frozenset({"response", "respuesta", "resposta", "open ended response",
    "respuesta abierta", "resposta aberta", "resposta em aberto"})  # fmt: skip
_OPEN_LABEL = re.compile(r"open ended|abiert|abert")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the further rows of a header say of one column.

    Args:
        question: The question as the respondent read it.
        answers: `open` when the tool says that the respondent typed, `closed` when it says that
            the column is something else, empty when it says nothing.
    """

    question: str
    answers: Literal["open", "closed", ""] = ""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a table is, and what its rows say together.

    Args:
        position: Its first row, counted from 0.
        cells: Names of the columns; may hold blanks and repeats.
        rows: How many rows it has; records follow them.
        tool: The survey tool that writes such a header, or nothing.
        headings: Column, counted from 0, to what further rows say of it.
        warnings: What was not understood.
    """

    position: int
    cells: Sequence[str]
    rows: int = 1
    tool: str = ""
    headings: Mapping[int, Heading] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """The header's last row, counted from 0."""
        return self.position + self.rows - 1

    def named(self, columns: Sequence[str]) -> dict[str, Heading]:
        """Its headings by the names that the columns got."""
        return {columns[place]: heading for place, heading in self.headings.items()}

    def details(self) -> dict[str, str]:
        """What to tell people: `header_row`, and `header_rows` and `survey` when there is more."""
        found = {"header_row": str(self.position + 1)}
        if self.rows > 1:
            found["header_rows"] = str(self.rows)
        if self.tool:
            found["survey"] = self.tool
        return found


def read_header(rows: Sequence[Sequence[str]], start: int = 0) -> Header:
    """The header among the first rows of a table, of one row unless its content says more.

    Args:
        rows: First rows of the file.
        start: How many of them cannot be the header, as Excel's `sep=;`.
    """
    found = _read(rows[start:])
    return replace(found, position=start + found.position)


def _read(rows: Sequence[Sequence[str]]) -> Header:
    for at in range(min(_LOOKED_AT, len(rows) - 1)):
        header = _qualtrics(rows, at) or _qualtrics_legacy(rows, at) or _surveymonkey(rows, at)
        if header:
            return header
    if not rows:
        return Header(0, [])
    at = find_header(rows)
    for top in {at, max(0, at - 1)}:
        header = _questions_over_options(rows, top, needs_span=True)
        if header:
            return header
    return Header(at, rows[at], warnings=tuple(_not_understood(rows, at)))


def _qualtrics(rows: Sequence[Sequence[str]], at: int) -> Header | None:
    """Names, questions, ImportIds; some people delete the row of questions."""
    for further in (2, 1):
        if at + further < len(rows) and _are_import_ids(rows[at + further]):
            break
    else:
        return None
    headings: dict[int, Heading] = {}
    questions = rows[at + 1] if further == 2 else rows[at]
    width = min(len(rows[at]), len(questions))
    for column, cell in enumerate(rows[at + further][:width]):
        found = _IMPORT_ID.match(cell)
        if found and _OF_QUESTION.match(found[1]):
            headings[column] = Heading(_one_line(questions[column]), _answers(found[1]))
    return Header(at, rows[at], further + 1, "Qualtrics", headings)


def _answers(import_id: str) -> Literal["open", "closed", ""]:
    if _DERIVED.search(import_id):
        return "closed"
    return "open" if _TYPED_IN.search(import_id) else ""


def _are_import_ids(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell.strip()]
    return bool(filled) and sum(map(bool, map(_IMPORT_ID.match, filled))) * 2 > len(filled)


def _qualtrics_legacy(rows: Sequence[Sequence[str]], at: int) -> Header | None:
    """`V1`, `V2`, …, `Q1` over `ResponseID`, …, the question; both rows end in a comma."""
    top, below = trimmed(rows[at]), trimmed(rows[at + 1])
    fields = {
        column
        for column, (above, cell) in enumerate(zip(top, below, strict=False))
        if _LEGACY_NAME.fullmatch(above.strip()) and cell.strip().lower() in _LEGACY_FIELDS
    }
    if len(fields) < 3:
        return None
    # `V3` says nothing: the row below has the field's name, and of questions the question.
    width = max(len(top), len(below))
    names, questions = (
        [*row, *[""] * (width - len(row))] for row in (list(map(_one_line, top)), below)
    )
    headings: dict[int, Heading] = {}
    for column, name in enumerate(names):
        question = _one_line(questions[column])
        if not name or _LEGACY_NAME.fullmatch(name):
            names[column] = question
        elif question and question != name:
            headings[column] = Heading(question)
    return Header(at, names, 2, "Qualtrics (legacy)", headings)


def _surveymonkey(rows: Sequence[Sequence[str]], at: int) -> Header | None:
    names = {plain(cell) for cell in rows[at]}
    if not names & _MONKEY_KEYS or len(names & _MONKEY_FIELDS) < 2:
        return None
    return _questions_over_options(rows, at, needs_span=False)


def _questions_over_options(
    rows: Sequence[Sequence[str]], at: int, *, needs_span: bool
) -> Header | None:
    """A question over each of its options, and nothing under the columns that are no questions.

    Args:
        rows: First rows of the table.
        at: The row that may hold the questions.
        needs_span: Whether only a question over several columns is evidence enough.
    """
    if at + 1 >= len(rows):
        return None
    top, below = rows[at], rows[at + 1]
    width = max(len(top), len(below))
    tops, options = ([*map(_one_line, row), *[""] * (width - len(row))] for row in (top, below))
    if not tops or not tops[0] or options[0] or not any(options):
        return None
    spanned = [option for above, option in zip(tops, options, strict=True) if not above]
    if needs_span:
        records = [row for row in rows[at + 2 :] if any(map(str.strip, row))]
        valued = any(map(is_data_cell, filter(None, options)))
        if not spanned or not all(spanned) or valued or (records and not records[0][0].strip()):
            return None
    names: list[str] = []
    headings: dict[int, Heading] = {}
    question = ""
    for column, (above, option) in enumerate(zip(tops, options, strict=True)):
        question = above or question
        bare = not option or plain(option) in _ANSWER_LABELS
        names.append(above if not option else question if bare else f"{question} - {option}")
        if option:
            typed = _OPEN_LABEL.search(plain(option))
            headings[column] = Heading(names[-1], "open" if typed else "")
    return Header(at, names, 2, "" if needs_span else "SurveyMonkey", headings)


def _not_understood(rows: Sequence[Sequence[str]], at: int) -> Iterator[str]:
    """A warning when the first record is words over columns of numbers and dates."""
    records = [row for row in rows[at + 1 :] if any(map(str.strip, row))]
    if len(records) < 3:
        return
    first, others = records[0], records[1:]
    valued, strange = 0, []
    for column, cell in enumerate(first):
        below = [row[column].strip() for row in others if column < len(row) and row[column].strip()]
        if len(below) >= 2 and all(map(is_data_cell, below)):
            valued += 1
            if not is_blank(cell) and not is_data_cell(cell.strip()):
                strange.append(_one_line(cell))
    if len(strange) >= 2 and len(strange) * 2 > valued:
        yield (
            f"The row below the header ({', '.join(strange[:3])[:80]}) looks like a second row of "
            "it, of a kind that is not known, and is read as a record; delete it if it is none."
        )


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
