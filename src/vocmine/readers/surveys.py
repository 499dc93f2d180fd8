"""Telling that a table is a survey, and what each of its columns is.

Qualtrics, SurveyMonkey, Typeform, Google Forms and Microsoft Forms are known by their header; any
other table is a survey when it has several questions that people answered in words beside an NPS,
CSAT or CES.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from vocmine.readers.aliases import ALSO_OF_AGENTS, plain
from vocmine.readers.evidence import case_columns
from vocmine.readers.header import column_names
from vocmine.readers.mapping import ColumnMapping, map_columns
from vocmine.readers.overrides import resolve_overrides
from vocmine.readers.surveys_questions import (
    ANSWERS,
    METRICS,
    Metric,
    metric_of,
    openness,
    scale_of,
)
from vocmine.readers.wording import asks, invites

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vocmine.plugin import ReadOptions
    from vocmine.readers.scores import ScoreReader
    from vocmine.readers.tabular import Table

_SUBMITTED = (
    "recorded date", "submit date utc", "submitdate utc", "submitted at", "completion time",
    "hora de finalizacion", "hora de conclusao", "end date", "enddate", "fecha de finalizacion",
    "data de termino", "start date", "startdate", "start date utc", "start time",
    "hora de inicio", "fecha de inicio", "data de inicio", "marca temporal", "timestamp",
    "carimbo de data hora",
)  # fmt: skip
"""Dates of a response, that of sending it first."""
_RESPONSE = (
    "response id", "responseid", "respondent id", "id del encuestado", "id de encuestado",
    "id do respondente", "id respuesta", "id de respuesta", "id encuesta", "token",
)  # fmt: skip
_STAMPS = {"marca temporal": 0.95, "carimbo de data hora": 0.95, "timestamp": 0.85}
_STAMPED_FIELDS = frozenset({
    "email address", "direccion de correo electronico", "endereco de e mail", "nombre de usuario",
    "username", "score", "puntuacion", "pontuacao",
})  # fmt: skip
_SURVEY_NAMES = re.compile(r"\b(?:encuesta|encuestado|survey|pesquisa|cuestionario)\b")
_SMALL = frozenset(
    """
    a al ante con de del el en es ese esa este esta esto eso la las lo los le les me mi mis nos
    nuestra nuestro o para pero por que se ser si su sus te ti tu tus un una uno usted y cual como
    cuales fue ha has porque um uma da do das dos em no na nas voce seu sua os as e foi the of to
    you your is was our we us it what how why which did does would could can for in on with an and
""".split()
)
_CODE = re.compile(r"[A-Za-z]{1,4}\d+(?:[._]\w+)*")
_LONGEST_KEY = 40
_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Question:
    """An open question: its column, its text, and the short name that stands in identifiers."""

    column: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What the columns of a survey are.

    Args:
        tool: The tool that wrote it, or nothing.
        certainty: How sure that is, from 0 to 1.
        mapping: Fields of a message by column; `text` is the first open question.
        questions: Open questions in the table's order; none when nobody could write anything.
        metrics: `nps`, `csat`, `ces` to the column that holds it.
        scores: Reader of the column that gives `score`.
    """

    tool: str
    certainty: float
    mapping: ColumnMapping
    questions: tuple[Question, ...]
    metrics: Mapping[Metric, str]
    scores: ScoreReader | None = field(default=None, compare=False)

    @property
    def several(self) -> bool:
        """Whether a response can become several messages."""
        return len(self.questions) > 1


def labels_of(table: Table) -> dict[str, str]:
    """Column to its question when the header tells it, else to its own name; no two alike."""
    found = [
        table.headings[column].question if column in table.headings else column
        for column in table.columns
    ]
    found = [label or column for label, column in zip(found, table.columns, strict=True)]
    return dict(zip(table.columns, column_names(found), strict=True))


def survey_tool(table: Table) -> tuple[str, float]:
    """The tool that writes such a table and how sure that is, or nothing and 0."""
    told = table.details.get("survey", "")
    if told:
        return told, 0.95
    names = [plain(column) for column in table.columns]
    first = table.columns[0].strip() if table.columns else ""
    if first == "#" and {"submit date utc", "start date utc"} & set(names):
        return "Typeform", 0.95
    started = {"start time", "hora de inicio"} & set(names)
    ended = {"completion time", "hora de finalizacion", "hora de conclusao"} & set(names)
    if "id" in names[:1] and started and ended:
        return "Microsoft Forms", 0.95
    stamp = _STAMPS.get(names[0], 0.0) if names else 0.0
    questions = any(asks(column) or len(column.split()) > 4 for column in table.columns[1:])
    if stamp and (questions or (stamp > 0.9 and _STAMPED_FIELDS & set(names))):
        return "Google Forms", stamp
    if {"respondent id", "collector id"} <= set(names):
        return "SurveyMonkey", 0.95  # the second row of its header was deleted
    if {"response id", "recorded date"} <= set(names) and "distribution channel" in names:
        return "Qualtrics", 0.95  # as it is when two rows of its header were deleted
    return "", 0.0


def find_survey(table: Table, options: ReadOptions) -> Survey | None:
    """What a table is as a survey, or None when it is none.

    A column that the user takes the text from is the only open question.

    Raises:
        UsageError: An override names a field or a column that does not exist.
    """
    chosen = resolve_overrides(table.columns, options.mapping)
    tool, certainty = survey_tool(table)
    cases = case_columns(table.columns)
    if len(cases) >= 2 and not table.details.get("survey"):
        return None  # a form in which people file cases
    finder = _Finder(table, chosen)
    if not tool and not finder.is_survey():
        return None
    return finder.survey(tool, certainty)


def find_metrics(table: Table, scored: str) -> tuple[dict[Metric, str], ScoreReader | None]:
    """NPS, CSAT and CES of any table to the first column of each.

    Args:
        table: The open table.
        scored: The column of its ratings; the second result reads it when it is a metric.
    """
    finder = _Finder(table, {})
    return finder.metrics, finder.reader_of(scored)


class _Finder:
    def __init__(self, table: Table, chosen: Mapping[str, str]) -> None:
        self.table = table
        self.chosen = chosen
        self.labels = labels_of(table)
        self.cells = {
            column: [row[place] for row in table.sample[:_LOOKED_AT]]
            for place, column in enumerate(table.columns)
        }
        self.warnings: list[str] = []

    @cached_property
    def open(self) -> list[str]:
        """Columns of the open questions."""
        if "text" in self.chosen:
            return [self.chosen["text"]] if self.chosen["text"] else []
        return list(self._open())

    @cached_property
    def metrics(self) -> dict[Metric, str]:
        """The first column of each metric."""
        found: dict[Metric, str] = {}
        for column, label in self.labels.items():
            metric = metric_of(label, self.cells[column])
            if metric == "unsure":
                self.warnings.append(
                    f"'{column}' asks like an NPS, but none of its answers is above 5, so it is "
                    "not taken for one."
                )
            elif metric:
                found.setdefault(metric, column)
        return found

    def _open(self) -> Iterator[str]:
        taken = {*self.metrics.values(), *self.chosen.values()}
        for column, label in self.labels.items():
            heading = self.table.headings.get(column)
            told = heading.answers if heading else ""
            if column in taken:
                continue
            by = openness(label, self.cells[column], told=told)
            if by:
                yield column
            if by == "content":
                self.warnings.append(
                    f"'{column}' was taken for an open question because its answers read like "
                    "people writing; if only another one is, say --map text=COLUMN."
                )

    def is_survey(self) -> bool:
        """Whether a table of no known tool is a survey: a metric, and questions in words."""
        names = [plain(column) for column in self.table.columns]
        evident = self.metrics or any(map(_SURVEY_NAMES.search, names))
        if not evident or not self.open:
            return False
        # Notes are as often the agents': a known tool tells that they are not.
        self.open = [c for c in self.open if plain(c) not in ALSO_OF_AGENTS] or self.open
        answers = any(plain(column) in ANSWERS for column in self.open)
        invited = [column for column in self.open if invites(self.labels[column])]
        return answers or len(invited) > 1 or (len(self.open) == 1 and asks(self.open[0]))

    def survey(self, tool: str, certainty: float) -> Survey:
        columns, labels = self.table.columns, self.labels
        fixed: dict[str, str] = {}
        if "created_at" not in self.chosen:
            fixed |= _first("created_at", columns, _SUBMITTED)
        if "external_id" not in self.chosen:
            fixed |= _first("external_id", columns, _RESPONSE)
            if tool == "Typeform":
                fixed["external_id"] = columns[0]
        if "author" not in self.chosen and tool == "Microsoft Forms":
            fixed |= _first("author", columns, ("name", "nombre", "nome"))
        apart = {*self.open, *self.chosen.values()}
        fixed = {name: column for name, column in fixed.items() if column not in apart}
        fixed |= self.chosen
        fixed["text"] = self.open[0] if self.open else ""
        if not fixed.get("title"):
            fixed["title"] = ""  # a question about a title is no title
        mapping = self._mapping(fixed)
        fields = dict(mapping.fields)
        own = "score" in self.chosen
        scores = self.reader_of(fields.get("score", "")) if own else self._score(fields)
        warnings = [*mapping.warnings, *self.warnings]
        context = tuple(column for column in mapping.context if column not in self.open)
        ordered = ColumnMapping(fields, context, tuple(warnings), mapping.text_by)
        texts = [labels[column] for column in self.open]
        keys = question_keys(self.open, texts)
        questions = tuple(map(Question, self.open, texts, keys))
        return Survey(tool, certainty, ordered, questions, self.metrics, scores)

    def _mapping(self, fixed: Mapping[str, str]) -> ColumnMapping:
        """Map the columns that are no open questions, by what their questions say."""
        open_ones = set(self.open[1:])
        kept = [column for column in self.table.columns if column not in open_ones]
        places = [self.table.columns.index(column) for column in kept]
        labels = column_names([self.labels[column] for column in kept])
        back = dict(zip(labels, kept, strict=True))
        there = dict(zip(kept, labels, strict=True))
        overrides = {name: there.get(column, "") for name, column in fixed.items()}
        sample = [[row[place] for place in places] for row in self.table.sample]
        found = map_columns(labels, sample, overrides)
        fields = {name: back[label] for name, label in found.fields.items()}
        context = tuple(back[label] for label in found.context)
        return ColumnMapping(fields, context, found.warnings, found.text_by)

    def _score(self, fields: dict[str, str]) -> ScoreReader | None:
        """Take the score from a rating that is no metric, if there is one, else from a metric."""
        rated = fields.get("score", "")
        if rated and rated not in self.metrics.values():
            return None
        best = next((self.metrics[name] for name in METRICS if name in self.metrics), "")
        if best:
            fields["score"] = best
        return self.reader_of(best)

    def reader_of(self, column: str) -> ScoreReader | None:
        """The reader of a metric's column; None for another column."""
        metric = next((name for name, held in self.metrics.items() if held == column), None)
        return scale_of(metric, self.labels[column], self.cells[column]) if metric else None


def _first(name: str, columns: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    by_name = {plain(column): column for column in reversed(columns)}
    return next(({name: by_name[plain_name]} for plain_name in wanted if plain_name in by_name), {})


def question_keys(columns: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Short names of questions for identifiers, the same in every export of the survey.

    A column's code (`Q2`, `P3_1`) is its key; of another question it is three words and, as the
    number of its column changes when one is added, nothing that counts columns.
    """
    keys: list[str] = []
    seen: Counter[str] = Counter()
    for column, text in zip(columns, texts, strict=True):
        key = column if _CODE.fullmatch(column) else _slug(text)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}-{_digest(text)}")
    return keys


def _slug(text: str) -> str:
    words = plain(text).split()
    telling = [word for word in words if word not in _SMALL] or words
    return "-".join(telling[:3])[:_LONGEST_KEY] or _digest(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
