"""The scale of a column of ratings: told by its header, else the smallest that holds its marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine.readers import MessageReader, map_columns, open_table, score_details
from vocmine.readers.scores import ScoreReader, more_is_worse
from vocmine.readers.surveys_questions import metric_of


def scores(header: str, cells: list[str]) -> list[float | None]:
    reader = ScoreReader.for_column(header, cells)
    return [reader.read(cell) for cell in cells]


@pytest.mark.parametrize("code", ["88", "98", "99", "999", "-1"])
def test_a_code_for_no_answer_does_not_change_the_scale(code: str) -> None:
    assert scores("Calificación", ["5", "4", code]) == [5.0, 4.0, None]


def test_a_mark_that_is_no_code_is_a_slip_among_many_and_the_scale_among_few() -> None:
    assert set(scores("Calificación", ["5"] * 60 + ["50"])) == {5.0, None}
    assert ScoreReader.for_column("Calificación", ["5", "50", "80"]).top == 100.0


def test_where_nothing_but_such_codes_is_written_they_are_marks() -> None:
    assert ScoreReader.for_column("Satisfacción", ["99", "98", "88"]).top == 100.0
    assert scores("Satisfacción", ["99", "80", "100"])[0] == pytest.approx(4.96)
    assert scores("Satisfacción (1 a 5)", ["99", "99"]) == [None, None]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (
            "Calificación del servicio (1 a 5)",
            ["5 - Muy satisfecho", "1 - Muy insatisfecho", "6"],
            [5.0, 1.0, None],
        ),
        ("estrellas", ["4,5", "1", "2", "10"], [4.5, 1.0, 2.0, None]),
        ("Star rating", ["4", "3", "2", "9"], [4.0, 3.0, 2.0, None]),
        ("Nota (0 a 10)", ["5", "3", "11"], [3.0, 2.2, None]),
    ],
)
def test_the_scale_of_a_header_stands_and_cells_outside_are_not_read(
    header: str, cells: list[str], expected: list[float | None]
) -> None:
    assert scores(header, cells) == expected


def test_stars_of_which_many_are_above_five_are_on_another_scale() -> None:
    assert ScoreReader.for_column("estrellas", ["8", "10", "3", "7"]).top == 10.0


@pytest.mark.parametrize(
    ("header", "worse"),
    [
        ("Servicio (1 = excelente, 5 = pésimo)", True),
        ("De 1 a 5, donde 1 es muy bueno y 5 es muy malo", True),
        ("1: el mejor, 5: el peor", True),
        ("1 = pésimo, 5 = excelente", False),
        ("pésimo = 1, excelente = 5", False),
        ("pésimo = 1, regular = 3, excelente = 5", False),
        ("excelente: 1 a 5", False),
        ("1 = very dissatisfied, 5 = very satisfied", False),
    ],
)
def test_what_a_header_says_of_its_numbers_turns_the_scale_round(header: str, worse: bool) -> None:
    assert more_is_worse(header) is worse


def test_a_scale_told_by_its_ends_is_read_from_the_best_end() -> None:
    assert scores("1 = excelente, 5 = pésimo", ["1", "2", "5"]) == [5.0, 4.0, 1.0]
    assert scores("1 = excelente, 10 = pésimo", ["1", "3", "10"])[::2] == [5.0, 1.0]


@pytest.mark.parametrize(
    ("header", "cells", "scale"),
    [
        ("nota", ["5", "99"], "1 to 5"),
        ("nota", ["5", "9"], "0 to 10"),
        ("satisfacción", ["6", "7"], "1 to 7"),
        ("1 = excelente, 5 = pésimo", ["1"], "1 to 5, 1 is the best"),
    ],
)
def test_a_scale_has_words(header: str, cells: list[str], scale: str) -> None:
    assert ScoreReader.for_column(header, cells).scale == scale


def test_a_code_for_no_answer_hides_no_metric() -> None:
    assert metric_of("¿Qué tan probable es que nos recomiende?", ["0", "9", "10", "99"]) == "nps"
    assert metric_of("¿Qué tan satisfecho está?", ["1", "5", "99"]) == "csat"


def test_what_is_beyond_the_scale_is_counted_and_the_scale_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notas.csv"
    rows = "".join(f"Pedí la cita {n} y no me atendieron,5\n" for n in range(30))
    path.write_text(f"comentario,calificacion\n{rows}No contestan el teléfono,99\n", "utf-8")
    table = open_table(path, ReadOptions())
    mapping = map_columns(table.columns, table.sample, {})
    reader = MessageReader(table, mapping, ReadOptions())
    found = [record for record in reader.records() if isinstance(record, Message)]
    assert {message.score for message in found[:30]} == {5.0}
    assert (found[30].score, found[30].extra["calificacion"]) == (None, "99")
    assert "ratings that cannot be read, the first of them '99'" in reader.warnings()[0]
    assert score_details(table, mapping) == {"scale": "1 to 5"}


def test_no_scale_is_told_of_ratings_in_words(tmp_path: Path) -> None:
    path = tmp_path / "notas.csv"
    path.write_text("comentario,calificacion\nNo llega el agua,Muy malo\n", "utf-8")
    table = open_table(path, ReadOptions())
    assert score_details(table, map_columns(table.columns, table.sample, {})) == {}
