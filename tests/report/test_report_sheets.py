"""The tables behind the workbook: whole rows, no two headings alike, codes as words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import made_decisions
import pytest

from vocmine.report.sheets import (
    Kind,
    Said,
    Sheet,
    Value,
    areas_sheet,
    journey_sheet,
    points_sheet,
    pyramid_sheet,
    touchpoints_sheet,
    with_rows,
)
from vocmine.report.sheets_time import (
    by_evidence,
    changes_sheet,
    comparison_sheet,
    due_sheet,
    in_order,
    kinds_sheet,
    series_name,
    series_sheet,
)
from vocmine.report.wording import Wording
from vocmine.report.workbook import sheets_of
from vocmine.trends.rows import Series

ES = Said(Wording("es"))


def column(sheet: Sheet, heading: str) -> list[Any]:
    place = [name for name, _ in sheet.columns].index(heading)
    return [row[place] for row in sheet.rows]


@pytest.fixture(scope="module", params=["es", "pt", "en"])
def sheets(request: pytest.FixtureRequest) -> list[Sheet]:
    return sheets_of(made_decisions.decisions(), Said(Wording(request.param)))


class TestEverySheet:
    def test_has_a_cell_for_each_column(self, sheets: list[Sheet]) -> None:
        for sheet in sheets:
            assert {len(row) for row in sheet.rows} <= {len(sheet.columns)}, sheet.name

    def test_has_no_two_headings_alike(self, sheets: list[Sheet]) -> None:
        for sheet in sheets:
            headings = [heading for heading, _ in sheet.columns]
            assert len(set(headings)) == len(headings), sheet.name
            assert all(headings), sheet.name

    def test_writes_cells_in_known_ways(self, sheets: list[Sheet]) -> None:
        known = set(get_args(Kind))
        for sheet in sheets:
            assert {kind for _, kind in sheet.columns} <= known
            for row in sheet.rows:
                for cell, (heading, kind) in zip(row, sheet.columns, strict=True):
                    value, kind = _as_written(cell, kind)
                    where = f"{sheet.name}: {heading}"
                    if value is None or value == "":
                        continue
                    if kind in ("text", "long", "date"):
                        assert isinstance(value, str), where
                    else:
                        assert isinstance(value, int | float), where
                    if kind == "share":
                        assert 0 <= value <= 1, where

    def test_asks_a_question(self, sheets: list[Sheet]) -> None:
        assert all(sheet.question.endswith("?") for sheet in sheets)


def _as_written(cell: Any, kind: Kind) -> tuple[Any, Kind]:
    return (cell.value, cell.kind) if isinstance(cell, Value) else (cell, kind)


class TestPoints:
    def test_of_one_area_are_its_own_in_their_order(self) -> None:
        points = tuple(
            made_decisions.point(rank, owner=owner) for rank, owner in enumerate("abab", 1)
        )
        sheet = points_sheet(made_decisions.decisions(points=points), ES, owner="b")
        assert column(sheet, "N.º") == [2, 4]
        assert sheet.question == "¿Qué le toca a b?"

    def test_have_as_many_columns_of_quotes_as_the_one_with_most(self) -> None:
        some = made_decisions.point(quotes=made_decisions.point().quotes[:2])
        sheet = points_sheet(made_decisions.decisions(points=(some,)), ES)
        assert [name for name, _ in sheet.columns][-2:] == ["Cita 1", "Cita 2"]
        none = points_sheet(made_decisions.decisions(points=(made_decisions.point(quotes=()),)), ES)
        assert not any(name.startswith("Cita") for name, _ in none.columns)

    def test_name_whom_they_hit_beside_the_others(self) -> None:
        (text, *_) = column(points_sheet(made_decisions.decisions(), ES), "A quién golpea más")
        assert text.replace("\u00a0", " ") == "Canal App: 19 % (8 %); Ciudad Cali: 16 % (9 %)"

    def test_without_a_score_leave_its_columns_empty(self) -> None:
        bare = made_decisions.point(impact=None, ranked_by="severity")
        sheet = points_sheet(made_decisions.decisions(points=(bare,)), ES)
        assert column(sheet, "Impacto en") == [None]
        assert column(sheet, "Gravedad (0 a 100)") == [64.0]

    def test_of_unknown_places_have_empty_cells_and_of_no_area_say_so(self) -> None:
        odd = made_decisions.point(stage="unknown", touchpoint="unknown", owner="")
        sheet = points_sheet(made_decisions.decisions(points=(odd,)), ES)
        assert column(sheet, "Etapa") == [""]
        assert column(sheet, "Punto de contacto") == [""]
        assert column(sheet, "Responsable") == ["(sin responsable)"]


class TestAreas:
    def test_have_a_line_each_by_the_rank_of_their_first_point(self) -> None:
        sheet = areas_sheet(made_decisions.decisions(), ES)
        assert column(sheet, "Responsable") == ["Facturación", "Servicio al cliente", "Seguridad"]
        assert column(sheet, "El primero")[1] == "demora (soporte · teléfono)"

    def test_overdue_cases_are_found_however_the_export_writes_the_area(self) -> None:
        cases = tuple(made_decisions.due(n, area="FACTURACION") for n in range(1, 4))
        sheet = areas_sheet(made_decisions.decisions(due=cases), ES)
        assert column(sheet, "PQRS vencidas") == [3, None, None]

    def test_points_without_an_owner_have_a_line_too(self) -> None:
        points = (made_decisions.point(owner=""),)
        sheet = areas_sheet(made_decisions.decisions(points=points), ES)
        assert column(sheet, "Responsable") == ["(sin responsable)"]


class TestJourney:
    def test_names_stages_moments_and_feelings(self) -> None:
        sheet = journey_sheet(made_decisions.decisions(), ES)
        assert "peor momento" in column(sheet, "Momento que importa")
        assert column(sheet, "Emociones")[-1].startswith("frustración 40")
        assert column(sheet, "Traslados entre áreas")[5] == 66

    def test_touchpoints_say_who_controls_them(self) -> None:
        sheet = touchpoints_sheet(made_decisions.decisions(), ES)
        assert set(column(sheet, "Quién lo controla")) == {"la marca", "un aliado"}

    def test_levels_of_all_stages_say_so(self) -> None:
        sheet = pyramid_sheet(made_decisions.decisions(), ES)
        assert column(sheet, "Etapa")[:4] == ["todas", "todas", "todas", "Uso"]
        assert column(sheet, "Veredicto")[0] == "no se cumple"


class TestClock:
    def test_the_most_urgent_come_first_and_answered_ones_last(self) -> None:
        states = [row.state for row in in_order(made_decisions.decisions())]
        assert "none" not in states
        assert states == sorted(states, key=["red", "amber", "green", "grey"].index)

    def test_has_the_columns_of_the_command(self) -> None:
        from vocmine.clock.workbook import CASE, KIND

        decisions = made_decisions.decisions()
        assert len(due_sheet(decisions, ES).columns) == len(CASE)
        assert len(kinds_sheet(decisions, ES).columns) == len(KIND)
        assert len(kinds_sheet(decisions, ES, brief=True).columns) < len(KIND)

    def test_all_kinds_together_come_first(self) -> None:
        assert column(kinds_sheet(made_decisions.decisions(), ES), "Tipo")[0] == "Total"


class TestTime:
    def test_weeks_are_named_by_their_monday(self) -> None:
        weeks = ("2026-03-02", "2026-03-09")
        one = Series("messages", weeks, (3.0, 4.0), (3, 4))
        sheet = series_sheet(made_decisions.decisions(periods=weeks, series=(one,)), ES)
        assert column(sheet, "Periodo")[0] == "semana del 2 mar 2026"
        assert column(sheet, "Desde") == list(weeks)

    def test_series_have_names(self) -> None:
        assert series_name("negative", ES) == "% negativos"
        assert series_name("delay/support/phone", ES) == "Demora (soporte · teléfono)"
        assert series_name("algo", ES) == "algo"

    def test_changes_are_written_as_what_changed(self) -> None:
        values = column(changes_sheet(made_decisions.decisions(), ES), "Valor")
        assert [value.kind for value in values] == ["int", "share", "share", "share", "share"]

    def test_without_dates_nothing_is_said_of_changes(self) -> None:
        bare = made_decisions.decisions(periods=(), changes=())
        assert with_rows([changes_sheet(bare, ES)]) == []
        quiet = changes_sheet(made_decisions.decisions(changes=()), ES)
        assert quiet.none == "Ningún cambio es seguro en este periodo."


class TestComparison:
    def test_columns_stay_together_and_sure_ones_come_first(self) -> None:
        rows = made_decisions.differences()
        others = tuple(replace(row, column="Canal") for row in rows)
        found = by_evidence(made_decisions.decisions(differences=(*rows[::-1], *others)))
        assert [row.column for row in found] == ["Ciudad"] * 3 + ["Canal"] * 3
        assert [row.sure for row in found] == [True, True, False] * 2

    def test_means_are_no_percentages(self) -> None:
        sheet = comparison_sheet(made_decisions.decisions(), ES)
        cells = column(sheet, "En el grupo")
        assert [getattr(cell, "kind", "share") for cell in cells] == ["share", "decimal", "share"]

    def test_what_was_not_tested_has_no_p_value(self) -> None:
        few = replace(made_decisions.differences()[0], tested=False, sure=False, p_value=1.0)
        sheet = comparison_sheet(made_decisions.decisions(differences=(few,)), ES)
        assert column(sheet, "Valor p") == [None]
        assert "muy pocos mensajes" in column(sheet, "En palabras")[0]
