"""The section of what to fix first: order, impact, owner and proof, in words and in a chart."""

from __future__ import annotations

from dataclasses import replace

import made_decisions
import pytest

from vocmine.priorities.rows import Impact, Trend
from vocmine.report.section_areas import areas_section
from vocmine.report.section_parts import MOST_POINTS
from vocmine.report.section_points import points_section


def dots(chart):
    """Values of the dots of a chart of whiskers, first row on top."""
    return [item["value"] for item in chart["wide"]["series"][-1]["data"]]


def severe(**given):
    return made_decisions.point(impact=None, ranked_by="severity", **given)


class TestOrder:
    def test_points_keep_the_order_they_were_ranked_in(self, sheet):
        section = points_section(sheet())
        assert [point["name"] for point in section["points"]] == [
            "Cobro",
            "Demora",
            "Seguridad o fraude",
        ]
        assert [row[0] for row in section["table"]["rows"]] == [
            "Cobro (uso · factura)",
            "Demora (soporte · teléfono)",
            "Seguridad o fraude (uso · aplicación)",
        ]

    def test_it_says_that_impact_ranks_them_and_on_what(self, sheet):
        assert "cuestan en total en NPS" in points_section(sheet())["ranking"]

    def test_without_scores_it_says_that_severity_ranks_them_and_what_would_help(self, sheet):
        ranking = points_section(sheet(points=(severe(),)))["ranking"]
        assert ranking.startswith("Van ordenados por gravedad total")
        assert "con más de ellas se podría estimar" in ranking

    def test_no_more_are_shown_than_a_reader_takes_in_and_the_rest_is_told(self, sheet):
        many = tuple(made_decisions.point(rank) for rank in range(1, MOST_POINTS + 4))
        section = points_section(sheet(points=many))
        assert len(section["points"]) == MOST_POINTS
        assert "Se muestran 12 de 15" in section["after"][0]
        assert points_section(sheet())["after"] == []

    def test_without_a_point_one_sentence_says_so(self, sheet):
        assert "menciona una fricción" in points_section(sheet(points=()))["absent"]


class TestImpact:
    def test_the_fall_its_interval_and_the_cost_are_told(self, sheet):
        impact = points_section(sheet())["points"][0]["impact"]
        assert impact["fall"] == "−24"
        assert impact["interval"] == "(entre −31 y −18)"
        assert impact["told"].endswith("el promedio de NPS subiría 2,4.")

    def test_a_loss_that_is_not_sure_is_not_claimed_and_drawn_grey(self, sheet):
        made = sheet()
        impact = points_section(made)["points"][1]["impact"]
        assert impact["told"] == "No se ve una caída segura en NPS. Gravedad: 64 de 100."
        assert impact["tone"] == "plain"
        first, second, _ = made.charts["points"]["wide"]["series"][-1]["data"]
        assert first["itemStyle"] != second["itemStyle"]

    def test_an_impact_of_few_messages_says_so_and_is_drawn_grey(self, sheet):
        made = sheet()
        point = points_section(made)["points"][2]
        assert point["impact"]["told"].startswith("Se basa en solo 6 mensajes")
        assert point["few"].startswith("Son pocos mensajes")
        _, second, third = made.charts["points"]["wide"]["series"][-1]["data"]
        assert second["itemStyle"] == third["itemStyle"]

    def test_a_rating_has_two_decimals_and_its_name(self, sheet):
        low = made_decisions.point(
            impact=Impact("score", -0.834, -1.2, -0.4, 90, True, 0.0912, 0.001, 900)
        )
        impact = points_section(sheet(points=(low,)))["points"][0]["impact"]
        assert impact["metric"] == "calificación"
        assert (impact["fall"], impact["interval"]) == ("−0,83", "(entre −1,20 y −0,40)")
        assert impact["told"].endswith("subiría 0,091.")

    def test_the_chart_has_each_figure_between_the_ends_of_its_interval(self, sheet):
        made = sheet()
        points_section(made)
        chart = made.charts["points"]
        assert dots(chart) == [[-24.3, 0], [-3.1, 1], [-60.0, 2]]
        ends = [item["value"] for item in chart["wide"]["series"][1]["data"]]
        assert ends[:3] == [[-31.0, 0], [-17.6, 0], ["-", 0]]
        axis = chart["wide"]["xAxis"]
        assert axis["min"] <= -96.0
        assert axis["max"] >= 1.0

    def test_severities_are_bars_as_long_as_what_they_are_ranked_by(self, sheet):
        made = sheet(points=(severe(weight=90.44), severe(rank=2, weight=12.0)))
        points_section(made)
        bars = made.charts["points"]["wide"]["series"][0]["data"]
        assert [item["value"] for item in bars] == [90.4, 12.0]
        assert "índice 64 · 210 mensajes" in bars[0]["tip"]


class TestPoint:
    def test_the_groups_hit_hardest_are_one_phrase(self, sheet):
        first, second, _ = points_section(sheet())["points"]
        assert first["segments"].replace("\u00a0", " ") == (
            "Golpea más a: canal App (19 % frente a 8 % en los demás) y Ciudad Cali "
            "(16 % frente a 9 % en los demás)."
        )
        assert second["segments"] == ""

    def test_customers_are_counted_where_messages_have_an_author(self, sheet):
        first, _, third = points_section(sheet())["points"]
        assert first["customers"].replace("\u00a0", " ") == "190 clientes (11,0 %)"
        assert third["customers"] == ""

    @pytest.mark.parametrize(
        ("trend", "arrow", "text"),
        [
            (Trend("up", 0.032, 0.003), "↑", "En aumento (+3,2 pp)"),
            (Trend("down", -0.015, 0.01), "↓", "Va bajando (−1,5 pp)"),
            (Trend("flat", 0.001, 0.8), "→", "Sin cambio seguro"),
            (Trend("unknown", 0.0, None), "", "Sin fechas suficientes"),
        ],
    )
    def test_a_trend_is_an_arrow_and_words(self, sheet, trend, arrow, text):
        found = points_section(sheet(points=(made_decisions.point(trend=trend),)))["points"][0]
        told = found["trend"]
        assert (told["arrow"], told["text"].replace("\u00a0", " ")) == (arrow, text)
        assert told["id"] == ""  # no series, no line

    def test_the_line_of_a_trend_is_described_value_by_value(self, sheet):
        made = sheet()
        trend = points_section(made)["points"][0]["trend"]
        assert trend["id"] in made.charts
        assert "9, 11, 10, 12, 14, 13, 18, 20, 22, 25, 27, 29" in trend["aria"]
        assert trend["peak"] == "Pico: dic 2026 (29)"

    def test_a_series_of_other_periods_is_not_drawn(self, sheet):
        other = made_decisions.point(trend=Trend("flat", 0.0, 0.9, (1, 2, 3)))
        assert points_section(sheet(points=(other,)))["points"][0]["trend"]["id"] == ""

    def test_a_topic_is_named_where_it_tells_more(self, sheet):
        first, second, _ = points_section(sheet())["points"]
        assert (first["topic"], second["topic"]) == ("", "Tema: línea 018000")


class TestPage:
    @pytest.mark.parametrize("lang", ["es", "pt", "en"])
    def test_it_is_written_in_every_language(self, sheet, written, lang):
        html = written("points", sheet(lang))
        assert html.count('<li class="point">') == 3
        assert html.count("<blockquote>") == 9

    def test_words_of_customers_stay_text(self, sheet, written):
        html = written("points", sheet())
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    def test_a_point_leads_to_its_messages_and_to_its_area(self, sheet, written):
        made = sheet()
        html = written("points", made)
        asked = {"friction": "billing", "stage": "use", "touchpoint": "billing", "tone": "negative"}
        assert asked in made_decisions.lookups(html)
        area = areas_section(made)["areas"][0]
        assert f'href="#{area["id"]}">Facturación</a>' in html

    def test_a_point_without_owner_links_nowhere(self, sheet, written):
        html = written("points", sheet(points=(replace(made_decisions.point(), owner=""),)))
        assert 'href="#area' not in html
