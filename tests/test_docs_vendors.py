"""The how-to for adding a vendor does what it says, with the files that it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from vocmine.message import Message, Skipped
from vocmine.plugin import ReadOptions
from vocmine.readers.layout_files import parse_layouts
from vocmine_tickets.source import TicketSource

PAGE = (Path(__file__).parent.parent / "docs" / "vendors.md").read_text("utf-8")
MOST_LINES = 30


def block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, mark
    return found[1]


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's export, with the page's layout in the user's folder."""
    folder = tmp_path / "vendors"
    folder.mkdir()
    (folder / "mesa_sur.toml").write_text(block("layout"), encoding="utf-8")
    monkeypatch.setenv("VOCMINE_VENDORS", str(folder))
    path = tmp_path / "casos.csv"
    path.write_text(block("export"), encoding="utf-8")
    return path


def test_the_layout_of_the_page_reads_the_export_of_the_page(export: Path) -> None:
    first, second, third = TicketSource().read(export, ReadOptions())
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.external_id, first.created_at) == ("C-1", datetime(2026, 3, 4, 8, 15))
    assert first.text == "Pagué dos veces y nadie me devuelve la plata"
    assert first.context == "Ya la devolvimos"
    assert {name: first.extra[name] for name in ("closed_at", "status", "agent")} == {
        "closed_at": "2026-03-06", "status": "Cerrado", "agent": "Luis",
    }  # fmt: skip
    assert second.text == "El domicilio llegó frío"
    assert third == Skipped("cancelled", "row 4", "C-3", "Estado: Anulado")


def test_preview_names_the_vendor(export: Path, vocmine: Callable[..., Any]) -> None:
    ran = vocmine("preview", export)
    assert "vendor: Mesa Sur" in ran.out
    assert "closed_at <- Cerrado el" in ran.out


def test_the_layout_is_short() -> None:
    assert len(block("layout").splitlines()) < MOST_LINES


def test_the_conversation_of_the_page_is_a_layout() -> None:
    (shown,) = re.findall(r"```toml\n(\[turns\]\n.*?)```", PAGE, re.DOTALL)
    head = 'name = "X"\nkind = "tickets"\ncolumns = ["a"]\n'
    (layout,) = parse_layouts(head + shown, "page.toml", own=True)
    assert layout.turns is not None
    assert layout.turns.opening == ("description",)
