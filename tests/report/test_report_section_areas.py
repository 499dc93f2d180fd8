"""The section of the areas: each with its points, its words and its overdue cases."""

from __future__ import annotations

import made_decisions
import pytest

from vocmine.report.section_areas import LATE, POINTS, areas_section


def test_every_area_that_owns_a_point_has_its_part_the_heaviest_first(sheet):
    areas = areas_section(sheet())["areas"]
    assert [area["name"] for area in areas] == ["Facturación", "Servicio al cliente", "Seguridad"]


def test_an_area_gets_its_points_with_their_rank_impact_and_quotes(sheet):
    point = areas_section(sheet())["areas"][1]["points"][0]
    assert point["rank"] == "2"
    assert point["name"] == "Demora (soporte · teléfono)"
    assert made_decisions.shown(point["figures"]) == "640 mensajes · NPS −3 (entre −7 y +1)"
    assert len(point["quotes"]) == 2


def test_without_a_score_the_severity_stands_in_its_place(sheet):
    severe = made_decisions.point(impact=None, ranked_by="severity")
    point = areas_section(sheet(points=(severe,)))["areas"][0]["points"][0]
    assert made_decisions.shown(point["figures"]) == "210 mensajes · Gravedad 64 · En aumento"


def test_overdue_cases_go_to_the_area_that_has_them(sheet):
    first, second, _ = areas_section(sheet())["areas"]
    assert [row["external_id"] for row in first["overdue"]] == [
        f"RAD-{number:04d}" for number in range(23, 23 - LATE, -1)
    ]
    assert first["figures"] == "1 punto de fricción y 23 casos vencidos"
    assert first["more"] == ["Tiene 18 casos vencidos más."]
    assert first["overdue"][0]["text"] == "Reclamo; venció el 23 oct 2026, hace 23 días hábiles"
    assert second["overdue"] == []
    assert second["figures"] == "1 punto de fricción"


@pytest.mark.parametrize("spelt", ["facturacion", "FACTURACIÓN", " Facturación  "])
def test_an_area_is_known_by_any_spelling(sheet, spelt):
    first = areas_section(sheet(due=(made_decisions.due(area=spelt),)))["areas"][0]
    assert len(first["overdue"]) == 1


def test_cases_of_no_area_are_told_and_not_lost(sheet):
    due = (made_decisions.due(1, area=""), made_decisions.due(2, area="Jurídica"))
    section = areas_section(sheet(due=due))
    assert section["elsewhere"].startswith("2 casos vencidos no dicen su área")
    assert areas_section(sheet(due=()))["elsewhere"] == ""


def test_points_over_the_limit_are_told(sheet):
    many = tuple(made_decisions.point(rank) for rank in range(1, POINTS + 3))
    area = areas_section(sheet(points=many, due=()))["areas"][0]
    assert len(area["points"]) == POINTS
    assert area["more"] == ["Tiene 2 puntos de fricción más."]


def test_without_points_one_sentence_says_so(sheet):
    assert areas_section(sheet(points=()))["absent"]


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language_and_escaped(sheet, written, lang):
    hostile = made_decisions.point(owner="<b>Área</b>")
    html = written("areas", sheet(lang, points=(hostile,)))
    assert "<b>Área</b>" not in html
    assert 'id="area-b-area-b"' in html
