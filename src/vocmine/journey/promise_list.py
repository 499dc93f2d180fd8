"""The promises a team gives: a CSV with a promise a line, or a TOML file."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError
from vocmine.journey.words import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 200
"""Promises of a list; longer ones are taken for the wrong file."""
_CSV = 'Write a promise a line, under the heading "promesa"; words that must be said may follow '
_CSV += 'under "palabras", separated by ";".'
_TOML = 'Write each as: [[promise]], text = "Entrega en 24 horas", keywords = ["entrega"].'
_TEXT = ("promesa", "promessa", "promise", "texto", "text")
_KEYWORDS = ("palabras", "palabras clave", "palavras", "palavras-chave", "keywords")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a team promises.

    Args:
        text: As its customers read it.
        keywords: Words one of which a customer who speaks of it says; empty leaves it to the
            comparison of what is said. A keyword of several words is said when all of them are.
    """

    text: str
    keywords: tuple[str, ...] = ()


def load_promises(path: Path) -> list[Promise]:
    """Read a list of promises.

    Args:
        path: `.toml`, or a CSV whose first column is the promise, or that has a heading `promesa`
            (or `promise`, `promessa`), and if it likes `palabras` (`keywords`). Lines that begin
            with `#` are remarks.

    Raises:
        UsageError: It is missing, cannot be read, holds no promise, one twice or too many.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"The promises '{path}' cannot be read: {error.strerror or error}.", "Check its path."
        ) from error
    except ValueError as error:
        raise UsageError(
            f"The promises '{path}' are not in UTF-8.", "Save the file as 'CSV UTF-8'."
        ) from error
    found = _of_toml(path, text) if path.suffix.lower() == ".toml" else _of_csv(text)
    if not found:
        raise UsageError(f"'{path}' holds no promise.", _TOML if path.suffix == ".toml" else _CSV)
    if len(found) > MOST:
        raise UsageError(f"'{path}' holds {len(found)} promises.", f"Give at most {MOST}.")
    seen: set[str] = set()
    for promise in found:
        if (key := " ".join(fold(promise.text).split())) in seen:
            raise UsageError(f"'{path}' holds '{promise.text}' twice.", "Take one away.")
        seen.add(key)
    return found


def _of_csv(text: str) -> list[Promise]:
    text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    first = text.split("\n", 1)[0]
    # Keywords are separated by ";" too: it parts columns only where the heading says so.
    columns = [name for name in first.split(";") if fold(name.strip().strip('"')) in _KEYWORDS]
    delimiter = "\t" if "\t" in first else ";" if columns else ","
    rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(row)]
    if not rows:
        return []
    heading = [fold(cell.strip()) for cell in rows[0]]
    at = _place(heading, _TEXT)
    words = _place(heading, _KEYWORDS)
    if at is None and words is None:
        # Without a heading, a line is a promise, commas and all.
        return [Promise(" ".join(line.split())) for line in text.splitlines() if line.strip(' ,"')]
    found = []
    for row in rows[1:]:
        cells = [*row, *[""] * len(heading)]
        promise = " ".join(cells[at or 0].split())
        if promise:
            said = cells[words].replace(";", ",").split(",") if words is not None else []
            found.append(Promise(promise, tuple(word.strip() for word in said if word.strip())))
    return found


def _place(heading: Sequence[str], names: Sequence[str]) -> int | None:
    return next((place for place, cell in enumerate(heading) if cell in names), None)


def _of_toml(path: Path, text: str) -> list[Promise]:
    try:
        content: Mapping[str, Any] = tomllib.loads(text)
    except ValueError as error:
        raise UsageError(f"'{path}' is not valid TOML: {error}.", _TOML) from error
    tables = content.get("promise", [])
    if set(content) - {"promise"} or not isinstance(tables, list):
        raise UsageError(f"'{path}' holds something other than [[promise]].", _TOML)
    return [_of_table(path, number, table) for number, table in enumerate(tables, 1)]


def _of_table(path: Path, number: int, table: Any) -> Promise:
    where = f"'{path}', promise {number}"
    if not isinstance(table, dict) or set(table) - {"text", "keywords"}:
        raise UsageError(f"{where} has more than text and keywords.", _TOML)
    text, keywords = table.get("text"), table.get("keywords", [])
    if not isinstance(text, str) or not text.strip():
        raise UsageError(f"{where} has no text.", _TOML)
    if not isinstance(keywords, list) or not all(isinstance(word, str) for word in keywords):
        raise UsageError(f"{where}: keywords are no list of texts.", _TOML)
    words = tuple(word.strip() for word in keywords if word.strip())
    return Promise(" ".join(text.split()), words)
