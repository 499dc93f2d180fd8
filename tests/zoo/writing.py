"""Bytes of files: delimited text of any dialect, workbooks, archives. The same bytes every time."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[str]]


def delimited(
    rows: Rows,
    delimiter: str = ",",
    *,
    encoding: str = "utf-8",
    bom: bytes = b"",
    eol: str = "\n",
    quote: str = '"',
    always: bool = False,
    escape_with: str = "",
    before: str = "",
) -> bytes:
    """Rows as text; a cell is quoted when it has to be, or `always`.

    Args:
        rows: Cells, the header among them.
        delimiter: Between cells.
        encoding: Of the file.
        bom: Bytes in front of everything.
        eol: At the end of every row; line ends inside cells stay.
        quote: Around cells; empty for a dialect without quotes.
        always: Quote every cell.
        escape_with: In front of a quote inside a cell (default: the quote itself).
        before: Text in front of the rows.
    """

    def cell(text: str) -> str:
        needs = always or any(mark in text for mark in (delimiter, quote, "\n", "\r"))
        if not quote or not needs:
            return text
        return quote + text.replace(quote, (escape_with or quote) + quote) + quote

    body = "".join(delimiter.join(map(cell, row)) + eol for row in rows)
    return bom + (before + body).encode(encoding)


def text(body: str, encoding: str = "utf-8") -> bytes:
    """A text written by hand, with the line end of its first line taken off."""
    return body.removeprefix("\n").encode(encoding)


def document(value: Any, **how: Any) -> bytes:
    """A JSON document."""
    return json.dumps(value, ensure_ascii=False, **how).encode()


def lines(values: Sequence[Any]) -> bytes:
    """JSON lines."""
    return b"".join(document(value) + b"\n" for value in values)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], *, wide: str = "") -> bytes:
    """An XLSX file; dates become date cells, `=…` formulas with the value after ` => `.

    Args:
        sheets: Rows of each sheet by its name.
        wide: A range of the first sheet to merge, such as `A1:D1`.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 3, 1)})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(r, c, cell, moment)
                elif isinstance(cell, str) and cell.startswith("=") and " => " in cell:
                    formula, value = cell.split(" => ")
                    sheet.write_formula(r, c, formula, None, value)
                elif isinstance(cell, str):
                    sheet.write_string(r, c, cell)
                elif cell is not None:
                    sheet.write(r, c, cell)
        if wide and sheet is book.worksheets()[0]:
            sheet.merge_range(wide, rows[0][0])
    book.close()
    return buffer.getvalue()


_ODS = "urn:oasis:names:tc:opendocument:xmlns:"


def opendocument(name: str, rows: Rows) -> bytes:
    """An ODS file with one sheet of text cells."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_ODS}'
        f'office:1.0" xmlns:table="{_ODS}table:1.0" xmlns:text="{_ODS}text:1.0" '
        f'office:version="1.2"><office:body><office:spreadsheet><table:table table:name="{name}">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{_ODS}'
        f'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    return zipped({
        "mimetype": kind.encode(),
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    })  # fmt: skip


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of files by their name inside it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2025, 3, 31, 8, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def gzipped(content: bytes) -> bytes:
    """A gzip file without a clock in it."""
    return gzip.compress(content, mtime=0)
