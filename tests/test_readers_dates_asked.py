"""The order of day and month that the user asks for holds for every date of a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins


@pytest.mark.parametrize(("order", "day"), [("dmy", "2026-04-03"), ("mdy", "2026-03-04")])
def test_it_holds_for_closing_as_for_opening(tmp_path: Path, order: str, day: str) -> None:
    path = tmp_path / "pqrs.csv"
    path.write_text(
        "Radicado;Fecha de radicación;Dependencia;Estado;Descripción;Respuesta;Fecha de respuesta\n"
        "R-1;03/04/2026;Cartera;Cerrado;Me cobraron dos veces;Ya se devolvió;03/04/2026\n",
        encoding="utf-8",
    )
    source = load_plugins().get("source", "tickets").create()
    [message] = source.read(path, ReadOptions(dates=order))
    assert isinstance(message, Message)
    assert message.created_at is not None
    assert message.created_at.date().isoformat() == day
    assert message.extra["answered_at"] == day
