"""From what people write (a row of a file, `pqrs=reclamo`) to corrections of what the store has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocmine.catalogue import INTERFACE_LANGS, every_name, label_set
from vocmine.display import heading
from vocmine.errors import SourceError, UsageError
from vocmine.evaluation.labels import NO_LABEL, LabelNames, fold
from vocmine.message import Unreadable
from vocmine.readers import open_table
from vocmine.readers.aliases import ALIASES, plain
from vocmine.spans import closest
from vocmine.store.categories import category_names
from vocmine.store.correcting import (
    EXISTS,
    INSIGHT_FIELDS,
    MANY,
    MESSAGE_FIELDS,
    NO,
    NUMBERS,
    YES,
)
from vocmine.store.corrections import Correction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vocmine.heads import Code
    from vocmine.plugin import ReadOptions
    from vocmine.readers import Table
    from vocmine.store.database import Store

FIELDS = (*MESSAGE_FIELDS, *INSIGHT_FIELDS)
ABOUT = ("external_id", "source", "quote", "start", "action", "author", "note")
"""Columns of a file of corrections besides the fields."""
_ACTIONS = {"action", "accion", "acao"}
_REMOVE = {"remove", "delete", "quitar", "eliminar", "borrar", "remover", "excluir"}
_KEEP = {"", "correct", "add", "corregir", "agregar", "anadir", "corrigir", "adicionar"}


@dataclass(slots=True)
class Given:
    """What was read of a file: corrections, and a sentence for each row that cannot be used."""

    corrections: list[Correction] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Resolver:
    """Understands messages, quotes and labels of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        own: dict[str, Code] = {
            name: code
            for lang in INTERFACE_LANGS
            for code, name in category_names(store, lang).items()
        }
        self._own = tuple(category_names(store))
        self._names = {name: self._names_of(name, own) for name in FIELDS}
        self._fields = {
            plain(title): name
            for name in FIELDS
            for title in (name, *(heading(name, lang) for lang in INTERFACE_LANGS))
        }

    def _names_of(self, name: str, own: Mapping[str, Code]) -> LabelNames:
        if name in ("churn", "urgent"):
            return LabelNames(name, (0, 1))
        codes: tuple[Code, ...] = label_set(
            {"emotions": "emotion", "category": "friction"}.get(name, name)
        ).codes
        if name in NUMBERS:
            codes = tuple(map(int, codes))
        if name not in ("friction", "category"):
            return LabelNames(name, codes)
        return LabelNames(name, (*codes, *self._own), {**every_name("friction"), **own})

    def message(self, external_id: str, source: str = "") -> int:
        """Row of a message.

        Raises:
            UsageError: There is none, or several exports have one.
        """
        rows = self._store.conn.execute(
            "SELECT m.id, s.name FROM messages AS m JOIN sources AS s ON s.id = m.source_id "
            "WHERE m.external_id = ? AND ? IN ('', s.name) ORDER BY m.id",
            [external_id, source],
        ).fetchall()
        if not rows:
            where = f" of '{source}'" if source else ""
            raise UsageError(
                f"There is no message '{external_id}'{where} in the store.",
                "Take its id from 'vocmine insights' or 'vocmine search'.",
            )
        if len(rows) > 1:
            named = ", ".join(sorted({f"'{row[1]}'" for row in rows}))
            raise UsageError(
                f"Several exports have a message '{external_id}': {named}.",
                "Say which with --source NAME, or a column 'source'.",
            )
        return int(rows[0][0])

    def field(self, name: str) -> str:
        """The field that a name means, in any language.

        Raises:
            UsageError: There is no such field; the hint lists them.
        """
        try:
            return self._fields[plain(name)]
        except KeyError:
            raise UsageError(
                f"There is no field '{name}' to correct.", f"Use one of: {', '.join(FIELDS)}."
            ) from None

    def value(self, name: str, text: str) -> tuple[str, str]:
        """Field and code that a label means: an own category is one whichever field it is given as.

        Raises:
            UsageError: There is no such label; the hint lists them.
        """
        if name == "emotions":
            parts = text.replace("|", ";").replace(",", ";").split(";")
            said = [] if fold(text) in NO_LABEL else [p for p in parts if p.strip()]
            return name, MANY.join(sorted({str(self._code(name, part)) for part in said}))
        code = self._code(name, text)
        if name in ("friction", "category"):
            return ("category" if code in self._own else "friction"), str(code)
        return name, str(code)

    def _code(self, name: str, text: str) -> Code:
        code = self._names[name].code(text)
        if code is None:
            listed = ", ".join(map(str, self._names[name].codes))
            raise UsageError(
                f"'{text.strip():.40}' is no label of {name}.", f"Use one of: {listed}."
            )
        return code

    def span(self, message_id: int, quote: str, start: str = "") -> tuple[int, int]:
        """Characters of a quote; of several places the one where there is an insight.

        Raises:
            UsageError: The quote is not in the message, letter for letter.
        """
        text = self._store.conn.execute(
            "SELECT text FROM messages WHERE id = ?", [message_id]
        ).fetchone()[0]
        # A spreadsheet's export puts a ' before what could pass for a formula.
        for words in (quote, quote.removeprefix("'")):
            places = [i for i in range(len(text)) if words and text.startswith(words, i)]
            if places:
                spans = [(place, place + len(words)) for place in places]
                if start.isdecimal() and int(start) in places:
                    return int(start), int(start) + len(words)
                return next(filter(lambda s: self._insight(message_id, s), spans), spans[0])
        raise UsageError(
            f"The quote '{quote:.60}' is not in the message, letter for letter.",
            "Copy it from the message; 'vocmine search' shows it.",
        )

    def _insight(self, message_id: int, span: tuple[int, int]) -> bool:
        rows = self._store.conn.execute(
            "SELECT start, end FROM insights WHERE message_id = ?", [message_id]
        )
        return closest(span, rows.fetchall()) >= 0

    def insight(
        self,
        message_id: int,
        span: tuple[int, int],
        labels: Sequence[tuple[str, str]],
        *,
        remove: bool,
        author: str,
        note: str,
    ) -> list[Correction]:
        """Corrections of an insight, which is added where there is none.

        Raises:
            UsageError: It would be added without a polarity.
        """
        if remove:
            labels = [(EXISTS, NO)]
        elif not self._insight(message_id, span):
            if "polarity" not in dict(labels):
                raise UsageError(
                    "There is no insight at this quote, and to add one its polarity is needed.",
                    "Add polarity=-1 (or -2, 0, 1, 2), or correct the quote.",
                )
            labels = [(EXISTS, YES), *labels]
        return [Correction(message_id, name, code, span, author, note) for name, code in labels]


def read_corrections(
    path: Path, resolver: Resolver, options: ReadOptions, *, author: str = ""
) -> Given:
    """Read a table of corrections: each row names a message, and with a quote an insight of it.

    Raises:
        SourceError: The file cannot be read, names no messages or has no label.
        UsageError: The mapping names a field or column that does not exist.
    """
    table = open_table(path, options)
    columns = _columns(table, options.mapping)
    if "external_id" not in columns:
        raise SourceError(
            f"No column of {path.name} says which message is corrected; its columns are: "
            f"{', '.join(table.columns)}.",
            "Call it external_id, or say --map external_id=COLUMN.",
        )
    if not set(columns) & {*FIELDS, "action"}:
        raise SourceError(
            f"No column of {path.name} holds a correction; its columns are: "
            f"{', '.join(table.columns)}.",
            f"Call one of them {', '.join(FIELDS)}, or say --map pqrs=COLUMN.",
        )
    found = Given()
    at = {name: table.columns.index(column) for name, column in columns.items()}
    for row in table.rows():
        if isinstance(row, Unreadable):
            found.problems.append(f"{path.name}, {row.locator}: {row.error}")
            continue
        cells = {name: row.cells[place].strip() for name, place in at.items()}
        try:
            found.corrections += _of_row(
                resolver, {**cells, "author": cells.get("author") or author}
            )
        except UsageError as error:
            found.problems.append(f"{path.name}, {row.locator}: {error}")
    return found


def _columns(table: Table, chosen: Mapping[str, str]) -> dict[str, str]:
    """Field to column: as the user says, else by code, else by heading in any language."""
    by_name = {plain(column): column for column in reversed(table.columns)}
    found: dict[str, str] = {}
    for name, wanted in chosen.items():
        if name not in (*FIELDS, *ABOUT):
            raise UsageError(
                f"There is no field '{name}' to map.",
                f"Use one of: {', '.join((*ABOUT, *FIELDS))}.",
            )
        if wanted and plain(wanted) not in by_name:
            raise UsageError(
                f"There is no column '{wanted}' to take {name} from.",
                f"The columns are: {', '.join(table.columns)}.",
            )
        if wanted:
            found[name] = by_name[plain(wanted)]
    for name in (*ABOUT, *FIELDS):
        titles = [name, *(heading(name, lang) for lang in INTERFACE_LANGS)]
        names = [*map(plain, titles), *(_ACTIONS if name == "action" else ())]
        if name == "external_id":
            # "Mensaje" is the id in our own workbooks, and the text in many others.
            names = [plain(name), *ALIASES[name], *(n for n in names[1:] if "texto" in by_name)]
        column = next((by_name[n] for n in names if n in by_name), "")
        if column and name not in chosen and column not in found.values():
            found[name] = column
    return found


def _of_row(resolver: Resolver, cells: Mapping[str, str]) -> list[Correction]:
    """Corrections of one row; raises `UsageError` where it cannot be used."""
    action = fold(cells.get("action", ""))
    if action not in _REMOVE | _KEEP:
        raise UsageError(f"'{cells['action']}' is no action.", "Write remove, or leave it blank.")
    labels = [resolver.value(name, cells[name]) for name in FIELDS if cells.get(name)]
    message = resolver.message(cells["external_id"], cells.get("source", ""))
    author, note = cells["author"], cells.get("note", "")
    made = [
        Correction(message, name, code, None, author, note)
        for name, code in labels
        if name in MESSAGE_FIELDS
    ]
    of_insight = [(name, code) for name, code in labels if name in INSIGHT_FIELDS]
    if quote := cells.get("quote", ""):
        if of_insight or action in _REMOVE:
            span = resolver.span(message, quote, cells.get("start", ""))
            made += resolver.insight(
                message,
                span,
                of_insight,
                remove=action in _REMOVE,
                author=author,
                note=note,
            )
    elif of_insight or action in _REMOVE:
        what = of_insight[0][0] if of_insight else "an action"
        raise UsageError(f"It gives {what} and no quote.", "Give the words of the insight.")
    return made
