"""The year as files: a store that `vocmine report` reads, and an export as a company has it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from vocmine.catalogue import display_names

from .generate import EVENT, Record, Year
from .stores import build_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vocmine.store.database import Store

HEADER = (
    "Radicado", "Fecha de radicación", "Canal", "Tipo de PQRS", "Dependencia", "País", "Ciudad",
    "Segmento", "Marca", "Cliente", "Descripción", "Estado", "Fecha de cierre", "Calificación",
    "NPS",
)  # fmt: skip


def year_store(year: Year) -> Store:
    """The year in a store in memory, as a finished run leaves it."""
    store = build_store(year.records, source="quejas.csv")
    store.ensure_search()
    return store


def write_store(year: Year, path: Path) -> None:
    """The year in a store of its own.

    Raises:
        FileExistsError: When there is a file already.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists; remove it first.")
    with year_store(year) as store:
        store.conn.execute("VACUUM INTO ?", [str(path)])


def write_csv(records: Iterable[Record], path: Path) -> None:
    """The messages as the export of a ticket system, without any of their labels."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(HEADER)
        rows.writerows(_cells(row) for row in records)


def write_events(path: Path) -> None:
    """What happened that year, as `--events` takes it."""
    path.write_text(f"fecha;evento\n{EVENT[1]};{EVENT[0]}\n", "utf-8")


def _cells(row: Record) -> tuple[str, ...]:
    day, hour = row["created_at"].split("T")
    extra = row["extra"]
    return (
        row["external_id"], f"{_written(day)} {hour[:5]}", row["channel"],
        display_names("pqrs")[row["pqrs"]].capitalize(), extra["area"], "Colombia",
        extra["Ciudad"], extra["Segmento"], extra["Marca"], row["author"], row["text"],
        extra["status"], _written(extra.get("closed_at", "")),
        f"{row['score']:.0f}" if row["score"] else "", extra.get("nps", ""),
    )  # fmt: skip


def _written(day: str) -> str:
    return "/".join(reversed(day.split("-"))) if day else ""
