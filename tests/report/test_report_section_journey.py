"""The section of the journey: stages in their phase, curves, moments, touchpoints, hand-offs."""

from __future__ import annotations

from dataclasses import replace

import made_decisions
import pytest

from vocmine.journey.rows import TouchpointUse
from vocmine.report.section_journey import TOUCHPOINTS, journey_section


def stage_of(section, code):
    return next(
        stage for phase in section["phases"] for stage in phase["stages"] if stage["code"] == code
    )


class TestMap:
    def test_stages_stand_in_their_phase_in_order(self, sheet):
        phases = journey_section(sheet())["phases"]
        assert [(phase["name"], [s["name"] for s in phase["stages"]]) for phase in phases] == [
            ("Antes", ["Descubrimiento", "Consideración"]),
            ("Durante", ["Compra", "Entrega"]),
            ("Después", ["Uso", "Soporte", "Lealtad"]),
        ]

    def test_a_stage_has_its_balance_mentions_and_feelings(self, sheet):
        stage = stage_of(journey_section(sheet()), "support")
        assert (stage["net"].text, stage["tone"]) == ("−87", "bad")
        assert made_decisions.shown(stage["mentions"]) == "550 menciones"
        assert stage["emotions"].replace("\u00a0", " ") == "frustración 40 % y rabia 20 %"

    def test_the_parts_of_its_bar_fill_it(self, sheet):
        bars = stage_of(journey_section(sheet()), "purchase")["bars"]
        assert [part["tone"] for part in bars] == ["negative", "neutral", "positive"]
        assert sum(float(part["width"]) for part in bars) == pytest.approx(100, abs=0.2)

    def test_a_stage_nobody_speaks_of_says_so(self, sheet, written):
        assert stage_of(journey_section(sheet()), "discovery")["empty"]
        assert written("journey", sheet()).count("Nadie habla de esta etapa.") == 1

    def test_a_stage_of_few_mentions_has_no_balance(self, sheet):
        stage = stage_of(journey_section(sheet()), "loyalty")
        assert (stage["net"], stage["tone"]) == ("–", "plain")
        assert stage["few"]

    def test_touchpoints_say_who_controls_them_and_lead_to_their_messages(self, sheet, written):
        made = sheet()
        use = stage_of(journey_section(made), "support")["touchpoints"][1]
        assert (use["name"], use["control"]) == ("Domicilio o envío", "un aliado")
        assert {"stage": "support", "touchpoint": "delivery"} in made_decisions.lookups(
            written("journey", made)
        )

    def test_the_most_used_touchpoints_are_shown_and_the_unknown_one_never(self, sheet):
        names = ("unknown", "phone", "chat", "email", "web", "app", "store")
        uses = tuple(TouchpointUse(name, "brand", 9, 3, 3) for name in names)
        support = made_decisions.stage("after", "support", 40, 10, 10, touchpoints=uses)
        found = stage_of(journey_section(sheet(stages=(support,))), "support")["touchpoints"]
        assert len(found) == TOUCHPOINTS
        assert all("unknown" not in use["href"] for use in found)

    def test_without_insights_one_sentence_says_so(self, sheet):
        silent = tuple(made_decisions.stage("after", code, 0, 0, 0) for code in ("use", "support"))
        assert journey_section(sheet(stages=silent))["absent"]
        assert journey_section(sheet(stages=()))["absent"]


class TestMoments:
    def test_each_is_told_with_its_figures_and_reasons(self, sheet):
        best, worst = map(made_decisions.shown, journey_section(sheet())["moments"])
        assert best == (
            "Momento que importa, el mejor: compra. El 69 % de sus 130 menciones es positivo "
            "(carga emocional alta)."
        )
        assert worst.endswith("es negativo (carga emocional alta y muchas menciones).")

    def test_each_is_marked_on_its_stage(self, sheet):
        section = journey_section(sheet())
        assert stage_of(section, "purchase")["moment"] == "mejor momento"
        assert stage_of(section, "support")["mark"] == "pit"
        assert stage_of(section, "use")["moment"] == ""


class TestCurves:
    def test_the_balance_is_drawn_for_stages_with_enough_mentions(self, sheet):
        made = sheet()
        journey_section(made)
        balance = made.charts["journey-curve"]["wide"]["series"][0]["data"]
        assert [item["value"] for item in balance] == [14.3, 46.2, -54.5, -39.1, -87.3, "-"]
        assert balance[1]["filter"] == {"stage": "purchase"}

    def test_emotions_are_drawn_below_the_most_expressed_first(self, sheet):
        made = sheet()
        journey_section(made)
        _, *emotions = made.charts["journey-curve"]["wide"]["series"]
        assert [line["name"] for line in emotions] == ["Frustración", "Rabia", "Alegría"]
        assert {line["xAxisIndex"] for line in emotions} == {1}
        assert emotions[0]["data"][0]["value"] == 40.0

    def test_the_chart_names_the_lowest_stage_to_who_cannot_see_it(self, sheet):
        assert "soporte" in journey_section(sheet())["chart"]["aria"]

    def test_the_table_has_every_stage_with_its_emotional_load(self, sheet):
        rows = journey_section(sheet())["table"]["rows"]
        assert len(rows) == 7
        assert [made_decisions.shown(cell) for cell in rows[5]] == [
            "Después",
            "Soporte",
            "550",
            "500",
            "30",
            "20",
            "−87",
            "50 %",
            "peor momento",
        ]


class TestHandoffs:
    def test_stages_with_hand_offs_are_listed_the_most_first(self, sheet):
        stages = (
            made_decisions.stage("after", "use", 90, 0, 10, handoffs=5),
            made_decisions.stage("after", "support", 40, 0, 10, handoffs=20),
        )
        rows = journey_section(sheet(stages=stages))["handoffs"]["rows"]
        assert [[made_decisions.shown(c) for c in row] for row in rows] == [
            ["Soporte", "20", "40 %"],
            ["Uso", "5", "5 %"],
        ]

    def test_without_any_a_sentence_says_so(self, sheet, written):
        stages = tuple(replace(stage, handoffs=0) for stage in made_decisions.stages())
        assert "Ningún mensaje cuenta" in written("journey", sheet(stages=stages))


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language(sheet, written, lang):
    html = written("journey", sheet(lang))
    assert html.count('<div class="phase ') == 3
    assert html.count('<div class="stage') == 7
