"""The section of the promises: kept or broken, with the words that prove it."""

from __future__ import annotations

import made_decisions
import pytest

from vocmine.journey.rows import PromiseGap
from vocmine.report.section_promises import SHOWN, promises_section


def spaced(text):
    return text.replace("\u00a0", " ")


def test_broken_and_kept_messages_are_bars_with_their_figures(sheet):
    first, second = promises_section(sheet())["promises"]
    assert [(part["tone"], part["width"]) for part in first["bars"]] == [
        ("negative", "90.0"),
        ("positive", "10.0"),
    ]
    assert first["figures"] == "incumplida en 36 mensajes y cumplida en 4 mensajes"
    assert spaced(first["broken"]) == "90 % incumplida"
    assert [part["tone"] for part in second["bars"]] == ["negative"]


def test_a_share_of_few_messages_is_not_told(sheet):
    assert promises_section(sheet())["promises"][1]["broken"] == "pocos mensajes"


def test_a_promise_that_was_found_says_so(sheet):
    first, second = promises_section(sheet())["promises"]
    assert (first["origin"], second["origin"]) == ("", "de los mensajes")
    assert second["name"] == "Me dijeron que era gratis"


def test_the_table_says_where_each_promise_comes_from(sheet):
    rows = promises_section(sheet())["table"]["rows"]
    assert [[spaced(cell) for cell in row] for row in rows] == [
        ["Respuesta en 24 horas", "de la organización", "36", "4", "90 %"],
        ["me dijeron que era gratis", "de los mensajes", "3", "0", "100 %"],
    ]


def test_quotes_prove_it(sheet):
    first, second = promises_section(sheet())["promises"]
    assert [quote["external_id"] for quote in first["quotes"]] == ["PQR-00001", "PQR-00002"]
    assert [quote["external_id"] for quote in second["quotes"]] == ["PQR-00003"]


def test_a_quote_that_is_not_at_hand_is_left_out(sheet):
    assert promises_section(sheet(proof={}))["promises"][0]["quotes"] == []


def test_a_promise_nobody_speaks_of_is_told(sheet):
    assert promises_section(sheet())["after"] == ["Nadie habla de: Sin cuota de manejo."]


def test_without_promises_of_the_team_it_says_how_to_give_them(sheet):
    found = made_decisions.promises()[2:]
    assert "--promises ARCHIVO" in promises_section(sheet(promises=found))["after"][0]


def test_without_any_a_sentence_says_so_and_how_to_add_them(sheet):
    absent = promises_section(sheet(promises=()))["absent"]
    assert absent.startswith("Ningún mensaje habla de una promesa")
    assert "--promises ARCHIVO" in absent


def test_those_over_the_limit_are_told(sheet):
    gap = PromiseGap("Respuesta en 24 horas", True, 4, 36, 0.9, ())
    section = promises_section(sheet(promises=(gap,) * (SHOWN + 1)))
    assert len(section["table"]["rows"]) == SHOWN
    assert section["after"] == ["Hay 1 promesa más."]


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language_and_escaped(sheet, written, lang):
    gap = PromiseGap(made_decisions.HOSTILE, True, 4, 36, 0.9, (3,))
    html = written("promises", sheet(lang, promises=(gap,)))
    assert "<script>" not in html
    assert html.count("<blockquote>") == 1
