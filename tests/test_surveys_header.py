"""Headers of two and three rows: where they are, what they say, and when that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from vocmine.plugin import ReadOptions
from vocmine.readers import Row, Table, open_table
from vocmine.readers.surveys_header import Heading, read_header

QUALTRICS = [
    ["StartDate", "ResponseId", "Q1", "Q2", "Q2 - Topics", "Ciudad"],
    ["Fecha de inicio", "Id", "¿Volvería a comprar?", "¿Por qué,\nen sus palabras?", "Temas", ""],
    [
        f'{{"ImportId":"{name}"}}'
        for name in ("startDate", "_recordId", "QID1", "QID2_TEXT", "QID2_TEXT_5eTopics", "Ciudad")
    ],
]
ANSWERED = ["2026-03-04 10:00:00", "R_1", "Sí", "Me atendieron rápido", "Servicio", "Cali"]


def test_qualtrics_is_known_by_its_row_of_import_ids() -> None:
    header = read_header([*QUALTRICS, ANSWERED])
    assert (header.tool, header.position, header.rows, header.last) == ("Qualtrics", 0, 3, 2)
    assert header.cells == QUALTRICS[0]
    assert header.headings == {
        2: Heading("¿Volvería a comprar?"),
        3: Heading("¿Por qué, en sus palabras?", "open"),
        4: Heading("Temas", "closed"),
    }
    assert header.details() == {"header_row": "1", "header_rows": "3", "survey": "Qualtrics"}


def test_the_row_of_questions_may_have_been_deleted() -> None:
    header = read_header([QUALTRICS[0], QUALTRICS[2], ANSWERED])
    assert (header.tool, header.rows) == ("Qualtrics", 2)
    assert header.headings[3] == Heading("Q2", "open")


def test_a_banner_may_stand_above_the_header() -> None:
    header = read_header([["Encuesta de salida"], [], *QUALTRICS, ANSWERED])
    assert header.details()["header_row"] == "3"
    assert header.last == 4


def test_legacy_qualtrics_takes_the_names_of_fields_from_its_second_row() -> None:
    rows = [
        ["V1", "V2", "V8", "V9", "V10", "Q1", "Q2", ""],
        ["ResponseID", "Name", "StartDate", "EndDate", "Finished", "¿Volvería?", "¿Por qué?", ""],
        ["R_1", "Anónimo", "2026-03-04 10:00:00", "2026-03-04 10:02:00", "1", "2", "Rápidos", ""],
    ]
    header = read_header(rows)
    assert header.cells == ["ResponseID", "Name", "StartDate", "EndDate", "Finished", "Q1", "Q2"]
    assert header.headings == {5: Heading("¿Volvería?"), 6: Heading("¿Por qué?")}
    assert (header.tool, header.rows) == ("Qualtrics (legacy)", 2)


MONKEY = [
    ["Respondent ID", "Collector ID", "Start Date", "¿Qué usó,\nde todo esto?", "", "¿Por qué?"],
    ["", "", "", "La app", "Otro (especifique)", "Open-Ended Response"],
]


def test_surveymonkey_has_the_options_of_a_question_under_it() -> None:
    header = read_header([*MONKEY, ["1", "9", "2026-03-04", "La app", "", "Porque es fácil"]])
    assert header.cells == [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "¿Qué usó, de todo esto? - La app",
        "¿Qué usó, de todo esto? - Otro (especifique)",
        "¿Por qué?",
    ]
    assert header.headings[5] == Heading("¿Por qué?", "open")
    assert (header.tool, header.rows) == ("SurveyMonkey", 2)


def test_surveymonkey_in_spanish() -> None:
    rows = [
        ["ID del encuestado", "ID del recopilador", "Fecha de inicio", "¿Por qué?"],
        ["", "", "", "Respuesta abierta"],
        ["1", "9", "2026-03-04", "Porque es fácil"],
    ]
    header = read_header(rows)
    assert (header.tool, header.rows, header.headings[3].answers) == ("SurveyMonkey", 2, "open")


def test_questions_over_their_options_are_understood_in_any_other_export() -> None:
    rows = [
        ["Id", "Fecha", "¿Qué le gustó?", "", "Comentario"],
        ["", "", "Precio", "Atención", ""],
        ["1", "04/03/2026", "x", "", "Todo muy bien"],
    ]
    header = read_header(rows)
    assert (header.tool, header.rows) == ("", 2)
    assert header.cells[2:] == [
        "¿Qué le gustó? - Precio",
        "¿Qué le gustó? - Atención",
        "Comentario",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Id", "Comentario"], ["1", "Todo muy bien"]],
        [["Id", "", "Comentario"], ["", "x", "Una fila sin id"], ["", "y", "Otra"]],
        [["Id", "Fecha", "Comentario"], ["", "04/03/2026", "Una fila sin id"], ["2", "", "Otra"]],
        [["comentario"], ["bien"], ["mal"]],
        [],
    ],
)
def test_every_other_table_has_a_header_of_one_row(rows: list[list[str]]) -> None:
    header = read_header(rows)
    assert (header.rows, header.tool, header.warnings) == (1, "", ())


def test_a_second_row_that_is_not_understood_is_told_and_read_as_a_record() -> None:
    rows = [
        ["Id", "Fecha", "Nota", "Comentario"],
        ["clave", "día de la visita", "de 1 a 5", "texto libre"],
        ["1", "04/03/2026", "5", "Todo muy bien"],
        ["2", "05/03/2026", "2", "Nadie contesta"],
    ]
    header = read_header(rows)
    assert header.rows == 1
    assert "looks like a second row" in header.warnings[0]
    assert "clave, día de la visita, de 1 a 5" in header.warnings[0]


CELLS = st.sampled_from(["", "Respondent ID", '{"ImportId":"QID1"}', "V1", "ResponseID", "hola"])


@given(st.lists(st.lists(CELLS | st.text(max_size=5), max_size=6), max_size=12))
def test_the_header_lies_within_the_rows_and_its_headings_within_the_header(
    rows: list[list[str]],
) -> None:
    header = read_header(rows)
    assert header.last < max(1, len(rows))
    assert all(column < len(header.cells) for column in header.headings)


# In files


def written(folder: Path, kind: str, rows: Sequence[Sequence[str]]) -> Table:
    path = folder / f"encuesta.{kind}"
    if kind == "xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("Respuestas")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    else:
        quoted = (",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
        path.write_text("\n".join(quoted) + "\n", "utf-8-sig")
    return open_table(path, ReadOptions())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_of_the_header_are_no_records_in_any_kind_of_file(tmp_path: Path, kind: str) -> None:
    table = written(tmp_path, kind, [*QUALTRICS, ANSWERED])
    (row,) = table.rows()
    assert isinstance(row, Row)
    assert (row.locator, row.cells) == ("row 4", ANSWERED)
    assert table.headings["Q2"].question == "¿Por qué, en sus palabras?"
    assert (table.details["header_rows"], table.details["survey"]) == ("3", "Qualtrics")


def test_the_legacy_exports_last_comma_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "legacy.csv"
    path.write_text(
        "V1,V8,V9,Q1,\nResponseID,StartDate,EndDate,¿Por qué?,\n"
        "R_1,2026-03-04 10:00:00,2026-03-04 10:02:00,Muy rápidos,\n",
        "utf-8-sig",
    )
    table = open_table(path, ReadOptions())
    assert table.columns == ("ResponseID", "StartDate", "EndDate", "Q1")
    (row,) = table.rows()
    assert isinstance(row, Row)
    assert (row.cells[-1], row.extra) == ("Muy rápidos", {})
