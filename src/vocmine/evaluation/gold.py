"""Gold data: messages and the labels that people gave them, read from a table or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vocmine.display import LABELS, heading
from vocmine.errors import SourceError, UsageError
from vocmine.evaluation.labels import NO_LABEL, LabelNames, fold
from vocmine.evaluation.points import Point
from vocmine.message import Message, Skipped
from vocmine.readers import MessageReader, map_columns, open_table, require_text
from vocmine.readers.aliases import ALIASES, plain
from vocmine.readers.mapping import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vocmine.heads import Code
    from vocmine.plugin import ReadOptions
    from vocmine.readers import ColumnMapping, Table

QUOTE_FIELDS = ("quote", "start", "end", "insights")
"""Columns about insights: one to a row in the first three, a list of them in the last."""
_LANGS = ("es", "pt", "en")
_SEPARATORS = str.maketrans({"|": ";", ",": ";"})


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the model that gold data may hold labels of.

    Args:
        per: `message` or `segment`.
        many: Several labels for each row.
        labels: Its codes.
        also: Names of a team's own categories, each with the label that it means.
    """

    name: str
    per: str
    many: bool
    labels: tuple[Code, ...]
    also: Mapping[str, Code] = field(default_factory=dict)


@dataclass(slots=True)
class GoldMessage:
    """One message and its labels; a task that is missing was not labelled.

    Args:
        lang: As the data say it; empty when they do not.
        labels: Task to code.
        sets: Task to codes, for tasks that allow several.
        points: Labelled insights; None when the data say nothing of insights.
    """

    text: str
    locator: str = ""
    lang: str = ""
    channel: str = ""
    labels: dict[str, Code] = field(default_factory=dict)
    sets: dict[str, frozenset[Code]] = field(default_factory=dict)
    points: list[Point] | None = None


@dataclass(slots=True)
class Gold:
    """What was read.

    Args:
        quoted: Whether the quotes of insights are known; without them a label of an insight is
            taken as one of the whole text.
        problems: One sentence for each label or row that cannot be used.
        skipped: Rows without words, which nobody can label.
    """

    messages: list[GoldMessage] = field(default_factory=list)
    quoted: bool = False
    problems: list[str] = field(default_factory=list)
    skipped: int = 0


def read_gold(
    path: Path,
    tasks: Sequence[Task],
    options: ReadOptions,
    *,
    limit: int = 0,
    blank_is_none: bool = True,
) -> Gold:
    """Read labelled messages of a CSV, TSV, workbook, JSON or JSON Lines file.

    The text, the channel and the identifier are found as in any export. A column named like a task
    of the model, by its code or its heading in any language, holds labels. Rows that give a `quote`
    are one insight each, and rows of one identifier (or text) make one message.

    Args:
        options: Its mapping may also name the column of a task: `pqrs=Tipo`.
        limit: Messages to read at most; 0 means all.
        blank_is_none: Whether a blank cell of a task of several labels says that there is none; a
            cell that says "none", or an empty list, always does.

    Raises:
        SourceError: The file cannot be read, or has no text or no labels.
        UsageError: The mapping names a field or a column that does not exist.
    """
    table = open_table(path, options)
    known = (*(task.name for task in tasks), *QUOTE_FIELDS, "lang")
    own = {name: column for name, column in options.mapping.items() if name in known}
    others = {name: column for name, column in options.mapping.items() if name not in known}
    if unknown := sorted(set(others) - set(FIELDS)):
        raise UsageError(
            f"There is no field '{unknown[0]}' to map.",
            f"Use one of: {', '.join((*FIELDS, *known))}.",
        )
    columns = label_columns(table, known, own)
    if not any(task.name in columns for task in tasks) and "insights" not in columns:
        raise SourceError(
            f"No column of {path.name} holds labels; its columns are: {', '.join(table.columns)}.",
            f"Call one of them {', '.join(known[: len(tasks)])}, or say --map pqrs=COLUMN.",
        )
    # Dates and ratings are not judged, and nobody need hear which of them cannot be read.
    mapping = _other_columns(table, columns, {"created_at": "", "score": "", **others})
    require_text(table, mapping)
    reader = _Reader(tasks, columns, blank_is_none)
    for record in MessageReader(table, mapping, options).records():
        if limit and len(reader.gold.messages) > limit:
            break
        if isinstance(record, Message):
            reader.read(record)
        elif isinstance(record, Skipped):
            reader.gold.skipped += 1
        else:
            reader.gold.problems.append(f"{record.locator}: {record.error}")
    if limit:
        reader.gold.messages = reader.gold.messages[:limit]
    return reader.gold


def label_columns(table: Table, known: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Field of labels to column: as the user says, else by code, else by heading.

    Raises:
        UsageError: The user names a column that does not exist.
    """
    by_name = {plain(column): column for column in reversed(table.columns)}
    found: dict[str, str] = {}
    for name, wanted in chosen.items():
        if wanted and plain(wanted) not in by_name:
            raise UsageError(
                f"There is no column '{wanted}' to take {name} from.",
                f"The columns are: {', '.join(table.columns)}.",
            )
        if wanted:
            found[name] = by_name[plain(wanted)]
    taken = {*chosen.values(), *found.values()}
    for name in known:
        if name in chosen:
            continue
        # A Portuguese export calls its text "Manifestação", as vocmine does PQRS.
        headings = [plain(heading(name, lang)) for lang in _LANGS]
        names = [plain(name), plain(LABELS.get(name, name))]
        names += [title for title in headings if title not in ALIASES["text"]]
        column = next((by_name[n] for n in names if by_name.get(n, "") not in ("", *taken)), "")
        if column:
            found[name] = column
            taken.add(column)
    # Without quotes an "Inicio" is a date or anything else.
    return {n: c for n, c in found.items() if n not in ("start", "end") or "quote" in found}


def _other_columns(
    table: Table, columns: Mapping[str, str], chosen: Mapping[str, str]
) -> ColumnMapping:
    """Columns of the message itself, as they are found in an export without the labels."""
    labelled = set(columns.values()) - {column for column in chosen.values() if column}
    kept = [i for i, column in enumerate(table.columns) if column not in labelled]
    return map_columns(
        [table.columns[i] for i in kept],
        [[row[i] for i in kept] for row in table.sample],
        chosen,
    )


class _Reader:
    """Puts rows together to messages, and keeps what is wrong with them."""

    def __init__(
        self, tasks: Sequence[Task], columns: Mapping[str, str], blank_is_none: bool
    ) -> None:
        self._blank_is_none = blank_is_none
        self.gold = Gold(quoted="quote" in columns or "insights" in columns)
        self._columns = columns
        self._names = {task.name: LabelNames(task.name, task.labels, task.also) for task in tasks}
        self._of_messages = [t for t in tasks if t.per == "message" and t.name in columns]
        self._of_points = [t for t in tasks if t.per == "segment" and not t.many]
        self._by_key: dict[str, GoldMessage] = {}

    def read(self, record: Message) -> None:
        """Take one row."""
        cells = {name: record.extra.get(c, "") for name, c in self._columns.items()}
        message = self._message_of(record, cells)
        if message is None:
            return
        for task in self._of_messages:
            self._label(message, task, cells[task.name], record.locator)
        if points := self._points(message.text, cells, record.locator):
            message.points = [*(message.points or ()), *points]

    def _message_of(self, record: Message, cells: Mapping[str, str]) -> GoldMessage | None:
        """The message of a row: a new one, or with `quote` the one it goes on with."""
        key = record.external_id or record.text
        known = self._by_key.get(key) if "quote" in self._columns else None
        if known is not None and known.text != record.text:
            self._say(record.locator, f"the id '{key}' is that of {known.locator}, whose text "
                      "is another one; give each message its own")  # fmt: skip
            return None
        if known is not None:
            return known
        says = self.gold.quoted or any(cells.get(task.name) for task in self._of_points)
        made = GoldMessage(
            record.text,
            record.locator,
            lang=_lang(cells.get("lang", "")),
            channel=record.channel,
            points=[] if says else None,
        )
        self._by_key[key] = made
        self.gold.messages.append(made)
        return made

    def _label(self, message: GoldMessage, task: Task, cell: str, where: str) -> None:
        if task.many:
            if not cell.strip() and not self._blank_is_none:
                return
            codes = frozenset(self._codes(task.name, cell, where))
            message.sets[task.name] = codes | message.sets.get(task.name, frozenset())
            return
        code = self._code(task.name, cell, where) if cell else None
        if code is None:
            return
        before = message.labels.setdefault(task.name, code)
        if before != code:
            self._say(where, f"{task.name} is '{cell}', and '{before}' in {message.locator} of the "
                      "same message; correct one of them")  # fmt: skip

    def _codes(self, task: str, cell: str, where: str) -> list[Code]:
        """Codes of a cell of several labels: a JSON list, or names between `;`, `|` or commas."""
        listed = _json(cell) if cell.startswith("[") else None
        if isinstance(listed, list):
            names = [str(item) for item in listed]
        elif self._names[task].code(cell) is not None:
            names = [cell]
        elif fold(cell) in NO_LABEL:
            names = []
        else:
            names = cell.translate(_SEPARATORS).split(";")
        found = [self._code(task, name, where) for name in names if name.strip()]
        return [code for code in found if code is not None]

    def _code(self, task: str, text: str, where: str) -> Code | None:
        names = self._names[task]
        code = names.code(text)
        if code is None:
            listed = ", ".join(map(str, names.codes))
            self._say(where, f"'{text.strip():.40}' is no label of {task}; use one of: {listed}")
        return code

    def _points(self, text: str, cells: Mapping[str, str], where: str) -> list[Point]:
        """Insights that a row gives, by its list of them and by its own columns."""
        given: list[dict[str, Any]] = []
        if cell := cells.get("insights", ""):
            listed = _json(cell)
            if isinstance(listed, list) and all(isinstance(item, dict) for item in listed):
                given += listed
            else:
                self._say(where, "its insights are no JSON list of objects, each with a quote")
        row = {name: cells[name] for name in (*_names(self._of_points), "start", "end", "quote")
               if cells.get(name)}  # fmt: skip
        if row and not self.gold.quoted:
            row["quote"] = text
        if "quote" in row:
            given.append(row)
        elif row:
            self._say(where, f"it gives {next(iter(row))} and no quote that it is about")
        points = [self._point(text, item, where) for item in given]
        return [point for point in points if point is not None]

    def _point(self, text: str, given: Mapping[str, Any], where: str) -> Point | None:
        quote = str(given.get("quote") or "")
        start = locate(text, quote, given.get("start"))
        if start < 0 and quote.startswith("'"):  # as our CSV writes what could pass for a formula
            quote = quote.removeprefix("'")
            start = locate(text, quote, given.get("start"))
        if start < 0:
            self._say(where, f"the quote '{quote:.60}' is not in the text, letter for letter, or "
                      "more than once; correct it, or give its start")  # fmt: skip
            return None
        labels = {}
        for task in self._of_points:
            value = given.get(task.name)
            code = self._code(task.name, str(value), where) if value not in (None, "") else None
            if code is not None:
                labels[task.name] = code
        return Point(start, start + len(quote), labels)

    def _say(self, where: str, sentence: str) -> None:
        self.gold.problems.append(f"{where}: {sentence}.")


def locate(text: str, quote: str, start: object = None) -> int:
    """First character of a quote in its text; -1 when it is not there or it is unclear where.

    Args:
        start: Where the data say it stands; they are believed when it does, and when it stands
            elsewhere only once, as other programs count other characters.
    """
    if not quote:
        return -1
    said = str(start if start is not None else "")
    if said.isdecimal() and text.startswith(quote, int(said)):
        return int(said)
    return text.find(quote) if not said or text.count(quote) == 1 else -1


def _names(tasks: Sequence[Task]) -> list[str]:
    return [task.name for task in tasks]


def _json(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return None


def _lang(cell: str) -> str:
    """`es`, `pt`, `en` or `other`, by code or name; empty when the cell says something else."""
    return str(LabelNames("lang", (*_LANGS, "other")).code(fold(cell)) or "")
