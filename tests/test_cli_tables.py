"""Tables on terminals of any width: no word is broken, nothing is lost unsaid."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.cli.output import print_table

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Any]
COMMANDS = ("insights", "friction", "journey", "pyramid", "topics", "runs", "search c*")
WIDTHS = (60, 80, 120)


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{3,}", text))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["es", "pt", "en"])
@pytest.mark.parametrize("name", COMMANDS)
class TestEveryTable:
    def test_breaks_no_word_and_fits(
        self,
        vocmine: Run,
        filled_store: Path,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        lang: str,
        width: int,
    ) -> None:
        asked = (*name.split(), "--db", filled_store, "--lang", lang)
        monkeypatch.setenv("COLUMNS", "400")
        whole = words(vocmine(*asked).out)
        monkeypatch.setenv("COLUMNS", str(width))
        ran = vocmine(*asked)
        if name != "pyramid":  # Its verdict is a sentence below the table.
            assert max(map(len, ran.out.splitlines())) <= width
        # The one word longer than a column is the customer's link.
        broken = words(ran.out) - whole
        assert not {word for word in broken if word.lower() not in LINK}, broken
        # A paragraph begins with the id of its message and does not say so.
        lost = {w for w in whole - words(ran.out) - FIRST_HEADING if w.lower() not in LINK}
        assert not lost or "Not shown in " in ran.err, lost


FIRST_HEADING = {"Mensaje", "Mensagem", "Message"}
LINK = '=hyperlink("http://malo.example","ver")'


class TestFriction:
    COLUMNS = (("friction", "Fricción"), ("mean_polarity", "Polaridad media"), ("quote", "Cita"))
    ROWS = ({"friction": "trato", "mean_polarity": -1.5, "quote": "La recepcionista ni saluda"},)

    def at(self, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", str(width))
        print_table(self.ROWS, self.COLUMNS, lang="es")

    def test_a_wide_terminal_shows_every_column_with_the_languages_decimal_sign(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.at(100, monkeypatch)
        shown = capsys.readouterr()
        assert "-1,50  La recepcionista ni saluda" in shown.out
        assert shown.err == ""

    def test_a_narrow_one_leaves_figures_out_for_the_quote_and_says_which(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.at(40, monkeypatch)
        shown = capsys.readouterr()
        assert "La recepcionista ni saluda" in shown.out
        assert "Polaridad" not in shown.out
        assert shown.err.strip() == "Not shown in 40 characters a line: Polaridad media."

    def test_a_very_narrow_one_gets_paragraphs_that_hold_everything(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.at(30, monkeypatch)
        shown = capsys.readouterr()
        assert shown.out.split("\n")[1:] == [
            "trato · Polaridad media: -1,50",
            "  Cita: La recepcionista ni",
            "    saluda",
            "",
            "",
        ]
        assert shown.err == ""


def test_a_percentage_stays_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    print_table([{"n": "22 %", "quote": "dos palabras y otras más"}], [("n", "%"), ("quote", "C")])
    assert "22 %  dos palabras y otras" in capsys.readouterr().out
