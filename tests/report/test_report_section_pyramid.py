"""The section of the pyramid: a verdict, and each level met or missed with its interval."""

from __future__ import annotations

import made_decisions
import pytest

from vocmine.journey.rows import LevelFigures
from vocmine.report.section_pyramid import pyramid_section


def test_the_verdict_names_the_failing_base_with_its_figures(sheet):
    verdict = pyramid_section(sheet())["verdict"]
    assert "700 de 910 opiniones (77 %)" in verdict
    assert "es la base" in verdict


def test_levels_are_drawn_the_base_at_the_bottom_with_their_intervals(sheet):
    made = sheet()
    pyramid_section(made)
    chart = made.charts["levels"]["wide"]
    assert chart["yAxis"]["data"] == ["Disfrute", "Facilidad", "Utilidad"]
    edge, lines, dots = chart["series"]
    assert [item["value"] for item in dots["data"]] == [[81.8, 0], [49.0, 1], [23.1, 2]]
    assert [item["value"][0] for item in lines["data"]][6:8] == [20.6, 25.9]
    assert {item["value"][0] for item in edge["data"]} == {50.0}


def test_a_level_says_its_verdict_beside_its_share(sheet):
    made = sheet()
    pyramid_section(made)
    labels = [
        item["label"]["formatter"].replace("\u00a0", " ")
        for item in made.charts["levels"]["wide"]["series"][-1]["data"]
    ]
    assert labels == ["82 % · se cumple", "49 % · no es claro", "23 % · no se cumple"]


def test_the_table_has_counts_interval_and_verdict(sheet):
    rows = pyramid_section(sheet())["table"]["rows"]
    assert [made_decisions.shown(cell) for cell in rows[-1]] == [
        "Utilidad",
        "700",
        "210",
        "23 % (entre 21 % y 26 %)",
        "no se cumple",
    ]


def test_the_grid_has_each_level_at_each_stage_that_is_spoken_of(sheet):
    grid = pyramid_section(sheet())["grid"]
    assert grid["stages"] == ["Uso", "Soporte"]
    assert [level["name"] for level in grid["levels"]] == ["Disfrute", "Facilidad", "Utilidad"]
    verdicts = [[cell["verdict"] for cell in level["cells"]] for level in grid["levels"]]
    assert verdicts == [["none", "met"], ["few", "none"], ["missed", "none"]]


def test_a_cell_leads_to_its_messages(sheet, written):
    html = written("pyramid", sheet())
    asked = "#messages?stage=use&amp;pyramid=utility&amp;tone=negative&amp;tone=positive"
    # Its verdict and its number of opinions, which the page counts again.
    assert html.count(f'href="{asked}"') == 2


def test_a_share_without_interval_is_a_point(sheet):
    level = LevelFigures("utility", "", 3, 1, 0.75, None, None, "few")
    made = sheet(levels=(level,))
    section = pyramid_section(made)
    assert section["table"]["rows"][0][3].replace("\u00a0", " ") == "75 %"
    lines = made.charts["levels"]["wide"]["series"][1]["data"]
    assert lines[0]["value"] == lines[1]["value"] == [75.0, 0]


def test_without_opinions_one_sentence_says_so(sheet):
    level = LevelFigures("utility", "", 0, 0, None, None, None, "few")
    assert pyramid_section(sheet(levels=(level,)))["absent"]
    assert pyramid_section(sheet(levels=()))["absent"]


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language(sheet, written, lang):
    assert written("pyramid", sheet(lang)).count("<td class=") >= 6
