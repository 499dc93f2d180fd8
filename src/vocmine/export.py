"""Results as files for other programs: CSV, JSON lines and XLSX, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError, VocmineError
from vocmine.journey.listing import level_rows, stage_rows
from vocmine.store.labelled import COLUMNS as LABELLED
from vocmine.store.labelled import labelled_rows
from vocmine.store.reading import (
    Filter,
    friction_rows,
    insight_rows,
    message_ids,
    message_objects,
)
from vocmine.store.topics import topic_rows

if TYPE_CHECKING:
    from vocmine.store import Store

EXTRA = "extra."
"""Before the name of a column of the original export, so that it cannot pass for one of ours."""
FORMATS = ("csv", "jsonl", "xlsx")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """One thing to export.

    Args:
        titles: Name of its sheet in `es`, `pt` and `en`.
        rows: Reads its rows from a store.
        columns: Its columns, in order.
    """

    titles: Mapping[str, str]
    rows: Callable[[Store, Filter], Iterable[Row]]
    columns: tuple[str, ...]


def _messages(store: Store, chosen: Filter) -> Iterator[Row]:
    return message_objects(store, message_ids(store, chosen))


def _corrections(store: Store, chosen: Filter) -> Iterator[Row]:
    return labelled_rows(store, None if chosen == Filter() else message_ids(store, chosen))


CONTENTS = {
    "messages": Content(
        {"es": "Mensajes", "pt": "Mensagens", "en": "Messages"},
        _messages,
        (
            "external_id",
            "source",
            "created_at",
            "channel",
            "country",
            "score",
            "lang",
            "title",
            "text",
            "pqrs",
            "sentiment",
            "emotions",
            "effort",
            "churn",
            "recommend",
            "urgent",
            "copy_of",
            "copies",
            "corrected",
            "insight_count",
            "skipped",
        ),
    ),
    "insights": Content(
        {"es": "Insights", "pt": "Insights", "en": "Insights"},
        insight_rows,
        (
            "external_id",
            "source",
            "created_at",
            "lang",
            "quote",
            "polarity",
            "friction",
            "category",
            "category_name",
            "phase",
            "stage",
            "pyramid",
            "touchpoint",
            "confidence",
            "corrected",
            "start",
            "end",
        ),
    ),
    "friction": Content(
        {"es": "Puntos de fricción", "pt": "Pontos de atrito", "en": "Friction points"},
        friction_rows,
        (
            "friction",
            "stage",
            "touchpoint",
            "messages",
            "copies",
            "share",
            "insights",
            "mean_polarity",
            "first_seen",
            "last_seen",
            "quote",
        ),
    ),
    "journey": Content(
        {"es": "Recorrido", "pt": "Jornada", "en": "Journey"},
        stage_rows,
        (
            "phase",
            "stage",
            "insights",
            "messages",
            "negative",
            "neutral",
            "positive",
            "mean_polarity",
            "sentiment",
            "load",
            "emotions",
            "moment",
            "why",
            "handoffs",
        ),
    ),
    "pyramid": Content(
        {"es": "Pirámide", "pt": "Pirâmide", "en": "Pyramid"},
        level_rows,
        (
            "level",
            "insights",
            "messages",
            "missed",
            "met",
            "share_met",
            "mean_polarity",
            "low",
            "high",
            "verdict",
        ),
    ),
    "topics": Content(
        {"es": "Temas", "pt": "Temas", "en": "Topics"},
        topic_rows,
        ("topic", "label", "terms", "messages", "segments", "quotes"),
    ),
    "corrections": Content(
        {"es": "Correcciones", "pt": "Correções", "en": "Corrections"},
        _corrections,
        LABELLED,
    ),
}
"""Everything that can be exported, by its code."""

WORKBOOK = ("messages", "insights", "friction", "topics")
"""What a workbook holds when nothing is asked for."""


def spreadsheet_safe(value: Any) -> Any:
    """A value for a CSV cell that no spreadsheet takes for a formula.

    A text that begins with `= + - @`, a tab or a line break gets a `'` in front, also after
    blanks; lists are joined with `; `, figures by name as `name figure`. Numbers, dates and other
    texts are left as they are.
    """
    if isinstance(value, dict):
        value = [f"{name} {figure}" for name, figure in value.items()]
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    if not isinstance(value, str):
        return value
    starts = value.lstrip(" ")[:1]
    return f"'{value}" if starts and starts in "=+-@\t\r\n＝＋－＠" else value


def export(
    store: Store,
    path: Path,
    *,
    what: Sequence[str],
    format_: str,
    lang: str = "es",
    chosen: Filter | None = None,
    delimiter: str = ",",
    overwrite: bool = False,
) -> dict[str, int]:
    """Write results to a file and return the number of rows of each content.

    Args:
        store: Where results come from.
        path: The file; it appears whole or not at all.
        what: Keys of `CONTENTS`; several only for `xlsx`.
        format_: One of `FORMATS`. `csv` is UTF-8 with a mark, so that Excel reads accents right.
        lang: Language of headings and labels in `xlsx`; `csv` and `jsonl` keep the codes.
        chosen: Which insights (and, by them, messages) to write.
        delimiter: Between the cells of `csv`.
        overwrite: Replace a file that is there.

    Raises:
        UsageError: The file exists, is the store itself, or its folder is missing.
        VocmineError: The file cannot be written.
    """
    chosen = chosen or Filter()
    check_target(store, path, overwrite)
    with written_whole(path) as part:
        if format_ == "xlsx":
            from vocmine.workbook import write_workbook

            return write_workbook(store, part, what, lang, chosen)
        if format_ == "jsonl":
            return {what[0]: _write_jsonl(part, CONTENTS[what[0]].rows(store, chosen))}
        columns, rows = table_rows(store, what[0], chosen)
        return {what[0]: _write_csv(part, rows, columns, delimiter)}


def check_target(store: Store, path: Path, overwrite: bool) -> None:
    """Refuse a file that results cannot or must not be written to.

    Raises:
        UsageError: It is a folder, the store itself or there already, or its folder is missing.
    """
    if path.is_dir():
        raise UsageError(f"'{path}' is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise UsageError(f"The folder '{path.parent}' does not exist.", "Make it first.")
    if not path.exists():
        return
    if Path(store.path).exists() and path.samefile(store.path):
        raise UsageError(f"'{path}' is the store itself.", "Choose another name.")
    if not overwrite:
        raise UsageError(
            f"'{path}' exists already.", "Replace it with --force, or choose another name."
        )


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file beside the target that takes its name when everything went well."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            # mkstemp makes private files; an export has the rights of any other new file.
            mask = os.umask(0)
            os.umask(mask)
            part.chmod(0o666 & ~mask)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise VocmineError(
            f"'{path}' cannot be written: {error.strerror or error}.",
            "Close it in other programs, or choose another folder.",
        ) from error


def _write_jsonl(path: Path, rows: Iterable[Row]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_csv(path: Path, rows: Iterable[Row], columns: Sequence[str], delimiter: str) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([spreadsheet_safe(column) for column in columns])
        for row in rows:
            writer.writerow([spreadsheet_safe(row.get(column)) for column in columns])
            count += 1
    return count


def _extra_columns(store: Store) -> list[str]:
    """Columns of the original exports that vocmine does not use, in the order first seen."""
    rows = store.conn.execute(
        "SELECT j.key FROM messages AS m, json_each(m.extra) AS j "
        "GROUP BY j.key ORDER BY min(m.id), min(j.id)"
    )
    return [EXTRA + row[0] for row in rows]


def table_rows(store: Store, what: str, chosen: Filter) -> tuple[list[str], Iterator[Row]]:
    """Columns and rows of a content for a table; messages bring the columns of their export."""
    content = CONTENTS[what]
    if what != "messages":
        return list(content.columns), iter(content.rows(store, chosen))
    return [*content.columns, *_extra_columns(store)], _with_extras(store, chosen)


def _with_extras(store: Store, chosen: Filter) -> Iterator[Row]:
    ids = message_ids(store, chosen)
    for key, message in zip(ids, message_objects(store, ids), strict=True):
        extra = store.conn.execute("SELECT extra FROM messages WHERE id = ?", [key]).fetchone()[0]
        columns = {EXTRA + name: value for name, value in json.loads(extra).items()}
        yield {**message, "insight_count": len(message["insights"]), **columns}
