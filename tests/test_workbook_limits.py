"""Workbooks made to do harm, or by mistake: one sentence, no crash, no memory without bound."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from vocmine.errors import SourceError
from vocmine.plugin import ReadOptions
from vocmine.readers import Row, Table, open_table
from vocmine.readers import workbook_limits as limits
from vocmine.readers.xlsx_reader import forget_workbook, open_workbook

TEXT = "El pedido no llegó nunca"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def row(number: int, text: str) -> str:
    return f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


HEAD, BODY = row(1, "Comentario"), row(2, TEXT)


def sheet(rows: str, start: str = "", attributes: str = "") -> str:
    opening = f'<?xml version="1.0"?>{start}<worksheet xmlns="{MAIN}"{attributes}>'
    return f"{opening}<sheetData>{rows}</sheetData></worksheet>"


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Makes a workbook and puts another first sheet in it."""

    def make(content: str | bytes, *, shared: str | bytes = "") -> Path:
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
            book.add_worksheet("Hoja").write_row(0, 0, ["Comentario", TEXT])
        path = tmp_path / "export.xlsx"
        with (
            zipfile.ZipFile(made) as source,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                part: str | bytes = source.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    part = content
                elif shared and name == "xl/sharedStrings.xml":
                    part = shared
                target.writestr(name, part)
        return path

    return make


def ods(folder: Path, rows: str, start: str = "") -> Path:
    path = folder / "export.ods"
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "manifest")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest{spaces}/>")
        archive.writestr(
            "content.xml",
            f"{start}<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Hoja">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_row(*cells: str, repeated: int = 1) -> str:
    opening = f'<table:table-row table:number-rows-repeated="{repeated}">'
    return f"{opening}{''.join(cells)}</table:table-row>"


def ods_cell(text: str = "", repeated: int = 1) -> str:
    kind = ' office:value-type="string"' if text else ""
    inner = f"<text:p>{text}</text:p>" if text else ""
    opening = f'<table:table-cell{kind} table:number-columns-repeated="{repeated}">'
    return f"{opening}{inner}</table:table-cell>"


def texts(table: Table) -> list[str]:
    return [row.cells[0] for row in table.rows() if isinstance(row, Row)]


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        list(open_table(path, ReadOptions()).rows())
    assert path.name in caught.value.message
    assert caught.value.hint
    return caught.value.message


STRAY = "has a sheet of 1,048,576 rows by 16,384 columns from its first cell to its last"


@pytest.mark.parametrize(
    "stray",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c r = "XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="7"><c r="XFD1048576"><v>1</v></c></row>',
        '<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        '<row r="1048576">' + "<c><v>1</v></c>" * 16384 + "</row>",
    ],
)
def test_a_stray_cell_in_the_last_corner_is_told_and_opens_nothing(export, stray: str) -> None:
    path = export(sheet(HEAD + BODY + stray, attributes=f' xmlns:x="{MAIN}"'))
    assert STRAY in refused(path)


def test_a_stray_cell_in_utf_16_is_told(export) -> None:
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    content = sheet(HEAD + BODY + stray).replace("?>", ' encoding="utf-16"?>', 1)
    assert STRAY in refused(export(content.encode("utf-16")))


def test_rows_without_numbers_stand_below_each_other(export) -> None:
    rows = "".join(
        f"<row><c t='inlineStr'><is><t>{text}</t></is></c></row>" for text in ("Comentario", TEXT)
    )
    assert texts(open_table(export(sheet(rows)), ReadOptions())) == [TEXT]


def test_a_stray_cell_that_costs_little_is_read(export) -> None:
    path = export(sheet(HEAD + BODY + '<row r="20000"><c r="AA20000"><v>7</v></c></row>'))
    table = open_table(path, ReadOptions())
    assert (texts(table), len(table.columns)) == ([TEXT, ""], 27)


@pytest.mark.parametrize(
    "rows",
    [
        ods_row(ods_cell("hola", 16384), repeated=1_048_576),
        ods_row(ods_cell("", 10**9), ods_cell()),
        ods_row(ods_cell("", 16383), ods_cell("x"), repeated=1_048_576),
        ods_row(ods_cell("hola", 10**12)),
        ods_row(ods_cell("", 16000), ods_cell(), ods_cell("x")) * 1300,
    ],
)
def test_cells_repeated_without_measure_are_told(tmp_path: Path, rows: str) -> None:
    path = ods(tmp_path, ods_row(ods_cell("Comentario")) + ods_row(ods_cell(TEXT)) + rows)
    assert "cells are read" in refused(path)


def test_the_blank_rest_of_a_sheet_costs_nothing(tmp_path: Path) -> None:
    rest = ods_row(ods_cell("", 16384), repeated=1_048_500)
    cells = ods_row(ods_cell("Comentario"), ods_cell("", 16383)) + ods_row(ods_cell(TEXT, 2))
    table = open_table(ods(tmp_path, cells + rest), ReadOptions())
    assert texts(table) == [TEXT]


BOMB = "<!DOCTYPE x [<!ENTITY a '" + "ja" * 500 + "'>" + "".join(
    f"<!ENTITY {name} '{f'&{below};' * 50}'>" for below, name in zip("abcde", "bcdef", strict=True)
) + "]>"  # fmt: skip


def test_entities_in_a_workbook_are_never_expanded(export, tmp_path: Path) -> None:
    rows = HEAD + BODY + row(3, "&f;")
    try:
        said = texts(open_table(export(sheet(rows, BOMB)), ReadOptions()))
    except SourceError as error:
        said = [str(error)]
    assert sum(map(len, said)) < 1000
    path = ods(tmp_path, ods_row(ods_cell("Comentario")) + ods_row(ods_cell("&f;")), BOMB)
    assert "cut short or altered" in refused(path)


def test_a_cell_of_a_hundred_megabytes_of_nothing_is_told(export) -> None:
    big = "a" * (100 * 2**20)
    told = "unpacks to more than 250 times its size"
    assert told in refused(export(sheet(HEAD + BODY + row(3, big))))
    shared = f'<sst xmlns="{MAIN}"><si><t>{big}</t></si></sst>'
    assert told in refused(export(sheet(HEAD), shared=shared))


def test_a_cell_of_many_megabytes_of_text_is_read_whole(export) -> None:
    text = random.Random(7).randbytes(3 * 2**20).hex()
    path = export(sheet(HEAD + BODY + row(3, text)))
    assert [len(cell) for cell in texts(open_table(path, ReadOptions()))] == [len(TEXT), len(text)]


def test_formulas_are_read_as_what_they_came_to_and_never_run(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Comentario", "Id"])
        page.write_formula(
            1, 0, '=CONCATENATE("No ","llegó mi pedido")', None, "No llegó mi pedido"
        )
        page.write_string(2, 0, '=HYPERLINK("http://example.com","clic")')
        page.write_string(3, 0, "+57 300 no contestan nunca")
    assert texts(open_table(path, ReadOptions())) == [
        "No llegó mi pedido",
        '=HYPERLINK("http://example.com","clic")',
        "+57 300 no contestan nunca",
    ]


def test_a_workbook_altered_inside_is_told(export) -> None:
    path = export(sheet(HEAD + BODY))
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content = bytearray(path.read_bytes())
    content[at + 70 : at + 90] = bytes(20)
    path.write_bytes(content)
    assert "cannot be read as a workbook" in refused(path)


def test_a_workbook_of_too_many_bytes_is_told(export, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 500)
    assert "unpacks to more than" in refused(export(sheet(HEAD + BODY)))


def test_a_workbook_is_parsed_once_and_forgotten_when_told(export) -> None:
    path = export(sheet(HEAD + BODY))
    book = open_workbook(path)
    assert open_workbook(path) is book
    export(sheet(HEAD + BODY + row(3, TEXT)))
    assert open_workbook(path) is not book
    forget_workbook()
    book = open_workbook(path)
    forget_workbook()
    assert open_workbook(path) is not book
