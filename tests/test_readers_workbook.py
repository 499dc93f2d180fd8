"""Workbooks: sheets, typed cells, header rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from vocmine.errors import SourceError, UsageError
from vocmine.plugin import ReadOptions
from vocmine.readers import EmptyFileError, Row, Table, open_table


def workbook(folder: Path, **sheets: list[list[Any]]) -> Path:
    path = folder / "export.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
    return path


def rows_of(table: Table) -> list[Row]:
    return [row for row in table.rows() if isinstance(row, Row)]


HEADER = ["Id", "Fecha", "Comentario"]


def test_cells_are_the_text_a_person_sees(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        Hoja=[
            ["Id", "Fecha", "Comentario", "Estrellas", "Premium"],
            [1001, datetime(2026, 3, 4, 10, 11), "No llegó", 4.5, True],
            [1002, datetime(2026, 3, 5), "  bien  ", 5, False],
            [1003, "06/03/2026", "mal", None, None],
        ],
    )
    assert [row.cells for row in rows_of(open_table(path, ReadOptions()))] == [
        ["1001", "2026-03-04 10:11:00", "No llegó", "4.5", "true"],
        ["1002", "2026-03-05", "  bien  ", "5", "false"],
        ["1003", "06/03/2026", "mal", "", ""],
    ]


def test_long_identifiers_keep_every_digit(tmp_path: Path) -> None:
    path = workbook(tmp_path, Hoja=[["Radicado", "Texto"], [202603040012345, "hola a todos"]])
    assert rows_of(open_table(path, ReadOptions()))[0].cells[0] == "202603040012345"


def test_identifiers_beyond_fifteen_digits_are_not_written_in_powers_of_ten(
    tmp_path: Path,
) -> None:
    path = workbook(tmp_path, Hoja=[["Radicado", "Texto"], [20261000123456780, "hola a todos"]])
    assert rows_of(open_table(path, ReadOptions()))[0].cells[0] == "20261000123456780"


def test_the_first_sheet_with_a_table_of_words_is_read_and_said(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        Portada=[["Informe"]],
        Cifras=[["Mes", "Total"], [1, 200], [2, 300]],
        Datos=[HEADER, [1, "04/03/2026", "El pedido no llegó"]],
    )
    table = open_table(path, ReadOptions())
    assert table.details["sheet"] == "Datos"
    assert "--sheet" in table.warnings[0]
    assert rows_of(table)[0].cells[2] == "El pedido no llegó"


def test_the_users_sheet_wins(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        Enero=[HEADER, [1, "", "El pedido no llegó"]],
        Febrero=[HEADER, [2, "", "Todo muy bien, gracias"]],
    )
    table = open_table(path, ReadOptions(sheet="febrero"))
    assert rows_of(table)[0].cells[0] == "2"


def test_a_sheet_that_does_not_exist_is_a_wrong_use_that_lists_them(tmp_path: Path) -> None:
    path = workbook(tmp_path, Enero=[HEADER, [1, "", "El pedido no llegó"]])
    with pytest.raises(UsageError, match=r"no sheet 'Marzo'.*Its sheets are: Enero"):
        open_table(path, ReadOptions(sheet="Marzo"))


def test_rows_keep_the_numbers_of_the_spreadsheet(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        Hoja=[[], ["Informe mensual"], [], HEADER, [1, "", "No llegó el pedido"], [], [2, "", "b"]],
    )
    table = open_table(path, ReadOptions())
    assert table.details["header_row"] == "4"
    assert [row.locator for row in table.rows()] == ["row 5", "row 7"]


def test_a_table_that_starts_in_another_column_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, Hoja=[[None, *HEADER], [None, 1, "", "No llegó el pedido"]])
    table = open_table(path, ReadOptions())
    assert table.columns == ("column 1", *HEADER)
    assert rows_of(table)[0].cells == ["", "1", "", "No llegó el pedido"]


def test_cells_without_a_header_above_are_kept(tmp_path: Path) -> None:
    path = workbook(tmp_path, Hoja=[HEADER, [1, "", "No llegó el pedido", "nota al margen"]])
    table = open_table(path, ReadOptions())
    assert table.columns == (*HEADER, "column 4")
    assert rows_of(table)[0].cells[3] == "nota al margen"


def test_an_empty_workbook_says_so(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError, match=r"export\.xlsx is empty"):
        open_table(workbook(tmp_path, Hoja=[]), ReadOptions())


def test_a_sheet_without_header_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, Hoja=[[1001, "12/03/2026", "No llegó"], [1002, "13/03/2026", "ok"]])
    with pytest.raises(SourceError, match="has no header"):
        open_table(path, ReadOptions())


def test_a_workbook_is_recognised_under_any_name(tmp_path: Path) -> None:
    path = workbook(tmp_path, Hoja=[HEADER, [1, "", "No llegó el pedido"]])
    renamed = path.rename(tmp_path / "export.csv")
    assert rows_of(open_table(renamed, ReadOptions()))[0].cells[2] == "No llegó el pedido"


@pytest.fixture
def damaged(tmp_path: Path) -> Callable[[bytes], Path]:
    def make(content: bytes) -> Path:
        import zipfile

        path = tmp_path / "export.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("xl/workbook.xml", content)
        return path

    return make


def test_a_damaged_workbook_is_an_error_that_names_it(damaged: Callable[[bytes], Path]) -> None:
    with pytest.raises(SourceError, match=r"export\.xlsx cannot be read as a workbook"):
        open_table(damaged(b"<broken"), ReadOptions())
