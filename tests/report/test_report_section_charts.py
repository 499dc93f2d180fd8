"""Charts and small parts of the sections: axes, whiskers, curves, bars, numbers, links."""

from __future__ import annotations

import made_decisions
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.priorities.rows import Quote
from vocmine.report.chapters.draft import Bar, Figure, Part, bar_chart
from vocmine.report.section_charts import (
    Length,
    Line,
    Whisker,
    curves,
    lengths,
    pen,
    scale_of,
    whiskers,
)
from vocmine.report.section_panels import Panel, over_time
from vocmine.report.section_parts import (
    anchor,
    find_of,
    pieces_of,
    point_find,
    quoted_points,
)

FINITE = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))


def whisker(name="Cobro", value=-5.0, low=-8.0, high=-2.0, **rest):
    return Whisker(name, name, value, low, high, str(value), name, **rest)


class TestAxis:
    @given(FINITE, FINITE, st.integers(2, 6))
    def test_it_holds_what_it_shows_in_round_steps(self, one, other, steps):
        low, high = min(one, other), max(one, other)
        axis = scale_of(low, high, steps)
        assert axis["min"] <= low + 1e-5 * max(1.0, abs(low))
        assert axis["max"] >= high - 1e-5 * max(1.0, abs(high))
        assert axis["interval"] > 0
        # The ends are ticks too, so that no label stands beside another.
        assert (axis["max"] - axis["min"]) / axis["interval"] == pytest.approx(
            round((axis["max"] - axis["min"]) / axis["interval"]), abs=1e-4
        )

    @given(FINITE, st.floats(0.01, 1e5), st.integers(2, 6))
    def test_it_has_about_as_many_steps_as_asked(self, low, width, steps):
        axis = scale_of(low, low + width, steps)
        assert 1 <= (axis["max"] - axis["min"]) / axis["interval"] <= steps + 2

    @pytest.mark.parametrize(
        ("low", "high", "steps", "expected"),
        [
            (0, 100, 5, (0, 100, 20)),
            (-96, 1, 5, (-100, 20, 20)),
            (0.0, 0.8, 5, (0, 0.8, 0.2)),
            (0, 0, 5, (0, 0, 1)),
            (0, 410, 2, (0, 500, 250)),
        ],
    )
    def test_steps_are_those_of_a_ruler(self, low, high, steps, expected):
        axis = scale_of(low, high, steps)
        assert (axis["min"], axis["max"]) == pytest.approx(expected[:2])
        assert axis["interval"] == pytest.approx(expected[2])


class TestWhiskers:
    def test_each_row_has_its_line_its_dot_and_its_label(self):
        chart = whiskers([whisker(), whisker("Demora", 3.0, 1.0, 5.0)])["wide"]
        edge, lines, dots = chart["series"]
        assert [item["value"] for item in lines["data"]] == [
            [-8.0, 0], [-2.0, 0], ["-", 0], [1.0, 1], [5.0, 1], ["-", 1],
        ]  # fmt: skip
        assert [item["value"] for item in dots["data"]] == [[-5.0, 0], [3.0, 1]]
        assert [item["value"] for item in edge["data"]] == [[0.0, 0], [0.0, 1]]
        assert chart["yAxis"]["data"] == ["Cobro", "Demora"]

    def test_only_dots_are_clicked_and_only_where_they_lead_somewhere(self):
        rows = [whisker(chosen={"friction": "billing"}), whisker("Demora")]
        edge, lines, dots = whiskers(rows)["wide"]["series"]
        assert edge["silent"]
        assert lines["silent"]
        assert ["filter" in item for item in dots["data"]] == [True, False]

    def test_labels_at_the_edges_stay_inside(self):
        rows = [whisker(value=-8.0), whisker(value=-4.0), whisker(value=0.0, high=0.0)]
        dots = whiskers(rows, ends=(-8.0, 0.0))["wide"]["series"][-1]["data"]
        assert [item["label"]["align"] for item in dots] == ["left", "center", "right"]

    def test_a_phone_gets_the_short_names_and_more_height(self):
        row = Whisker("1. Cobro (uso · factura)", "1. Cobro", -5.0, -8.0, -2.0, "−5", "")
        chart = whiskers([row, row])
        assert chart["narrow"]["yAxis"]["data"] == ["1. Cobro", "1. Cobro"]
        assert chart["narrow_height"] > chart["height"]

    def test_the_line_of_no_difference_is_always_shown(self):
        axis = whiskers([whisker(value=40.0, low=30.0, high=50.0)])["wide"]["xAxis"]
        assert axis["min"] <= 0.0
        axis = whiskers([whisker(value=80.0, low=70.0, high=90.0)], zero=50.0)["wide"]["xAxis"]
        assert axis["min"] <= 50.0


class TestCurves:
    def made(self, values):
        tips = [""] * len(values)
        balance = Line("Balance", "#000000", values, ["a"] * len(values), tips)
        joy = Line("Alegría", "#111111", [10.0] * len(values), (), tips, "dashed")
        stages = [f"e{n}" for n in range(len(values))]
        return curves(stages, stages, balance, [joy], [{"stage": stage} for stage in stages])

    def test_a_stage_without_a_value_is_a_gap_without_a_link(self):
        first, second = self.made([12.0, None])["wide"]["series"][0]["data"]
        assert first["filter"] == {"stage": "e0"}
        assert second == {"value": "-"}

    def test_labels_stand_away_from_the_curve(self):
        data = self.made([12.0, -40.0])["wide"]["series"][0]["data"]
        assert [item["label"]["position"] for item in data] == ["top", "bottom"]

    def test_a_phone_has_turned_names_and_no_labels(self):
        chart = self.made([12.0, -40.0])
        assert chart["narrow"]["xAxis"][1]["axisLabel"]["rotate"] == 50
        assert not any("label" in item for item in chart["narrow"]["series"][0]["data"])

    def test_emotions_are_told_apart_by_their_dash_too(self):
        joy = self.made([12.0])["wide"]["series"][1]
        assert joy["lineStyle"]["type"] == "dashed"
        assert joy["yAxisIndex"] == 1


class TestBars:
    def test_lengths_have_their_label_at_the_end(self):
        rows = [Length("1. Cobro", 12.5, "índice 64", "Cobro", {"friction": "billing"})]
        bars, ends = lengths(rows, "Gravedad")["wide"]["series"]
        assert bars["data"] == [{"value": 12.5, "tip": "Cobro", "filter": {"friction": "billing"}}]
        assert ends["data"][0]["label"]["formatter"] == "índice 64"

    def test_bars_of_one_scale_are_measured_by_the_longest(self):
        def bar(name, *sizes):
            figure = Figure("1", {})
            return Bar(name, tuple(Part(f"t{n}", f"T{n}", figure, s) for n, s in enumerate(sizes)))

        drawn = bar_chart([bar("a", 3, 1), bar("b", 8, 2)], "Barras")
        assert [row["max"] for row in drawn["bars"]] == [10, 10]
        assert drawn["legend"] == [("t0", "T0"), ("t1", "T1")]
        assert drawn["aria"] == "Barras"

    def test_a_pen_draws_no_dots_and_answers_to_nothing(self):
        line = pen([{"value": [0, 0]}], "#000000", 1)
        assert (line["symbol"], line["silent"]) == ("none", True)


class TestPanels:
    def test_panels_stand_one_under_the_other_on_the_same_time(self):
        panel = Panel("Mensajes", (1.0, 2.0), ("", ""), bars=True)
        option = over_time(("ene", "feb"), [panel, panel], ())["wide"]
        tops = [grid["top"] for grid in option["grid"]]
        assert tops == sorted(tops)
        assert [axis["axisLabel"]["show"] for axis in option["xAxis"]] == [False, True]

    def test_neighbouring_events_are_named_on_different_heights(self):
        panel = Panel("Mensajes", (1.0, 2.0), ("", ""))
        option = over_time(("ene", "feb"), [panel], [(0, "Paro"), (1, "Alza")])["wide"]
        labels = [s["data"][1]["label"] for s in option["series"] if "silent" in s]
        assert [label["formatter"] for label in labels] == ["Paro", "Alza"]
        assert labels[0]["offset"] != labels[1]["offset"]
        assert [label["position"] for label in labels] == ["right", "left"]


class TestNumbers:
    @pytest.mark.parametrize(
        ("lang", "share", "points", "nps", "score"),
        [
            ("es", "12 %", "+3,2", "−24", "+0,31"),
            ("pt", "12%", "+3,2", "−24", "+0,31"),
            ("en", "12%", "+3.2", "−24", "+0.31"),
        ],
    )
    def test_they_are_written_as_the_reader_does(self, sheet, lang, share, points, nps, score):
        made = sheet(lang)
        assert made_decisions.shown(made.share(0.123)) == share
        assert made.points(0.032) == points
        assert made.measure("nps", -24.3, signed=True) == nps
        assert made.measure("score", 0.312, signed=True) == score

    def test_what_is_not_known_is_a_dash(self, sheet):
        made = sheet()
        assert made.share(None) == "–"
        assert made.day("") == "–"

    def test_a_figure_is_a_share_or_a_mean_by_its_name(self, sheet):
        made = sheet()
        assert made_decisions.shown(made.figure("negative", 0.25)) == "25 %"
        assert made.figure("negative", -0.05, signed=True) == "−5,0"
        assert made.figure("nps", 12.0, signed=True) == "+12"

    def test_a_moment_of_a_day_is_its_day(self, sheet):
        assert sheet().day("2026-03-02T09:15:00") == "2 mar 2026"

    def test_a_figure_is_named_and_an_unknown_one_keeps_its_code(self, sheet):
        made = sheet()
        assert made.named("messages") == "mensajes"
        assert made.named("billing/use/billing") == "cobro (uso · factura)"
        assert made.named("own_figure") == "own_figure"


class TestLinks:
    def test_a_point_is_looked_up_among_what_is_negative(self):
        expected = {"friction": "billing", "stage": "use", "touchpoint": "app", "tone": "negative"}
        assert find_of("billing/use/app") == expected
        assert point_find(made_decisions.point(touchpoint="app")) == expected

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Facturación", "area-facturacion"),
            ("Servicio al cliente", "area-servicio-al-cliente"),
            ('"><script>', "area-script"),
            ("", "area"),
        ],
    )
    def test_an_id_is_made_of_plain_letters(self, name, expected):
        assert anchor("area", name) == expected

    def test_quotes_that_are_not_in_the_store_are_not_marked(self, bank):
        key, message, start, text = bank.conn.execute(
            "SELECT id, message_id, start, quote FROM insights ORDER BY id LIMIT 1"
        ).fetchone()
        quotes = (Quote(key, 1, "PQR-1", text), Quote(10**9, 1, "PQR-2", "nada"))
        made = made_decisions.decisions(points=(made_decisions.point(quotes=quotes),))
        (point,) = quoted_points(bank.db, made)
        assert point["quotes"] == [
            {"id": key, "message_id": message, "start": start, "quote": text}
        ]

    def test_pieces_are_found_by_the_insight_they_are_of(self, sheet):
        points = [{"quotes": [{"id": 1, "pieces": [("me ", ""), ("cobraron", "peso 0,9")]}]}]
        made = sheet()
        made.pieces = pieces_of(points)
        first, second = made.quotes(made_decisions.point().quotes[:2])
        assert first["pieces"] == [("me ", ""), ("cobraron", "peso 0,9")]
        assert second["pieces"] == [("el extracto trae un seguro que nunca pedí", "")]
