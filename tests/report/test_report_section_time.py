"""The section of time: figures one under the other, changes that are no chance, and events."""

from __future__ import annotations

from dataclasses import replace

import made_decisions
import pytest

from vocmine.report.section_panels import Panel, over_time, place_of
from vocmine.report.section_time import CHANGES, time_section


def spaced(text):
    return text.replace("\u00a0", " ")


def series_of(made):
    return [s for s in made.charts["series"]["wide"]["series"] if "silent" not in s]


class TestSeries:
    def test_each_figure_has_its_panel_and_points_that_changed_theirs(self, sheet):
        made = sheet()
        time_section(made)
        axes = made.charts["series"]["wide"]["yAxis"]
        assert [axis["name"] for axis in axes] == [
            "Mensajes",
            "Mensajes negativos (%)",
            "NPS",
            "Cobro (uso · factura) (%)",
        ]

    def test_a_point_that_did_not_change_has_none(self, sheet):
        made = sheet(changes=made_decisions.changes()[:2])
        time_section(made)
        assert len(made.charts["series"]["wide"]["grid"]) == 3

    def test_shares_are_drawn_as_percentages_and_gaps_stay_gaps(self, sheet):
        made = sheet()
        time_section(made)
        _, negative, nps, _ = series_of(made)
        assert negative["data"][0]["value"] == 40.0
        assert nps["data"][0]["value"] == "-"

    def test_periods_that_stand_out_are_marked(self, sheet):
        made = sheet()
        time_section(made)
        volume = series_of(made)[0]["data"]
        assert [at for at, item in enumerate(volume) if "itemStyle" in item] == [6]
        assert volume[6]["label"]["show"]  # not by colour alone

    def test_the_table_has_the_main_figures_of_each_period(self, sheet):
        table = time_section(sheet())["table"]
        assert table["heads"] == ["Periodo", "Mensajes", "Mensajes negativos", "NPS"]
        assert [spaced(cell) for cell in table["rows"][0]] == ["ene 2026", "150", "40 %", "–"]
        assert len(table["rows"]) == 12

    def test_without_dates_it_says_how_to_add_them(self, sheet):
        totals = replace(made_decisions.decisions().totals, dated=0)
        assert "--map created_at=" in time_section(sheet(totals=totals))["absent"]

    def test_one_period_has_no_evolution(self, sheet):
        assert time_section(sheet(periods=("2026-01",)))["absent"]


class TestChanges:
    def test_each_kind_is_a_sentence_with_what_was_expected(self, sheet):
        told = [(c["name"], spaced(c["text"])) for c in time_section(sheet())["changes"]]
        assert told == [
            ("Pico", "Mensajes (jul 2026): 410, cuando se esperaba 161."),
            (
                "Cambio que se queda",
                "Mensajes negativos: desde entonces (ago 2026) se mantiene en 56 %; antes estaba "
                "en 44 %.",
            ),
            (
                "Nuevo",
                "Cobro (uso · factura): casi no se mencionaba (0,2 %) y ahora (oct 2026) está en "
                "el 15,0 % de los mensajes.",
            ),
            (
                "Ya no aparece",
                "Cobro (uso · factura): estaba en el 12,5 % de los mensajes y desde entonces "
                "(nov 2026) casi no se menciona (0,1 %).",
            ),
            (
                "Elogio que se apaga",
                "Elogios (uso · aplicación): lo que se elogiaba ya es simple mención. Desde "
                "entonces (sep 2026) es elogio el 30 %; antes, el 62 %.",
            ),
        ]

    def test_each_says_how_sure_it_is_and_what_happened_then(self, sheet):
        first, second, *_ = time_section(sheet())["changes"]
        assert (first["sure"], first["event"]) == ("p < 0,001", "Cerca de: Paro de transporte")
        assert (second["sure"], second["event"]) == ("p = 0,004", "")

    def test_a_change_of_a_point_leads_to_its_messages(self, sheet, written):
        found = made_decisions.lookups(written("time", sheet()))
        point = {"friction": "billing", "stage": "use", "touchpoint": "billing"}
        assert found == [point | {"tone": "negative"}] * 2

    def test_without_any_a_sentence_says_so(self, sheet, written):
        assert "Ningún cambio se distingue del azar" in written("time", sheet(changes=()))

    def test_those_over_the_limit_are_told(self, sheet):
        many = made_decisions.changes()[:1] * (CHANGES + 2)
        section = time_section(sheet(changes=many))
        assert len(section["changes"]) == CHANGES
        assert section["more"].startswith("Hay 2 cambios más")


class TestEvents:
    def test_before_and_after_are_told_with_the_interval_of_the_difference(self, sheet):
        section = time_section(sheet())
        assert spaced(section["event_lines"][0]) == (
            "Paro de transporte (6 jul 2026 a 10 jul 2026): los mensajes negativos pasan del 41 % "
            "al 63 %."
        )
        assert [spaced(cell) for cell in section["events"]["rows"][0]] == [
            "Paro de transporte",
            "6 jul 2026 a 10 jul 2026",
            "41 %",
            "63 %",
            "+22,0 (entre +12,0 y +32,0)",
            "160 / 240",
        ]

    @pytest.mark.parametrize(
        ("low", "high", "words"),
        [(-0.2, -0.05, "bajan del"), (-0.1, 0.1, "no se ve un cambio seguro")],
    )
    def test_only_a_sure_difference_is_called_one(self, sheet, low, high, words):
        event = replace(made_decisions.events()[0], low=low, high=high)
        assert words in time_section(sheet(events=(event,)))["event_lines"][0]

    def test_too_few_messages_are_told(self, sheet):
        section = time_section(sheet())
        assert "faltan mensajes" in section["event_lines"][1]
        assert section["events"]["rows"][1][3:5] == ["–", "–"]

    def test_each_is_a_line_through_every_panel_named_once(self, sheet):
        made = sheet()
        time_section(made)
        lines = [s for s in made.charts["series"]["wide"]["series"] if "silent" in s]
        strike = [line for line in lines if line["data"][0]["value"][0] == 6]
        assert len(strike) == 4
        named = [
            line["data"][1]["label"]["formatter"] for line in strike if "label" in line["data"][1]
        ]
        assert named == ["Paro de transporte"]

    def test_without_events_there_is_no_table_of_them(self, sheet, written):
        assert time_section(sheet(events=()))["events"] is None
        assert "Antes y después" not in written("time", sheet(events=()))

    @pytest.mark.parametrize(
        ("day", "place"), [("2026-01-31", 0), ("2026-07-06", 6), ("2025-12-31", None)]
    )
    def test_a_day_falls_into_its_month(self, day, place):
        assert place_of(day, made_decisions.PERIODS) == place

    @pytest.mark.parametrize(
        ("day", "place"), [("2026-03-02", 0), ("2026-03-08", 0), ("2026-03-09", 1)]
    )
    def test_a_day_falls_into_the_week_of_its_monday(self, day, place):
        assert place_of(day, ("2026-03-02", "2026-03-09")) == place


class TestScale:
    def test_columns_start_at_zero_and_lines_need_not(self):
        panels = [
            Panel("a", (100.0, 104.0), ("", ""), bars=True),
            Panel("b", (100.0, 104.0), ("", "")),
            Panel("c", (-5.0, 3.0), ("", "")),
            Panel("d", (None, None), ("", "")),
        ]
        axes = over_time(("x", "y"), panels, ())["wide"]["yAxis"]
        assert axes[0]["min"] == 0
        assert 90 <= axes[1]["min"] <= 100
        assert axes[2]["min"] <= -5 < 3 <= axes[2]["max"]
        assert axes[3]["min"] < axes[3]["max"]


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language_and_escaped(sheet, written, lang):
    event = replace(made_decisions.events()[0], name=made_decisions.HOSTILE)
    html = written("time", sheet(lang, events=(event,)))
    assert "<script>" not in html
    assert html.count('<span class="kind ') == 5
