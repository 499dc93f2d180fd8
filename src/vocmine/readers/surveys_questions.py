"""Which columns of a survey are open questions, and which are NPS, CSAT and CES.

The cells decide, with the question's words as a hint: a column of sentences that differ is open,
one of repeated options, marks, names or dates is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from vocmine.readers.aliases import ALIASES, BARE_ANSWERS, CONTEXT_NAMES, NOT_TEXT_WORDS, plain
from vocmine.readers.content import distinct, is_said, says_nothing, speaks, wordiness
from vocmine.readers.dates import parse_date
from vocmine.readers.evidence import case_columns
from vocmine.readers.scores import ScoreReader, is_no_answer, marks_of
from vocmine.readers.wording import asks, invites, offers_options, speaker

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

Metric = Literal["nps", "csat", "ces"]
METRICS: tuple[Metric, ...] = ("csat", "nps", "ces")
"""Metrics of a survey; the first one that a response has becomes its `score`."""

ANSWERS = BARE_ANSWERS | {"respuesta abierta", "resposta aberta", "open ended response"}
"""Names of a column that in a survey holds the customer's answer, and elsewhere the company's."""

_FIELDS = frozenset(
    name for field, names in ALIASES.items() if field not in {"text", "title"} for name in names
)
_TEXT_NAMES = frozenset(ALIASES["text"]) - {"solicitud", "peticion", "content"}
_NOT_ANSWERED = frozenset(CONTEXT_NAMES) - ANSWERS
_OPTION_ENDS = re.compile(r"\s*(?:[;,|]|/ )\s*")
_DERIVED = re.compile(r" - (?:parent )?(?:topics?|sentiment\w*|temas?|labels?)\b", re.IGNORECASE)
_NPS = re.compile(r"\bnps\b|net promoter|recom(?:e|ie)nd|recommend")
_CES = re.compile(
    r"\bces\b|esfuerzo|esforco|\beffort|facil|\beas[iey]|dificil|dificultad|difficult"
)
_CSAT = re.compile(r"\bcsat\b|satisf|insatisf")
_TO_TEN = re.compile(r"\b0 (?:a|al|to|y|hasta|ate|and)? ?10\b")


def openness(
    label: str, cells: Sequence[str], *, told: str = ""
) -> Literal["asked", "content", ""]:
    """Whether a column holds answers that respondents typed.

    Args:
        label: The question, or the column's name.
        cells: Its cells in a sample of the rows, blank ones too.
        told: `open` or `closed` when the file's header says so.

    Returns:
        `asked` when the question invites to write and the cells do not deny it, `content` when
        only the cells say so, and nothing for every other column.
    """
    inviting = told == "open" or invites(label) or plain(label) in ANSWERS | _TEXT_NAMES
    if told == "closed" or _DERIVED.search(label) or _names_a_field(label, inviting=inviting):
        return ""
    filled = [cell.strip() for cell in cells if not says_nothing(cell)]
    if not filled:
        return "asked" if inviting else ""
    if sum(map(_is_value, filled)) * 2 > len(filled):
        return ""
    name = plain(label)
    if all((said := plain(cell)) and name.endswith(said) for cell in filled):
        return ""  # the option of a question with a column for each
    options = [part for cell in filled for part in _OPTION_ENDS.split(cell.casefold()) if part]
    variety = min(distinct(filled), distinct(options))
    if inviting:
        return "asked" if len(filled) < 20 or variety > 0.1 else ""
    if not asks(label) and len(name.split()) < 3 and not _is_code(label):
        return ""  # `Barrio`, `Sede`: a field that somebody filled in
    if all(ScoreReader().value(cell) is not None for cell in filled):
        return ""
    enough = 8.0 if offers_options(label) else 4.0
    return "content" if wordiness(filled) >= enough and variety > 0.5 else ""


def customers_answers(
    cells: Mapping[str, Sequence[str]], context: Collection[str], columns: Iterable[str]
) -> list[str]:
    """Columns such as `Respuesta` where nothing else is said, so that customers answered.

    Beside the columns of cases they stay the company's.

    Args:
        cells: Columns that may be the text, with cells of a sample.
        context: Those of them that are named like the company's words.
        columns: All columns of the table.
    """
    answers = [c for c in cells if plain(c) in BARE_ANSWERS and any(map(is_said, cells[c]))]
    said = any(
        wordiness(filled) >= 3 or (plain(column) in ALIASES["text"] and speaks(filled))
        for column, filled in cells.items()
        if column not in context
    )
    return [] if said or len(case_columns(columns)) > 1 else answers


def _names_a_field(label: str, *, inviting: bool) -> bool:
    """Whether a header names a field of the record, or the company's words, not a question."""
    name = plain(label)
    if name in ANSWERS:
        return False
    if name in _FIELDS or name in _NOT_ANSWERED or not name:
        return True
    if asks(label):
        return False
    if speaker(label) == "company":
        return True
    return not inviting and bool(NOT_TEXT_WORDS & set(name.split()))


def _is_code(label: str) -> bool:
    """Whether a column is named by number, as `Q2` and `P3_1`, and its name says nothing."""
    return re.fullmatch(r"[A-Za-z]{1,3}\d+(?:[._]\w+)*", label.strip()) is not None


def _is_value(cell: str) -> bool:
    return not is_said(cell) or parse_date(cell) is not None


def metric_of(label: str, cells: Sequence[str]) -> Metric | Literal["unsure", ""]:
    """Which metric a column is: by the words of its header and the range of its cells.

    NPS are whole marks from 0 to 10, CSAT and CES marks from 1 to 5 or 1 to 7, or their words
    (`Muy satisfecho`, `Muy fácil`); a header that says `CSAT` or `CES` may have any scale.

    Returns:
        `unsure` for a question like NPS with no mark above 5, which may be another scale.
    """
    name = plain(label)
    named = next((metric for metric in METRICS if metric in name.split()), None)
    if not (named or _NPS.search(name) or _CES.search(name) or _CSAT.search(name)):
        return ""
    filled = [cell.strip() for cell in cells if not (says_nothing(cell) or is_no_answer(cell))]
    if not filled:
        return ""
    marks = marks_of(filled)
    if len(marks) * 10 < len(filled) * 7:
        read = sum(ScoreReader().value(cell) is not None for cell in filled)
        worded = read * 10 >= len(filled) * 7
        return _asked(name) if worded and _asked(name) != "nps" else ""
    if named == "nps" or (not named and _NPS.search(name)):
        whole = all(mark == int(mark) for mark in marks)
        if not whole or max(marks) > 10:
            return ""
        told = named or max(marks) > 5 or _TO_TEN.search(name)
        return "nps" if told else "unsure"
    if named:
        return named
    return _asked(name) if min(marks) >= 1 and max(marks) <= 7 else ""


def _asked(name: str) -> Metric:
    if _NPS.search(name):
        return "nps"
    return "ces" if _CES.search(name) else "csat"


def scale_of(metric: Metric, label: str, cells: Sequence[str]) -> ScoreReader:
    """The reader of a metric's marks: NPS from 0 to 10, others by their header and cells."""
    if metric == "nps":
        return ScoreReader(10.0)
    return ScoreReader.for_column(label if metric in plain(label) else f"{label} {metric}", cells)
