"""Dates of answers and terms are read in the order of day and month of their own export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from vocmine.clock.columns import dates, read_columns, read_dates
from vocmine.clock.due import due_rows
from vocmine.clock.rows import Due
from vocmine.inputs import Inputs
from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins
from vocmine.readers.dates import DateOrder, date_order
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]

HEAD = "Radicado;Fecha de radicación;Descripción;Estado;Fecha límite;Prórroga;Fecha de respuesta\n"
EXPORT = f"""{HEAD}\
R-1;03/04/2026;Me cobraron dos veces la cuota;Abierto;04/07/2026;Sí;
R-2;03/05/2026;Me cobraron dos veces la luz;Cerrado;;;03/06/2026
"""
SHOWN = f"{EXPORT}R-3;03/25/2026;Me cobraron dos veces el agua;Abierto;;;\n"


def clock(build: Build, record: Record, folder: Path, export: str, order: str) -> dict[str, Due]:
    """The cases of an export that is read in an order, as of 30 March 2026."""
    path = folder / "quejas.csv"
    path.write_text(export, "utf-8")
    with Inputs(load_plugins(), ReadOptions(dates=order)) as inputs:
        (opened,) = inputs.open([str(path)])
        reading = opened.reading()
        messages = [one for one in opened.records() if isinstance(one, Message)]
    made = [
        record(
            number,
            external_id=one.external_id,
            created_at=one.created_at.isoformat() if one.created_at else None,
            extra=dict(one.extra),
        )
        for number, one in enumerate(messages, 1)
    ]
    with build(made) as store:
        store.conn.execute("UPDATE sources SET reading = ?", [reading.options])
        frame = read_frame(store, Filter())
        rows = due_rows(store, frame, country="CO", regime="", today=date(2026, 3, 30))
    return {row.external_id: row for row in rows}


@pytest.mark.parametrize(
    ("export", "order"), [(EXPORT, "mdy"), (SHOWN, "")], ids=["asked for", "shown by the messages"]
)
def test_the_order_of_the_messages_holds_for_answers_and_terms(
    build_store: Build, record: Record, tmp_path: Path, export: str, order: str
) -> None:
    found = clock(build_store, record, tmp_path, export, order)
    # Wednesday 4 March and 15 days is the 26th; the extension is to 7 April, within the double.
    assert (found["R-1"].received, found["R-1"].due) == ("2026-03-04", "2026-04-07")
    assert (found["R-2"].received, found["R-2"].answered) == ("2026-03-05", "2026-03-06")


def test_the_day_comes_first_when_that_is_asked_for(
    build_store: Build, record: Record, tmp_path: Path
) -> None:
    found = clock(
        build_store, record, tmp_path, f"{HEAD}R-1;03/02/2026;Me duele;;;;04/02/2026", "dmy"
    )
    assert (found["R-1"].received, found["R-1"].answered) == ("2026-02-03", "2026-02-04")


def test_each_export_is_read_in_its_own_order(build_store: Build, record: Record) -> None:
    made = [record(n, extra={"Fecha de respuesta": "03/04/2026"}) for n in (1, 2, 3)]
    with build_store(made) as store:
        for key, reading in ((2, '{"dates": "month first, as asked"}'), (3, "")):
            store.conn.execute(
                "INSERT INTO sources (id, name, path, plugin, format, reading) "
                "VALUES (?, 'quejas.csv', ?, 'tickets', 'CSV', ?)",
                [key, f"/mes/{key}/quejas.csv", reading],
            )
            store.conn.execute("UPDATE messages SET source_id = ? WHERE id = ?", [key, key])
        frame = read_frame(store, Filter())
        found = read_dates(store, frame, read_columns(store, frame))
    assert found["answered"].astype(str).tolist() == ["2026-04-03", "2026-03-04", "2026-04-03"]
    assert set(found["due"].astype(str)) == {"NaT"}


SHOWS_MONTH = DateOrder(True, "month first, as 03/25/2026 shows")


@pytest.mark.parametrize(
    ("told", "cells", "days"),
    [
        (DateOrder(), ["03/04/2026"], ["2026-04-03"]),
        (SHOWS_MONTH, ["03/04/2026"], ["2026-03-04"]),
        # What the column shows goes before what another one did.
        (SHOWS_MONTH, ["03/04/2026", "25/04/2026"], ["2026-04-03", "2026-04-25"]),
        # With dates of both orders it shows nothing.
        (
            SHOWS_MONTH,
            ["03/04/2026", "25/04/2026", "04/25/2026"],
            ["2026-03-04", "2026-04-25", "2026-04-25"],
        ),
        # What the user gave goes before both, and a date it makes impossible is none.
        (date_order([], order="mdy"), ["03/04/2026", "25/04/2026"], ["2026-03-04", "NaT"]),
        (date_order([], order="dmy"), ["03/04/2026", "04/25/2026"], ["2026-04-03", "NaT"]),
    ],
)
def test_a_column_that_shows_no_order_has_that_of_its_export(
    told: DateOrder, cells: list[str], days: list[str]
) -> None:
    assert dates(cells, told).astype(str).tolist() == days
