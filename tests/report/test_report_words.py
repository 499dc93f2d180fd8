"""Words, numbers and dates of the report in Spanish, Portuguese and English."""

from __future__ import annotations

import re
import string
from importlib.resources import files

import pytest

from vocmine.errors import UsageError
from vocmine.report import render_report
from vocmine.report.chapters import CHAPTERS
from vocmine.report.sheets import _phrases
from vocmine.report.wording import Wording, strings

GAP = re.compile(r"\{[^{}]*\}")


def sources(*endings):
    folder = files("vocmine.report")
    return "\n".join(
        item.read_text("utf-8")
        for directory in map(folder.joinpath, (".", "chapters", "templates"))
        for item in directory.iterdir()
        if item.name.endswith(endings)
    )


def keys_in_code():
    """Every string of the code that may be a key, and patterns of those made from codes."""
    code = sources(".py", ".j2", ".js")
    literal = set(re.findall(r"""["'](\w+)["']""", code))
    joined = re.findall(r'f"([a-z]\w*_\{[^"]*)"', code)
    made = {GAP.sub(r"\\w+", key) for key in joined}
    # Codes in words: `named("figure", code)`, `said.code("warning", code)`.
    return literal, made | {f"{kind}_\\w+" for kind in re.findall(r'(?:named|code)\("(\w+)"', code)}


def asked_for():
    """Keys that the code asks the interface strings for by name."""
    code = sources(".py", ".j2")
    told = re.findall(r'(?:words|self)\.(?:text|count|pair|pieces)\(\s*"(\w+)"[,)]', code)
    return {
        *told,
        *re.findall(r'\b(?:t|count)\("(\w+)"[,)]', code),
        *re.findall(r'"(col_\w+)"', code),
    }


class TestLanguages:
    @pytest.mark.parametrize(
        ("lang", "words"),
        [("es", "Qué duele más"), ("pt", "O que mais dói"), ("en", "What hurts most")],
    )
    def test_the_report_speaks_the_language_it_is_asked_for(self, bank, lang, words):
        html = render_report(bank.db, lang=lang)
        assert f'<html lang="{lang}">' in html
        assert words in html

    def test_another_language_is_refused_with_those_there_are(self, bank):
        with pytest.raises(UsageError, match="es, pt, en"):
            render_report(bank.db, lang="fr")

    def test_every_string_exists_in_three_languages_with_the_same_gaps(self):
        def gaps(text):
            texts = text if isinstance(text, list) else [text]
            parse = string.Formatter().parse
            return [{field for _, field, _, _ in parse(t) if field} for t in texts]

        spanish = strings()["es"]
        for lang in ("pt", "en"):
            assert strings()[lang].keys() == spanish.keys()
            for key, text in strings()[lang].items():
                if key not in {"months", "months_short"}:
                    # A singular may do without its number: "a single message".
                    assert gaps(text)[-1] == gaps(spanish[key])[-1], (lang, key)

    def test_every_string_is_used_and_every_one_used_is_there(self):
        known = strings()["es"].keys()
        chapters = {n for c in CHAPTERS for n in (c.name, c.decided)} & {
            key.removesuffix("_title") for key in known
        }
        literal, made = keys_in_code()
        made |= {f"nav_{name}" for name in chapters} | {f"{name}_title" for name in chapters}
        unused = [
            key
            for key in known
            if key not in literal and not any(re.fullmatch(pattern, key) for pattern in made)
        ]
        assert unused == []
        assert {key for key in asked_for() if key not in known} == set()

    def test_every_phrase_of_the_sheets_is_used(self):
        literal, made = keys_in_code()
        unused = [
            key
            for key in _phrases("es")
            if key not in literal and not any(re.fullmatch(pattern, key) for pattern in made)
        ]
        assert unused == []

    @pytest.mark.parametrize(
        ("lang", "number", "share", "day", "month"),
        [
            ("es", "12.345,7", "45 %", "3 de marzo de 2026", "mar 2026"),
            ("pt", "12.345,7", "45%", "3 de março de 2026", "mar 2026"),
            ("en", "12,345.7", "45%", "March 3, 2026", "Mar 2026"),
        ],
    )
    def test_numbers_and_dates_are_written_as_the_reader_does(
        self, lang, number, share, day, month
    ):
        words = Wording(lang)
        assert words.number(12345.67, 1) == number
        assert words.percent(45, 100).replace("\u00a0", " ") == share
        assert words.day("2026-03-03", style="date_long") == day
        assert words.period("2026-03", "month") == month

    def test_rounding_says_neither_none_nor_all_when_it_is_not(self):
        words = Wording("en")
        assert words.percent(1, 1000) == "<1%"
        assert words.percent(1, 10_000, decimals=1) == "<0.1%"
        assert words.percent(0, 1000) == "0%"
        assert words.percent(0, 0) == "0%"
        assert words.percent(999, 1000) == ">99%"
        assert words.percent(1000, 1000) == "100%"

    def test_signs_are_real_minus_signs(self):
        words = Wording("es")
        assert words.signed(-0.62) == "−62"
        assert words.signed(0.4) == "+40"
        assert words.signed(-0.001) == "0"
        assert words.number(-1.55, 1) == "−1,6"

    def test_a_point_without_stage_or_touchpoint_leaves_them_out(self):
        words = Wording("es")
        assert words.point("delay", "unknown", "unknown") == "demora"
        assert words.point("delay", "support", "unknown") == "demora (soporte)"
        assert words.place("support", "phone") == "Soporte · Teléfono"

    def test_a_code_that_is_no_label_has_the_words_of_tables_and_an_unknown_one_stays(self):
        assert Wording("es").named("skipped", "bounce") == "correos devueltos"
        assert Wording("es").named("control", "social") == "las redes"
        assert Wording("es").named("skipped", "own_rule") == "own_rule"
