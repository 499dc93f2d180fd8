"""Letters without accents: the one way in which words are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.accents import without_accents


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Año", "Ano"),
        ("peti\u0301cio\u0301n", "peticion"),
        ("PINGÜINO", "PINGUINO"),
        ("ação à São Paulo", "acao a Sao Paulo"),
        ("ﬁla nº ①", "fila no 1"),
        ("plain ASCII", "plain ASCII"),
        ("日本語 😀", "日本語 😀"),
        ("", ""),
    ],
)
def test_marks_go_and_letters_stay(written: str, plain: str) -> None:
    assert without_accents(written) == plain


@given(st.text())
def test_it_does_not_matter_how_accents_are_encoded_and_once_is_enough(text: str) -> None:
    plain = without_accents(text)
    assert not any(unicodedata.combining(c) for c in plain)
    assert without_accents(unicodedata.normalize("NFC", text)) == plain
    assert without_accents(plain) == plain
