"""The source `pnt`: one row for each request that a citizen made to a public body of Mexico."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from vocmine.errors import SourceError, UsageError
from vocmine.plugin import Detection, Message, ReadOptions, Record, Skipped, Unreadable
from vocmine.readers import Table, open_table
from vocmine.readers.dates import parse_date

FIELDS = {
    "external_id": "FOLIO",
    "text": "DESCRIPCIONSOLICITUD",
    "created_at": "FECHASOLICITUD",
    "channel": "MEDIOENTRADA",
}
"""Field of `Message` to the column that holds it."""
MORE_WORDS = "OTROSDATOS"
"""What the citizen added so that the document is found: words of theirs too."""
ANSWER = "TEXTORESPUESTA"
_ELSEWHERE = re.compile(
    r"(?i)\W*(?:se adjunta|se anexa|ver|anexo|adjunto|en)?\W*(?:el |un )?"
    r"(?:archivo|documento|escrito|oficio)?\W*(?:anexo|adjunto)\W*"
)


class RequestSource:
    """Reads the CSV of requests. Names of columns are compared without regard to case."""

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        """Certain when the columns of folio and request are there; 0.0 for any other table."""
        try:
            table = open_table(path, options)
        except (SourceError, OSError) as error:
            return Detection(0.0, reason=str(error))
        found = _columns(table)
        if not {FIELDS["external_id"], FIELDS["text"]} <= set(found):
            return Detection(0.0, reason="It has no FOLIO and DESCRIPCIONSOLICITUD.")
        mapping = {field: found[name] for field, name in FIELDS.items() if name in found}
        return Detection(
            score=0.95,
            format=f"PNT, {table.format}",
            reason="It has the columns FOLIO and DESCRIPCIONSOLICITUD.",
            mapping=mapping | dict(options.mapping),
            columns=table.columns,
            details=table.details,
            warnings=tuple(table.warnings),
        )

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        """One record for each row, in file order.

        Raises:
            SourceError: The file cannot be read as a table.
            UsageError: `--map` names a column that is not there.
        """
        table = open_table(path, options)
        places = {name: place for place, name in enumerate(table.columns)}
        at = {field: places[column] for field, column in _mapping(table, options).items()}
        known = _columns(table)
        more = places[known[MORE_WORDS]] if MORE_WORDS in known else None
        answer = places[known[ANSWER]] if ANSWER in known else None
        used = {*at.values(), more, answer}
        rest = [(name, place) for name, place in places.items() if place not in used]
        for row in table.rows():
            if isinstance(row, Unreadable):
                yield row
                continue
            cells = row.cells
            field = {name: cells[place].strip() for name, place in at.items()}
            words = [field["text"], cells[more].strip() if more is not None else ""]
            extra = {name: cells[place].strip() for name, place in rest if cells[place].strip()}
            yield _record(
                field,
                "\n\n".join(filter(None, words)),
                answer=cells[answer].strip() if answer is not None else "",
                extra=extra,
                country=options.country or "MX",
                locator=row.locator,
            )


def _columns(table: Table) -> dict[str, str]:
    """Name as the platform writes it to the name as it stands in the file."""
    return {name.strip().upper(): name for name in table.columns}


def _mapping(table: Table, options: ReadOptions) -> dict[str, str]:
    """Field to column, what the user said first.

    Raises:
        UsageError: A column is not there.
    """
    found = _columns(table)
    mapping = {field: found[name] for field, name in FIELDS.items() if name in found}
    mapping |= options.mapping
    for field, column in mapping.items():
        if column not in table.columns:
            raise UsageError(
                f"{table.path.name} has no column '{column}' for {field}.",
                f"Its columns are: {', '.join(table.columns)}.",
            )
    if "text" not in mapping:
        raise UsageError(
            f"{table.path.name} has no column {FIELDS['text']}.",
            "Say which one holds the request: --map text=COLUMN.",
        )
    return mapping


def _record(
    field: Mapping[str, str],
    text: str,
    *,
    answer: str,
    extra: dict[str, str],
    country: str,
    locator: str,
) -> Record:
    # Spreadsheets are kept from rounding the folio by writing it as a formula: ="310571323000123".
    folio = field.get("external_id", "").removeprefix("=").strip('"')
    if not text:
        return Skipped("empty_text", locator, folio)
    if _ELSEWHERE.fullmatch(text):
        return Skipped("text_in_attachment", locator, folio, detail=text)
    date = field.get("created_at", "")
    created_at = parse_date(date) if date else None
    if date and created_at is None:
        extra[FIELDS["created_at"]] = date
    return Message(
        text,
        external_id=folio,
        created_at=created_at,
        title=field.get("title", ""),
        channel=field.get("channel", ""),
        author=field.get("author", ""),
        country=country,
        context=answer,
        locator=locator,
        extra=extra,
    )
