"""What cells are like: which ones say nothing, which are codes, and how wordy a column is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.readers.content import (
    distinct,
    is_blank,
    is_code,
    is_said,
    says_nothing,
    speaks,
    wordiness,
)


@pytest.mark.parametrize(
    "cell",
    [
        "", "  ", "null", "NULL", "N/A", "n/a", "NA", "nan", "#N/D", "#N/A", "None", "-", "---",
        ".", "...", "No aplica", "(en blanco)", "não se aplica", "(no subject)", "Sin datos",
        "NaN", "N/D", "NaT",
    ],
)  # fmt: skip
def test_what_is_put_in_a_cell_to_leave_it_blank_is_blank(cell: str) -> None:
    assert is_blank(cell)
    assert says_nothing(cell)


def test_someone_who_says_that_there_is_nothing_to_say_left_no_blank() -> None:
    assert says_nothing("Sin comentarios")
    assert not is_blank("Sin comentarios")


@pytest.mark.parametrize(
    "cell",
    [
        "no", "No", "sí", "ok", "bien", "👍", "😡😡", "?", "!!!", "5", "Nada funciona", "nada mal",
        "Ninguno me ayudó", "Sin comentarios, pésimo", "no aplica el descuento prometido", "malo",
        "sin servicio", "sin agua",
    ],
)  # fmt: skip
def test_a_short_answer_or_an_emoji_says_something(cell: str) -> None:
    assert not says_nothing(cell)


@pytest.mark.parametrize("cell", ["SOL-00001", "Q-2026-1", "20261100012", "4436/26", "a3f9"])
def test_a_code_is_one_word_with_digits(cell: str) -> None:
    assert is_code(cell)
    assert not is_said(cell)


@pytest.mark.parametrize("cell", ["pésimo", "llegó 2 días tarde", "👍", "👍1"])
def test_words_and_emoji_are_said(cell: str) -> None:
    assert not is_code(cell)
    assert is_said(cell)


def test_file_numbers_with_a_name_have_no_words() -> None:
    cells = [f"PQR 2026-{n:05d}" for n in range(5)]
    assert wordiness(cells) == 0.0
    assert not speaks(cells)


def test_a_column_speaks_when_a_third_of_its_cells_has_words() -> None:
    assert speaks(["👍", "😡", "mal"])
    assert not speaks(["👍", "😡", "❤️", "mal"])
    assert not speaks([])


def test_the_more_the_cells_repeat_the_less_they_read_like_people() -> None:
    said = ["No llegó el pedido", "Muy amable la asesora", "Nadie contesta nunca"]
    assert wordiness(said) > wordiness([said[0]] * 3)
    assert (distinct(said), distinct([said[0]] * 4), distinct([])) == (1.0, 0.25, 0.0)


@given(st.text())
def test_no_cell_makes_a_measure_fail(cell: str) -> None:
    stripped = cell.strip()
    assert says_nothing(cell) == says_nothing(stripped)
    assert wordiness([stripped]) >= 0.0
    assert not (is_code(stripped) and is_said(stripped))
