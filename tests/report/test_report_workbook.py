"""The report as a workbook: a sheet for each question, as analysts expect one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import made_decisions
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from vocmine import workbook
from vocmine.errors import VocmineError
from vocmine.priorities.rows import Quote
from vocmine.report.citations import Verbatim
from vocmine.report.decisions import Decisions, Options, Totals
from vocmine.report.sheets import Said
from vocmine.report.wording import Wording
from vocmine.report.workbook import sheet_names, write_report_workbook

Book = dict[str, list[list[Any]]]
Write = Callable[..., Book]
SPANISH = [
    *("Resumen", "Puntos de fricción", "Responsables", "Facturación", "Servicio al cliente"),
    *("Seguridad", "PQRS y vencimientos", "PQRS por tipo", "Recorrido", "Puntos de contacto"),
    *("Pirámide", "Promesas", "Tendencias", "Cambios", "Eventos", "Comparación", "Citas", "Método"),
]
FORMULA = '=HYPERLINK("http://malo.example";"premio")'
VERBATIMS = (
    Verbatim("billing", "use", "billing", -2, 0.91, FORMULA, "2026-05-03", "web", "+57-1"),
    Verbatim("none", "support", "staff", 2, 0.8, "muy amables", "", "", "PQR-2"),
)
NOTHING = Totals(0, 0, "", "", 0, None, None, None, None, None, None, None, None, None, 0)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the workbook of some decisions, and read it back: sheets with their rows."""

    def written(decisions: Decisions, lang: str = "es", **heads: str) -> Book:
        path = tmp_path / "informe.xlsx"
        write_report_workbook(path, decisions, Wording(lang), **heads)
        book = CalamineWorkbook.from_path(str(path))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}

    return written


@pytest.fixture
def book(write: Write) -> Book:
    return write(made_decisions.decisions(verbatims=VERBATIMS))


def column(rows: list[list[Any]], heading: str) -> list[Any]:
    place = rows[0].index(heading)
    return [row[place] for row in rows[1:]]


def parts(tmp_path: Path, pattern: str) -> list[str]:
    """XML of the parts of the written file whose names match."""
    with zipfile.ZipFile(tmp_path / "informe.xlsx") as archive:
        names = [name for name in archive.namelist() if re.search(pattern, name)]
        return [archive.read(name).decode() for name in sorted(names)]


class TestSheets:
    def test_there_is_one_for_each_question_and_each_area(self, book: Book) -> None:
        assert list(book) == SPANISH

    @pytest.mark.parametrize(
        ("lang", "names"),
        [("pt", ("Resumo", "Pontos de atrito")), ("en", ("Summary", "Friction points"))],
    )
    def test_speak_the_language(self, write: Write, lang: str, names: tuple[str, ...]) -> None:
        assert tuple(write(made_decisions.decisions(), lang))[:2] == names

    def test_what_was_not_asked_for_has_none(self, write: Write) -> None:
        found = write(made_decisions.decisions(differences=(), events=(), promises=()))
        assert {"Comparación", "Eventos", "Promesas", "Citas"}.isdisjoint(found)

    def test_tables_keep_their_header_in_sight_and_can_be_filtered(
        self, book: Book, tmp_path: Path
    ) -> None:
        pages = parts(tmp_path, r"worksheets/sheet\d+\.xml")
        tables = [page for page in pages if "<autoFilter" in page]
        assert len(tables) == len(SPANISH) - 1
        assert all('ySplit="1"' in page for page in tables)
        assert all('orientation="landscape"' in page for page in tables)

    def test_no_customer_writes_a_formula_or_a_link(self, book: Book, tmp_path: Path) -> None:
        assert column(book["Citas"], "Cita")[0] == FORMULA
        assert column(book["Citas"], "Radicado")[0] == "+57-1"
        pages = "".join(parts(tmp_path, r"worksheets/sheet\d+\.xml"))
        assert "<f>" not in pages
        assert "malo.example" not in "".join(parts(tmp_path, r"_rels/sheet"))

    def test_a_sheet_for_an_area_holds_its_points_and_quotes_only(self, book: Book) -> None:
        rows = book["Facturación"]
        assert column(rows, "Fricción") == ["Cobro"]
        assert column(rows, "N.º") == [1]
        assert column(rows, "Cita 1") == ["me cobraron dos veces la cuota de manejo"]

    def test_points_hold_figures_as_numbers(self, book: Book) -> None:
        rows = book["Puntos de fricción"]
        assert column(rows, "Mensajes") == [210, 640, 7]
        assert column(rows, "% de los mensajes") == [0.105, 0.32, 0.0035]
        assert column(rows, "Impacto (puntos)") == [-24.3, -3.1, -60.0]
        assert column(rows, "Clientes")[2] == ""

    def test_only_shown_losses_have_a_cost_and_the_others_a_warning(self, book: Book) -> None:
        rows = book["Puntos de fricción"]
        assert column(rows, "Lo que le cuesta al total") == [2.4, "", ""]
        assert column(rows, "Cuidado") == ["", "puede ser azar", "muy pocos mensajes"]

    def test_dates_are_dates_and_lights_have_colours(self, book: Book, tmp_path: Path) -> None:
        rows = book["PQRS y vencimientos"]
        assert column(rows, "Vence")[0] == date(2026, 10, 23)
        assert column(rows, "Recibido")[0] == date(2026, 10, 1)
        assert set(column(rows, "Semáforo")) == {"vencido", "por vencer", "a tiempo", "respondido"}
        assert sum(p.count("<cfRule") for p in parts(tmp_path, r"worksheets/sheet\d+\.xml")) == 4

    def test_cases_without_a_term_are_no_part_of_the_clock(self, book: Book) -> None:
        assert "RAD-0094" not in column(book["PQRS y vencimientos"], "Radicado")

    def test_of_an_area_that_no_case_names_overdue_ones_are_unknown(self, book: Book) -> None:
        assert column(book["Responsables"], "PQRS vencidas") == [23, "", ""]

    def test_series_have_a_row_for_each_period_and_gaps_stay_empty(self, book: Book) -> None:
        rows = book["Tendencias"]
        assert column(rows, "Periodo")[:2] == ["ene 2026", "feb 2026"]
        assert column(rows, "Desde")[0] == date(2026, 1, 1)
        assert column(rows, "NPS")[:2] == ["", 20]
        assert "Cobro (uso · factura)" in rows[0]

    def test_differences_say_in_words_what_they_are(self, book: Book) -> None:
        rows = book["Comparación"]
        assert column(rows, "Es seguro") == ["sí", "sí", "no"]
        assert "puede ser azar" in column(rows, "En palabras")[2]
        assert column(rows, "En el grupo") == [0.7, 31, 0.11]

    def test_quotes_name_who_must_act(self, book: Book) -> None:
        assert column(book["Citas"], "Responsable") == ["Facturación", ""]
        assert column(book["Citas"], "Fricción") == ["Cobro", ""]

    def test_promises_show_their_proof(self, book: Book) -> None:
        assert "«me cobraron dos veces la cuota de manejo»" in column(book["Promesas"], "Cita")[0]


class TestSummary:
    def test_tells_what_to_mend_who_must_and_what_is_overdue(self, book: Book) -> None:
        text = "\n".join(str(row[0]) for row in book["Resumen"]).replace("\u00a0", " ")
        assert "De 2.000 mensajes, el 52 % es negativo" in text
        assert "cobro (uso · factura). Está en 210 mensajes, el 10,5 %" in text
        assert "NPS queda 24,3 puntos por debajo (17,6 a 31,0). Le toca a Facturación." in text
        assert "24 vencidas y 1 por vencer" in text
        assert "Pico (jul 2026). Mensajes: 410; se esperaba 161." in text
        assert "Ciudad Cali: 70 % negativos, 20 puntos más que el resto" in text

    def test_holds_the_headline_figures_as_numbers(self, book: Book) -> None:
        figures = {row[0]: row[1] for row in book["Resumen"]}
        assert figures["Mensajes negativos"] == 0.52
        assert figures["NPS"] == 14
        assert "Calificación media (1 a 5)" not in figures

    def test_leads_to_every_sheet(self, book: Book, tmp_path: Path) -> None:
        index = {row[1] for row in book["Resumen"]}
        assert set(SPANISH[1:]) <= index
        page = parts(tmp_path, r"worksheets/sheet1\.xml")[0]
        assert page.count("<hyperlink ") == len(SPANISH) - 1

    def test_carries_the_title_and_what_was_chosen(self, write: Write) -> None:
        found = write(made_decisions.decisions(), title="Banco =1+1", selection="Selección: web")
        assert found["Resumen"][0][0] == "Banco =1+1"
        assert found["Resumen"][1][0].endswith("· Selección: web")

    def test_of_no_message_says_so(self, write: Write) -> None:
        found = write(Decisions(Options(date(2026, 11, 22)), NOTHING))
        text = "\n".join(str(row[0]) for row in found["Resumen"])
        assert "No hay mensajes analizados" in text
        assert found["Puntos de fricción"][0][0].startswith("Ningún mensaje")
        assert "sin ella no hay tendencias" in found["Tendencias"][0][0]

    def test_of_few_messages_warns(self, write: Write) -> None:
        few = replace(made_decisions.decisions().totals, messages=20)
        found = write(made_decisions.decisions(totals=few))
        assert "Son pocos mensajes" in "\n".join(str(row[0]) for row in found["Resumen"])

    def test_says_what_is_missing_and_how_to_add_it(self, write: Write) -> None:
        bare = replace(made_decisions.decisions().totals, dated=0, scored=0, first_day="")
        found = write(made_decisions.decisions(totals=bare, periods=(), series=(), changes=()))
        text = "\n".join(str(row[0]) for row in found["Resumen"])
        assert "Los mensajes no traen fecha" in text
        assert "No hay calificaciones" in text
        assert "Indique la columna de la fecha" in found["Tendencias"][0][0]


class TestNames:
    SAID = Said(Wording("es"))

    @given(st.lists(st.text(max_size=60), max_size=12))
    def test_are_those_that_excel_takes(self, wanted: list[str]) -> None:
        names = sheet_names(wanted, self.SAID)
        assert len(names) == len(wanted)
        assert len({name.casefold() for name in names}) == len(names)
        for name in names:
            assert 1 <= len(name) <= 31
            assert not re.search(r"[\[\]:*?/\\]", name)
            assert name == name.strip("'")
            assert name.casefold() != "history"

    def test_of_areas_that_are_alike_are_numbered(self) -> None:
        names = sheet_names(["Citas", "citas", "x" * 40, "x" * 41], self.SAID)
        assert names == ["Citas", "citas (2)", "x" * 31, "x" * 27 + " (2)"]

    def test_hostile_areas_can_be_written(self, write: Write) -> None:
        owners = ["[Jefe]: *todo*?", "'Ventas'", "Resumen", "=1+1"]
        points = [
            made_decisions.point(number, owner=owner) for number, owner in enumerate(owners, 1)
        ]
        found = write(made_decisions.decisions(points=tuple(points)))
        assert {"Jefe todo", "Ventas", "Resumen (2)", "=1+1"} <= set(found)
        assert column(found["=1+1"], "Responsable") == ["=1+1"]


class TestLimits:
    def test_a_text_longer_than_a_cell_is_cut_with_a_sign(self, write: Write) -> None:
        long = made_decisions.point(quotes=(Quote(1, 1, "P", "á" * 40_000),))
        found = write(made_decisions.decisions(points=(long,)))
        (text,) = column(found["Puntos de fricción"], "Cita 1")
        assert len(text) == 32_767
        assert text.endswith("…")

    def test_more_rows_than_a_sheet_holds_are_an_error_and_no_silent_loss(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "SHEET_ROWS", 10)
        with pytest.raises(VocmineError, match="holds 10 rows") as refused:
            write(made_decisions.decisions())
        assert "--since" in str(refused.value)

    def test_control_characters_do_not_break_the_file(self, write: Write) -> None:
        odd = made_decisions.point(quotes=(Quote(1, 1, "P", "a\x00b\x0b\ufffe\ud83d ok"),))
        with_odd = made_decisions.decisions(points=(odd,))
        assert "ok" in column(write(with_odd)["Puntos de fricción"], "Cita 1")[0]
