"""The due list as a workbook and as a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import icalendar
import pytest
from python_calamine import CalamineWorkbook

from vocmine import workbook
from vocmine.clock.due import due_rows
from vocmine.clock.ical import NAMED, due_calendar
from vocmine.clock.listing import most_urgent_first
from vocmine.clock.rows import Due
from vocmine.clock.rules import find_regime
from vocmine.clock.workbook import LIGHTS, write_due_workbook
from vocmine.errors import VocmineError
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import Frame, read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]

TODAY = date(2026, 2, 26)
TITLE = "Reloj PQRS al 2026-02-26: Régimen general; solo Cartera"


def clock(
    build: Build, made: list[dict[str, Any]], regime: str = "general", today: date = TODAY
) -> tuple[Frame, list[Due]]:
    with build(made) as store:
        frame = read_frame(store, Filter(keep_duplicates=True))
        rows = due_rows(store, frame, country="CO", regime=regime, today=today)
    return frame, most_urgent_first(rows)


@pytest.fixture
def cases(record: Record) -> list[dict[str, Any]]:
    """Overdue, due tomorrow with a cue, due later, answered late."""
    return [
        record(1, created_at="2026-01-20", author="a-1"),
        record(2, created_at="2026-02-06", text="Reitero.", quotes=[], extra={"area": "Cartera"}),
        record(3, created_at="2026-02-25", author="a-1", extra={"prorroga": "Si"}),
        record(4, created_at="2026-01-20", extra={"closed_at": "2026-02-12"}),
    ]


class TestWorkbook:
    @pytest.fixture
    def path(self, build_store: Build, cases: list[dict[str, Any]], tmp_path: Path) -> Path:
        frame, rows = clock(build_store, cases)
        path = tmp_path / "vencimientos.xlsx"
        write_due_workbook(path, frame, rows, find_regime("CO"), TITLE, "es")
        return path

    @staticmethod
    def sheet(path: Path, name: str) -> list[dict[str, Any]]:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def test_it_has_the_list_the_figures_who_insists_and_the_rules(self, path: Path) -> None:
        assert CalamineWorkbook.from_path(str(path)).sheet_names == [
            *("Vencimientos", "Resumen", "Clientes que insisten", "Normas"),
        ]

    def test_dates_are_dates_and_days_are_numbers(self, path: Path) -> None:
        first, second, *_ = self.sheet(path, "Vencimientos")
        assert (first["Radicado"], first["Semáforo"]) == ("PQR-00001", "vencido")
        assert first["Vence"] == date(2026, 2, 10)
        assert (first["Días hábiles"], first["Días hábiles de atraso"]) == (-12, 12)
        assert (second["Vence"], second["Semáforo"]) == (date(2026, 2, 27), "por vencer")
        assert (second["Señales de prioridad"], second["Área"]) == ("reiterativo", "Cartera")

    def test_a_rule_that_is_not_verified_is_marked(self, path: Path) -> None:
        by_file = {row["Radicado"]: row for row in self.sheet(path, "Vencimientos")}
        assert by_file["PQR-00003"]["Tipo"] == "reclamo *"
        assert by_file["PQR-00003"]["Verificada"] == "no"
        assert by_file["PQR-00001"]["Tipo"] == "reclamo"

    def test_the_figures_are_those_of_the_list(self, path: Path) -> None:
        kind, total, *_, foot = self.sheet(path, "Resumen")
        assert (kind["Tipo"], total["Tipo"]) == ("reclamo", "Total")
        assert (total["Mensajes"], total["Vencidos"], total["Respondidos"]) == (4, 1, 1)
        assert total["% a tiempo"] == 0.0
        assert foot["Tipo"] == TITLE

    def test_who_insists_and_why_a_rule_is_to_be_checked_are_there(self, path: Path) -> None:
        (customer,) = self.sheet(path, "Clientes que insisten")
        assert (customer["Cliente"], customer["Abiertos"]) == ("a-1", 2)
        rules = self.sheet(path, "Normas")
        assert {row["Norma"] for row in rules} >= {"co-general", "co-491"}
        text = [str(cell) for row in rules for cell in row.values()]
        assert "vocmine calcula y muestra fechas; no da asesoría legal." in text

    def test_headers_are_frozen_with_filters_and_lights_are_coloured(self, path: Path) -> None:
        with ZipFile(path) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            styles = book.read("xl/styles.xml").decode()
        assert 'state="frozen"' in sheet
        assert "<autoFilter" in sheet
        for colour in LIGHTS.values():
            assert colour.removeprefix("#") in styles

    @pytest.mark.parametrize("text", ["=1+1", "+57 300", "-2", "@SUM(A1)", "http://x.co"])
    def test_what_looks_like_a_formula_stays_text(
        self, build_store: Build, record: Record, tmp_path: Path, text: str
    ) -> None:
        made = [record(1, external_id=text, text=text, quotes=[], extra={"area": text})]
        frame, rows = clock(build_store, made, today=date(2026, 3, 3))
        path = tmp_path / "f.xlsx"
        write_due_workbook(path, frame, rows, find_regime("CO"), TITLE, "es")
        (row,) = self.sheet(path, "Vencimientos")
        assert (row["Radicado"], row["Asunto"], row["Área"]) == (text, text, text)
        with ZipFile(path) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
            assert "xl/worksheets/_rels/sheet1.xml.rels" not in book.namelist()

    def test_more_cases_than_a_sheet_holds_are_an_error_and_no_silent_loss(
        self,
        build_store: Build,
        cases: list[dict[str, Any]],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(workbook, "SHEET_ROWS", 3)
        frame, rows = clock(build_store, cases)
        path = tmp_path / "v.xlsx"
        with pytest.raises(VocmineError, match="holds 3 rows, and there are 4") as refused:
            write_due_workbook(path, frame, rows, find_regime("CO"), TITLE, "es")
        assert "--state" in str(refused.value)
        assert not path.exists()

    def test_a_list_without_cases_is_a_workbook_too(
        self, build_store: Build, tmp_path: Path
    ) -> None:
        frame, rows = clock(build_store, [])
        path = tmp_path / "v.xlsx"
        write_due_workbook(path, frame, rows, find_regime("CO"), TITLE, "en")
        assert self.sheet(path, "Due list") == []


class TestCalendar:
    @staticmethod
    def events(rows: list[Due], **options: Any) -> list[Any]:
        today = options.pop("today", TODAY)
        text = due_calendar(rows, find_regime("CO"), today, **options)
        return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))

    def test_a_day_has_one_event_and_what_is_overdue_stands_today(
        self, build_store: Build, record: Record, cases: list[dict[str, Any]]
    ) -> None:
        same_day = record(5, created_at="2026-02-06")
        _, rows = clock(build_store, [*cases, same_day])
        found = {event.decoded("dtstart"): str(event["summary"]) for event in self.events(rows)}
        assert found == {
            TODAY: "1 PQRS vencidas sin respuesta",
            date(2026, 2, 27): "Vencen 2 PQRS (1 con señal de prioridad)",
            date(2026, 4, 13): "Vence 1 PQRS",
        }

    def test_an_event_is_a_whole_day_and_names_its_cases_cues_first(
        self, build_store: Build, record: Record, cases: list[dict[str, Any]]
    ) -> None:
        _, rows = clock(build_store, [*cases, record(5, created_at="2026-02-06")])
        event = self.events(rows)[1]
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
        lines = str(event["description"]).splitlines()
        assert lines[:2] == ["PQR-00002 · reclamo · Cartera · reiterativo", "PQR-00005 · reclamo"]
        assert lines[-1].endswith("no da asesoría legal.")

    def test_answered_cases_are_not_in_it(
        self, build_store: Build, cases: list[dict[str, Any]]
    ) -> None:
        _, rows = clock(build_store, cases)
        assert not any("PQR-00004" in str(event["description"]) for event in self.events(rows))

    def test_a_later_file_updates_the_events_of_an_earlier_one(
        self, build_store: Build, cases: list[dict[str, Any]]
    ) -> None:
        _, rows = clock(build_store, cases)
        first = self.events(rows)
        later = self.events(rows[1:], today=TODAY + timedelta(days=1))
        before = {str(event["uid"]): event["sequence"] for event in first}
        assert {str(event["uid"]) for event in later} < set(before)
        assert all(event["sequence"] > before[str(event["uid"])] for event in later)

    def test_the_same_cases_give_the_same_bytes(
        self, build_store: Build, cases: list[dict[str, Any]]
    ) -> None:
        _, rows = clock(build_store, cases)
        texts = {due_calendar(rows, find_regime("CO"), TODAY) for _ in range(2)}
        assert len(texts) == 1

    def test_calendars_of_two_areas_or_regimes_do_not_overwrite_each_other(
        self, build_store: Build, cases: list[dict[str, Any]]
    ) -> None:
        _, rows = clock(build_store, cases)
        files = [
            due_calendar(rows, find_regime("CO", regime), TODAY, area=area)
            for regime in ("general", "telecom")
            for area in ("", "Cartera")
        ]
        found = [
            {str(event["uid"]) for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}
            for text in files
        ]
        assert len(set.union(*found)) == sum(map(len, found))

    def test_lines_are_folded_and_signs_escaped(self, build_store: Build, record: Record) -> None:
        odd = "Peticiones; Quejas, Reclamos \\ y ñandúes: " + "á" * 90
        made = [record(1, created_at="2026-02-06", extra={"area": odd})]
        _, rows = clock(build_store, made)
        text = due_calendar(rows, find_regime("CO"), TODAY)
        assert max(map(len, text.split(b"\r\n"))) <= 75
        assert rb"\;" in text
        (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
        assert odd in str(event["description"])

    def test_a_crowded_day_names_some_and_counts_the_rest(
        self, build_store: Build, record: Record
    ) -> None:
        made = [record(n, created_at="2026-02-06") for n in range(1, NAMED + 8)]
        _, rows = clock(build_store, made)
        (event,) = self.events(rows)
        lines = str(event["description"]).splitlines()
        assert lines[NAMED] == "… y 7 más"

    def test_a_rule_that_is_not_verified_is_marked(
        self, build_store: Build, cases: list[dict[str, Any]]
    ) -> None:
        _, rows = clock(build_store, cases, "telecom")
        assert all("co-telecom *" in str(event["description"]) for event in self.events(rows))

    def test_no_open_case_gives_a_calendar_without_events(self, build_store: Build) -> None:
        _, rows = clock(build_store, [])
        assert self.events(rows) == []
