"""The section of the comparison: sure differences of groups, drawn and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import made_decisions
import pytest

from vocmine.report.chart_parts import NEGATIVE, POSITIVE
from vocmine.report.decisions import Options
from vocmine.report.section_comparison import comparison_section, is_bad


def spaced(text):
    return text.replace("\u00a0", " ")


def test_without_a_column_there_is_no_section(sheet):
    assert comparison_section(sheet(options=Options(today=date(2026, 11, 22)))) == {}


def test_each_sure_difference_is_a_sentence_with_both_figures_and_the_interval(sheet):
    column = comparison_section(sheet())["columns"][0]
    assert column["title"] == "Por Ciudad"
    assert [(row["group"], spaced(row["text"])) for row in column["findings"]] == [
        ("Cali", "70 % negativos, 20 puntos más que el resto (12 a 28)"),
        ("Pasto", "NPS de 31: 19 puntos más que el resto (8 a 30)"),
    ]
    assert [spaced(cell) for cell in column["table"]["rows"][0]] == [
        "Cali",
        "Mensajes negativos",
        "300",
        "70 %",
        "50 %",
        "+20,0",
        "+12,0 a +28,0",
    ]


def test_what_may_be_chance_is_neither_told_nor_drawn(sheet):
    made = sheet()
    column = comparison_section(made)["columns"][0]
    assert not any(row["group"] == "Bogotá" for row in column["findings"])
    assert made.charts["by-ciudad"]["wide"]["yAxis"]["data"] == ["Cali: Mensajes negativos"]
    assert all(row[0] != "Bogotá" for row in column["table"]["rows"])


def test_differences_are_drawn_in_points_with_their_interval(sheet):
    made = sheet()
    comparison_section(made)
    _, lines, dots = made.charts["by-ciudad"]["wide"]["series"]
    assert dots["data"][0]["value"] == [20.0, 0]
    assert [item["value"][0] for item in lines["data"]] == [12.0, 28.0, "-"]


@pytest.mark.parametrize(
    ("figure", "difference", "bad"),
    [
        ("negative", 0.1, True),
        ("negative", -0.1, False),
        ("positive", -0.1, True),
        ("nps", 12.0, False),
        ("churn", 0.02, True),
        ("billing/use/billing", 0.02, True),
    ],
)
def test_more_is_good_or_bad_by_what_it_is_of(sheet, figure, difference, bad):
    row = replace(made_decisions.differences()[0], figure=figure, difference=difference)
    assert is_bad(row) is bad
    made = sheet(differences=(row,))
    comparison_section(made)
    if figure != "nps":
        dot = made.charts["by-ciudad"]["wide"]["series"][-1]["data"][0]
        assert dot["itemStyle"]["color"] == (NEGATIVE if bad else POSITIVE)


def test_a_friction_point_is_named_and_leads_to_its_messages(sheet):
    row = replace(made_decisions.differences()[2], sure=True)
    made = sheet(differences=(row,))
    found = comparison_section(made)["columns"][0]["findings"][0]
    assert "cobro (uso · factura)" in found["text"]
    assert found["href"] == (
        "#messages?friction=billing&stage=use&touchpoint=billing&tone=negative"
    )
    dot = made.charts["by-ciudad"]["wide"]["series"][-1]["data"][0]
    assert dot["filter"]["friction"] == "billing"


def test_without_sure_differences_it_says_that_what_shows_may_be_chance(sheet, written):
    made = sheet(differences=made_decisions.differences()[2:])
    column = comparison_section(made)["columns"][0]
    assert column["chart"] is None
    assert "No hay diferencias seguras por Ciudad" in written("comparison", made)
    assert column["table"]["rows"][0][0] == "Bogotá"


def test_it_says_how_many_comparisons_were_made(sheet):
    assert comparison_section(sheet())["columns"][0]["note"].startswith("Se hicieron 3 compar")


def test_each_column_has_its_part(sheet):
    rows = made_decisions.differences()
    more = (*rows, *(replace(row, column="channel") for row in rows))
    made = sheet(differences=more)
    assert [column["title"] for column in comparison_section(made)["columns"]] == [
        "Por Ciudad",
        "Por Canal",
    ]
    assert {"by-ciudad", "by-channel"} <= made.charts.keys()


def test_nothing_to_compare_is_told(sheet):
    assert comparison_section(sheet(differences=()))["absent"]


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language_and_escaped(sheet, written, lang):
    row = replace(made_decisions.differences()[0], value=made_decisions.HOSTILE)
    html = written("comparison", sheet(lang, differences=(row,)))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
