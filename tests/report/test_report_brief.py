"""What the workbook and the Markdown say first: every sentence from figures, none without them."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import made_decisions
import pytest

from vocmine import __version__
from vocmine.clock.rows import ClockKind
from vocmine.priorities.rows import Impact
from vocmine.report.brief import (
    clock_lines,
    figures,
    group_lines,
    headlines,
    method,
    missing,
    period_line,
    shown,
)
from vocmine.report.decisions import Decisions, Options, Totals
from vocmine.report.sheets import Said, Value
from vocmine.report.wording import Wording

LANGS = ("es", "pt", "en")
NOTHING = Totals(0, 0, "", "", 0, None, None, None, None, None, None, None, None, None, 0)


def said(lang: str = "es") -> Said:
    return Said(Wording(lang))


def lines(lang: str = "es", **given: Any) -> list[str]:
    found = headlines(made_decisions.decisions(**given), said(lang))
    return [line.replace("\u00a0", " ") for line in found]


def totals(**given: Any) -> Totals:
    return replace(made_decisions.decisions().totals, **given)


class TestHeadlines:
    def test_are_six_or_seven_for_a_full_report_in_every_language(self) -> None:
        for lang in LANGS:
            assert 6 <= len(lines(lang)) <= 7

    def test_begin_with_the_tone(self) -> None:
        assert lines()[0] == "De 2.000 mensajes, el 52 % es negativo y el 30 % es positivo."

    def test_without_sentiment_leave_the_tone_out(self) -> None:
        bare = totals(negative=None, positive=None)
        assert not any("negativo y" in line for line in lines(totals=bare))

    def test_say_what_to_mend_first_with_the_loss_where_it_is_shown(self) -> None:
        assert lines()[1] == (
            "Lo primero por arreglar: cobro (uso · factura). Está en 210 mensajes, el 10,5 %, y "
            "con él la medida de NPS queda 24,3 puntos por debajo (17,6 a 31,0). Le toca a "
            "Facturación."
        )

    @pytest.mark.parametrize(
        "impact",
        [
            None,
            Impact("nps", -24.3, -31.0, -17.6, 6, False, 2.4, 1.0, 1800),
            Impact("nps", -2.0, -7.0, 3.0, 180, True, 0.2, 0.4, 1800),
            Impact("nps", 3.0, 1.0, 5.0, 180, True, -0.2, 0.01, 1800),
        ],
    )
    def test_name_no_loss_that_is_not_shown(self, impact: Impact | None) -> None:
        point = made_decisions.point(impact=impact, owner="")
        assert lines(points=(point,))[1] == (
            "Lo primero por arreglar: cobro (uso · factura). Está en 210 mensajes, el 10,5 %."
        )

    def test_give_stars_with_two_decimals(self) -> None:
        stars = Impact("score", -0.62, -0.71, -0.53, 180, True, 0.06, 0.001, 1800)
        (_, text, *_) = lines(points=(made_decisions.point(impact=stars),))
        assert "calificación queda 0,62 puntos por debajo (0,53 a 0,71)" in text

    def test_without_a_friction_point_say_nothing_of_one(self) -> None:
        assert not any("arreglar" in line for line in lines(points=()))

    def test_hold_the_verdict_of_the_pyramid_if_there_are_opinions(self) -> None:
        assert any("la base" in line for line in lines())
        assert not any("la base" in line for line in lines(levels=()))

    def test_hold_one_change_and_one_sure_difference(self) -> None:
        assert lines()[-2:] == [
            "Pico (jul 2026). Mensajes: 410; se esperaba 161.",
            "Ciudad Cali: 70 % negativos, 20 puntos más que el resto (12 a 28).",
        ]
        assert not any("Ciudad" in line for line in lines(differences=()))

    def test_of_few_messages_begin_with_a_warning(self) -> None:
        assert lines(totals=totals(messages=12))[0].startswith("Son pocos mensajes")

    def test_of_none_are_one_sentence(self) -> None:
        empty = Decisions(Options(date(2026, 11, 22)), NOTHING)
        for lang in LANGS:
            assert len(headlines(empty, said(lang))) == 1


class TestClock:
    def whole(self, **given: Any) -> list[str]:
        made = ClockKind("", "", 40, 10, 5, 3, 2, 30, 24, 0.8, 9.0)
        found = made_decisions.decisions(kinds=(replace(made, **given),))
        return [line.replace("\u00a0", " ") for line in clock_lines(found, said())]

    def test_tells_open_cases_and_answers(self) -> None:
        assert self.whole() == [
            "PQRS al 22 nov 2026: 2 vencidas y 3 por vencer en tres días hábiles o menos, de 10 "
            "abiertas.",
            "A tiempo salió el 80 % de las respuestas (30).",
        ]

    def test_is_silent_of_what_there_is_not(self) -> None:
        assert len(self.whole(open=0)) == 1
        assert len(self.whole(answered=0)) == 1
        assert self.whole(messages=0) == []
        assert clock_lines(made_decisions.decisions(kinds=()), said()) == []


class TestFigures:
    def test_leave_out_what_is_unknown(self) -> None:
        names = [name for name, _ in figures(made_decisions.decisions(), said())]
        assert "NPS" in names
        assert "Satisfacción media (CSAT)" not in names
        bare = Decisions(Options(date(2026, 11, 22)), NOTHING)
        assert [name for name, _ in figures(bare, said())] == ["Mensajes", "Menciones con cita"]

    @pytest.mark.parametrize(
        ("cell", "kind", "text"),
        [
            (0.105, "share", "10,5 %"),
            (0.0, "share", "0,0 %"),
            (0.0004, "share", "<0,1 %"),
            (-0.545, "change", "−54,5"),
            (0.12, "change", "+12,0"),
            (0.0, "change", "0,0"),
            (-24.31, "signed", "−24,3"),
            (3.456, "decimal", "3,46"),
            (0.0004, "p", "0,000"),
            (1234, "int", "1.234"),
            ("2026-03-02", "date", "2 mar 2026"),
            ("Ventas", "text", "Ventas"),
            (None, "share", ""),
            ("", "date", ""),
            (Value(0.5, "share"), "decimal", "50,0 %"),
        ],
    )
    def test_are_written_as_people_write_them(self, cell: Any, kind: str, text: str) -> None:
        assert shown(cell, kind, said()).replace("\u00a0", " ") == text


class TestAround:
    def test_the_period_is_told_or_its_absence(self) -> None:
        assert period_line(made_decisions.decisions(), said()) == (
            "Mensajes del 2 de enero de 2026 al 30 de diciembre de 2026"
        )
        one = totals(first_day="2026-03-02", last_day="2026-03-02")
        found = period_line(made_decisions.decisions(totals=one), said())
        assert found == "Mensajes del 2 de marzo de 2026"
        none = totals(first_day="", last_day="")
        assert "no traen fecha" in period_line(made_decisions.decisions(totals=none), said())

    def test_what_is_missing_is_said_with_what_to_do(self) -> None:
        assert missing(made_decisions.decisions(), said()) == []
        undated = made_decisions.decisions(totals=totals(dated=0))
        (line,) = missing(undated, said())
        assert "Indique la columna de la fecha" in line
        unscored = made_decisions.decisions(totals=totals(scored=0))
        (line,) = missing(unscored, said())
        assert "por gravedad" in line

    def test_the_method_tells_of_what_is_in_the_report_only(self) -> None:
        full = " ".join(method(made_decisions.decisions(), said()))
        assert __version__ in full
        assert "Benjamini-Hochberg" in full
        assert "22 nov 2026" in full
        bare = made_decisions.decisions(points=(), differences=(), periods=(), kinds=())
        short = " ".join(method(bare, said()))
        assert "Impacto" not in short
        assert "Benjamini" not in short
        assert "Términos" not in short

    def test_only_sure_differences_become_sentences(self) -> None:
        found = group_lines(made_decisions.decisions(), said())
        assert len(found) == sum(row.sure for row in made_decisions.differences())


class TestPhrases:
    def test_have_the_same_gaps_in_every_language(self) -> None:
        raw = json.loads(files("vocmine.report").joinpath("sheets.json").read_text("utf-8"))
        for key, texts in raw["words"].items():
            gaps = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts
            ]
            assert len(texts) == len(LANGS), key
            assert gaps[0] == gaps[1] == gaps[2], key
            assert all(text.strip() == text and text for text in texts), key

    def test_of_the_comparison_have_them_too(self) -> None:
        raw = json.loads(files("vocmine.comparison").joinpath("words.json").read_text("utf-8"))
        for key, texts in raw["words"].items():
            gaps = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts
            ]
            assert gaps[0] == gaps[1] == gaps[2], key
