"""The first page: five sentences, each made of figures that are there, in order of importance."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from vocmine.clock.rows import ClockKind, Due
from vocmine.priorities.rows import FrictionPoint, Impact, Trend
from vocmine.report import Filters
from vocmine.report.chapters.draft import Draft, Figure
from vocmine.report.decisions import Decisions, Options, Totals
from vocmine.report.executive import MOST, executive
from vocmine.report.periods import set_periods
from vocmine.report.render import _collect
from vocmine.report.scope import report_scope
from vocmine.report.wording import Wording
from vocmine.trends.rows import Change

TODAY = date(2026, 7, 1)


def made(shape, **given):
    """A row with these values; what a rule does not look at is empty."""
    return shape(**{field.name: given.get(field.name) for field in fields(shape)})


def impact(**given):
    known = {"metric": "nps", "effect": -24.3, "low": -31.0, "high": -17.6, "enough": True}
    return made(Impact, **known | {"p_value": 0.001} | given)


def point(friction="billing", stage="use", touchpoint="billing", **given):
    known = {
        "friction": friction,
        "stage": stage,
        "touchpoint": touchpoint,
        "messages": 49,
        "severity": 64.0,
        "weight": 100.0,
        "ranked_by": "impact",
        "owner": "Facturación",
        "impact": impact(),
        "trend": made(Trend, direction="flat"),
        "quotes": (),
    }
    return made(FrictionPoint, **known | given)


def kind(**given):
    known = {"kind": "", "messages": 300, "red": 0, "amber": 0, "green": 0, "answered": 200}
    return made(ClockKind, **known | given)


def decisions(**given):
    options = Options(today=TODAY)
    return Decisions(options=options, totals=made(Totals, messages=300), **given)


def lines(store, decided=None, *, told=None, lang="es"):
    """The sentences of a store by their label, as text."""
    with report_scope(store.db, Filters()) as present:
        timeline = set_periods(store.db)
        figures = _collect(store.db, timeline, Filters(), decided)
    draft = Draft(figures, timeline, present, Wording(lang), decided)
    found = executive(draft, {"time": {"changes": told or []}})
    assert len(found) <= MOST
    return {line.label: line for line in found}


def text(line):
    pieces = (getattr(p, "text", getattr(p, "strong", p)) for p in line.pieces)
    return "".join(pieces).replace("\u00a0", " ")


def figures(line):
    return [piece for piece in line.pieces if isinstance(piece, Figure)]


class TestWithoutDecisions:
    def test_what_is_counted_fills_the_page(self, bank):
        found = lines(bank)
        assert list(found) == ["Lo que más duele", "Dónde", "La base", "Para atender ya", "El tono"]
        assert text(found["Lo que más duele"]) == (
            "Cobro (uso · factura): aparece en 49 mensajes, el 16 % del total."
        )
        assert text(found["Para atender ya"]).endswith("y 119 con esfuerzo alto.")

    def test_every_figure_of_a_sentence_leads_to_its_messages(self, bank):
        for line in lines(bank).values():
            assert figures(line), line.label
            for figure in figures(line):
                assert figure.href.startswith("#messages?")

    def test_counts_of_the_verdict_are_figures_written_as_the_reader_does(
        self, build_store, record
    ):
        place = (-2, "billing", "use", "utility", "billing")
        text_ = "Me cobraron dos veces la cuota de manejo."
        quotes = tuple((quote, *place) for quote in ("Me", "cobraron", "dos", "veces"))
        records = [record(n, text=text_, quotes=quotes) for n in range(300)]
        with build_store(records) as store:
            line = lines(store)["La base"]
        assert text(line).startswith("Lo primero, utilidad: 1.200 de 1.200 opiniones (100 %)")
        assert figures(line)[0].find == {"pyramid": "utility", "tone": "negative"}

    def test_nothing_is_said_of_what_nobody_judged(self, build_store, record):
        with build_store([record()], analyzers=()) as store:
            assert lines(store) == {}

    @pytest.mark.parametrize("lang", ["pt", "en"])
    def test_other_languages_have_the_same_sentences(self, bank, lang):
        assert len(lines(bank, lang=lang)) == 5


class TestWithDecisions:
    def test_the_point_is_the_first_one_with_what_it_costs(self, bank):
        line = lines(bank, decisions(points=(point(), point("delay"))))["Lo que más duele"]
        assert text(line) == (
            "Cobro (uso · factura): lo cuentan 49 mensajes (16 %), que califican 24 puntos de NPS "
            "por debajo de otros parecidos (entre 18 y 31)."
        )

    @pytest.mark.parametrize(
        "weak",
        [None, impact(high=0.4, p_value=0.07), impact(enough=False)],
        ids=["no score", "could be nothing", "too few"],
    )
    def test_an_impact_that_is_not_sure_is_not_claimed(self, bank, weak):
        points = (point(impact=weak, ranked_by="severity"),)
        said = text(lines(bank, decisions(points=points))["Lo que más duele"])
        assert said.endswith("con una gravedad de 64 sobre 100.")
        assert "NPS" not in said

    def test_stars_and_csat_are_told_with_a_decimal(self, bank):
        stars = impact(metric="score", effect=-0.84, low=-1.2, high=-0.5)
        said = text(lines(bank, decisions(points=(point(impact=stars),)))["Lo que más duele"])
        assert "0,8 estrellas por debajo de otros parecidos (entre 0,5 y 1,2)" in said

    def test_the_area_is_the_one_whose_points_weigh_most(self, bank):
        points = (
            point(weight=50.0, owner="Facturación"),
            point("delay", weight=40.0, owner="Servicio"),
            point("refund", weight=30.0, owner="Servicio"),
            point("price", weight=-20.0, owner="Comercial"),
        )
        line = lines(bank, decisions(points=points))["Quién actúa"]
        assert text(line) == (
            "Servicio debe actuar primero: le tocan 2 de los 4 puntos de fricción, con el 58 % de "
            "lo que le restan a la calificación."
        )

    def test_overdue_cases_are_counted_at_the_day_of_the_clock(self, bank):
        told = {"state": "red", "cues": (), "external_id": "", "due": "2026-06-01"}
        due = tuple(made(Due, message=n, days_late=n, **told) for n in (3, 12))
        kinds = (kind(red=2, amber=5),)
        line = lines(bank, decisions(kinds=kinds, due=due))["Qué está vencido"]
        assert text(line) == (
            "Al 1 de julio de 2026 hay 2 casos vencidos, el más atrasado por 12 días hábiles, y 5 "
            "están por vencer."
        )
        assert [figure.find for figure in figures(line)] == [{"due": "red"}, {"due": "amber"}]

    def test_nothing_overdue_is_good_news(self, bank):
        said = text(lines(bank, decisions(kinds=(kind(amber=1),)))["Qué está vencido"])
        assert said == "Al 1 de julio de 2026 no hay casos vencidos; 1 está por vencer."

    def test_data_without_answers_do_not_raise_an_alarm(self, bank):
        line = lines(bank, decisions(kinds=(kind(red=300, answered=0),)))["Qué está vencido"]
        assert "no traen fecha de respuesta" in text(line)
        assert "300" not in text(line)

    def test_the_newest_change_is_told_as_its_section_tells_it(self, bank):
        place = {"friction": "access", "stage": "purchase", "touchpoint": "web"}
        changes = (
            made(Change, kind="vanished", period="2026-06", p_value=0.001, **place),
            made(Change, kind="spike", period="2026-03", p_value=0.001, friction=""),
            made(Change, kind="new", period="2026-05", p_value=0.01, **place),
        )
        told = [{"text": name} for name in ("se fue", "hubo un pico", "apareció")]
        given = decisions(changes=changes, periods=("2026-05", "2026-06"))
        line = lines(bank, given, told=told)["Qué es nuevo"]
        assert text(line) == "apareció Leer mensajes"
        assert figures(line)[0].find == place | {"tone": "negative"}

    def test_no_news_is_said_too_but_not_without_dates(self, bank):
        quiet = lines(bank, decisions(periods=("2026-05", "2026-06")))
        assert "Ningún cambio se distingue del azar" in text(quiet["Qué es nuevo"])
        assert "Qué es nuevo" not in lines(bank, decisions())

    def test_there_are_five_and_the_most_telling_ones(self, bank):
        given = decisions(points=(point(),), kinds=(kind(),), periods=("2026-05", "2026-06"))
        assert list(lines(bank, given)) == [
            "Lo que más duele",
            "Quién actúa",
            "Qué está vencido",
            "Qué es nuevo",
            "La base",
        ]
