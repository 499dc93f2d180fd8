"""The sentences of the sections in the three languages, as their readers write."""

from __future__ import annotations

from datetime import date

import made_decisions
import pytest

from vocmine.clock.rows import ClockKind
from vocmine.report.section_areas import areas_section
from vocmine.report.section_clock import clock_section
from vocmine.report.section_comparison import comparison_section
from vocmine.report.section_journey import journey_section
from vocmine.report.section_points import points_section
from vocmine.report.section_promises import promises_section
from vocmine.report.section_pyramid import pyramid_section
from vocmine.report.section_time import time_section

shown = made_decisions.shown


@pytest.mark.parametrize(
    ("lang", "cost", "segments"),
    [
        (
            "es",
            "Si sus mensajes calificaran como otros parecidos, el promedio de NPS subiría 2,4.",
            "Golpea más a: canal App (19 % frente a 8 % en los demás) y Ciudad Cali (16 % frente a "
            "9 % en los demás).",
        ),
        (
            "pt",
            "Se suas mensagens avaliassem como outras parecidas, a média de NPS subiria 2,4.",
            "Atinge mais: canal App (19% contra 8% nos demais) e Ciudad Cali (16% contra 9% nos "
            "demais).",
        ),
        (
            "en",
            "If its messages rated like others alike, the mean NPS would rise by 2.4.",
            "Hit hardest: channel App (19% against 8% elsewhere) and Ciudad Cali (16% against 9% "
            "elsewhere).",
        ),
    ],
)
def test_a_point(sheet, lang, cost, segments):
    point = points_section(sheet(lang))["points"][0]
    assert point["impact"]["told"] == cost
    assert shown(point["segments"]) == segments


@pytest.mark.parametrize(
    ("lang", "figures", "case"),
    [
        (
            "es",
            "1 punto de fricción y 23 casos vencidos",
            "Reclamo; venció el 23 oct 2026, hace 23 días hábiles",
        ),
        (
            "pt",
            "1 ponto de atrito e 23 casos vencidos",
            "Reclamação; venceu em 23 out 2026, há 23 dias úteis",
        ),
        (
            "en",
            "1 friction point and 23 overdue cases",
            "Claim; was due on 23 Oct 2026, 23 business days ago",
        ),
    ],
)
def test_an_area(sheet, lang, figures, case):
    area = areas_section(sheet(lang))["areas"][0]
    assert area["figures"] == figures
    assert area["overdue"][0]["text"] == case


@pytest.mark.parametrize(
    ("lang", "worst"),
    [
        (
            "es",
            "Momento que importa, el peor: soporte. El 91 % de sus 550 menciones es negativo "
            "(carga emocional alta y muchas menciones).",
        ),
        (
            "pt",
            "Momento que importa, o pior: suporte. 91% de suas 550 menções são negativas (carga "
            "emocional alta e muitas menções).",
        ),
        (
            "en",
            "Moment that matters, the worst: support. 91% of its 550 mentions are negative (high "
            "emotional load and many mentions).",
        ),
    ],
)
def test_a_moment_that_matters(sheet, lang, worst):
    assert shown(journey_section(sheet(lang))["moments"][1]) == worst


@pytest.mark.parametrize(
    ("lang", "verdict"), [("es", "no se cumple"), ("pt", "não se cumpre"), ("en", "missed")]
)
def test_a_level(sheet, lang, verdict):
    assert pyramid_section(sheet(lang))["table"]["rows"][-1][-1] == verdict


@pytest.mark.parametrize(
    ("lang", "opened", "answered"),
    [
        (
            "es",
            "Hay 40 casos abiertos: vencidos, 30; por vencer, 5; a tiempo, 5.",
            "De los 1.060 casos respondidos, el 75 % se respondió a tiempo; la mitad tomó 11,5 "
            "días hábiles o menos.",
        ),
        (
            "pt",
            "Há 40 casos abertos: vencidos, 30; a vencer, 5; no prazo, 5.",
            "Dos 1.060 casos respondidos, 75% foram respondidos no prazo; a metade levou 11,5 "
            "dias úteis ou menos.",
        ),
        (
            "en",
            "40 open cases: 30 overdue, 5 nearly due and 5 in time.",
            "Of the 1,060 answered cases, 75% were answered in time; half took 11.5 business days "
            "or fewer.",
        ),
    ],
)
def test_the_clock(sheet, lang, opened, answered):
    whole = ClockKind("", "", 1100, 40, 5, 5, 30, 1060, 795, 0.75, 11.5)
    lines = clock_section(sheet(lang, kinds=(whole,)))["sentences"]
    assert [shown(line) for line in lines[:2]] == [opened, answered]


@pytest.mark.parametrize(
    ("lang", "spike", "event"),
    [
        (
            "es",
            "Mensajes (jul 2026): 410, cuando se esperaba 161.",
            "Paro de transporte (6 jul 2026 a 10 jul 2026): los mensajes negativos pasan del 41 % "
            "al 63 %.",
        ),
        (
            "pt",
            "Mensagens (jul 2026): 410, quando se esperava 161.",
            "Paro de transporte (6 jul 2026 a 10 jul 2026): as mensagens negativas passam de 41% "
            "para 63%.",
        ),
        (
            "en",
            "Messages (Jul 2026): 410, where 161 was expected.",
            "Paro de transporte (6 Jul 2026 to 10 Jul 2026): negative messages go from 41% to 63%.",
        ),
    ],
)
def test_time(sheet, lang, spike, event):
    section = time_section(sheet(lang))
    assert shown(section["changes"][0]["text"]) == spike
    assert shown(section["event_lines"][0]) == event


@pytest.mark.parametrize(
    ("lang", "finding"),
    [
        ("es", "70 % negativos, 20 puntos más que el resto (12 a 28)"),
        ("pt", "70% negativas, 20 pontos a mais que o resto (12 a 28)"),
        ("en", "70% negative, 20 points more than the rest (12 to 28)"),
    ],
)
def test_a_difference(sheet, lang, finding):
    assert shown(comparison_section(sheet(lang))["columns"][0]["findings"][0]["text"]) == finding


@pytest.mark.parametrize(
    ("lang", "figures", "silent"),
    [
        (
            "es",
            "incumplida en 36 mensajes y cumplida en 4 mensajes",
            "Nadie habla de: Sin cuota de manejo.",
        ),
        (
            "pt",
            "descumprida em 36 mensagens e cumprida em 4 mensagens",
            "Ninguém fala de: Sin cuota de manejo.",
        ),
        (
            "en",
            "broken in 36 messages and kept in 4 messages",
            "Nobody speaks of: Sin cuota de manejo.",
        ),
    ],
)
def test_a_promise(sheet, lang, figures, silent):
    section = promises_section(sheet(lang))
    assert section["promises"][0]["figures"] == figures
    assert section["after"] == [silent]


def test_one_is_not_many(sheet):
    whole = ClockKind("", "", 2, 1, 0, 0, 1, 1, 1, 1.0, 1.0)
    due = (made_decisions.due(1, silence="positive", cues=("tutela",), repeats=1),)
    options = made_decisions.Options(today=date(2026, 11, 22))
    section = clock_section(sheet(kinds=(whole,), due=due, options=options))
    told = " ".join(shown(line) for line in section["sentences"])
    assert "Hay 1 caso abierto" in told
    assert "En 1 caso vencido la norma prevé" in told
    assert "1 caso abierto trae una señal" in told
    assert section["insisting"]["note"].startswith("1 caso abierto es de un cliente")
