"""Workbooks, files that say they are workbooks, and compressed files."""

from __future__ import annotations

import bz2
from datetime import datetime

from .animals import Animal, Refused, Said
from .dialects import EMOJI, EMOJI_ROWS, HEADER, MAPPING, ROWS, SAID
from .old_excel import old_workbook
from .writing import delimited, gzipped, lines, opendocument, text, workbook, zipped

TAXI = "El conductor se negó a llevarme por la silla de ruedas. ¡Qué humillación!"
BILL = "La factura de marzo llegó por $ 812.400, cuando siempre pago $ 90.000."
_CELLS = [
    ["N.º de radicado", "Fecha de recepción", "Canal", "Ciudad", "Descripción del caso"],
    [202500012345678, datetime(2025, 3, 4, 10, 15), "App", "Medellín", TAXI],
    [202500012345679, datetime(2025, 3, 25), "Web", "Rionegro", BILL],
]
_CELLS_SAID = (
    Said(TAXI, "202500012345678", "2025-03-04T10:15:00", None, "App",
         extra={"Ciudad": "Medellín"}),
    Said(BILL, "202500012345679", "2025-03-25T00:00:00", None, "Web",
         extra={"Ciudad": "Rionegro"}),
)  # fmt: skip
_COVER = [["Informe trimestral de PQRS"], ["Elaboró: Oficina de Servicio al Ciudadano"]]
_BANNER = [["ALCALDÍA DE EJEMPLO"], ["Reporte de PQRSD, marzo de 2025"], []]
_FORMULAS = [
    ["Caso", "Fecha", "Enlace", "Comentario"],
    [101, "04/03/2025", '=HYPERLINK("https://example.com/101","ver") => ver', TAXI],
    [102, "25/03/2025", '=HYPERLINK("https://example.com/102","ver") => ver',
     '=B2&"texto" => El pago no se refleja, y ya van dos días.'],
]  # fmt: skip
_SERIALS = [
    ["Radicado", "Fecha radicación", "Descripción"],
    ["R-1", 45720.427083333336, TAXI],
    ["R-2", 45741, BILL],
]
_HTML = """
<html><head><meta charset="utf-8"></head><body><table border="1">
<tr><th>Radicado</th><th>Descripción</th></tr>
<tr><td>R-1</td><td>No llega el agua a la vereda.</td></tr></table></body></html>
"""
_XML = """
<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="PQRS"/></Workbook>
"""

WORKBOOKS = (
    Animal("informe.xlsx",
           lambda: workbook({"Portada": _COVER, "PQRS marzo": _CELLS, "Tablas": [["Canal", "N"]]}),
           _CELLS_SAID, kind="workbook", named=("PQRS marzo",), warned=("--sheet",),
           mapping={"text": "Descripción del caso"},
           name="Several sheets; file numbers as numbers, dates as dates"),
    Animal("reporte_titulo.xlsx", lambda: workbook({"Hoja1": [*_BANNER, *_CELLS]}, wide="A1:E1"),
           _CELLS_SAID, kind="workbook", named=("4",), name="A workbook with a title on top"),
    Animal("grupos.xlsx",
           lambda: workbook({"Hoja1": [["Caso", "", "", "", "Hechos"], *_CELLS]}, wide="A1:D1"),
           _CELLS_SAID, kind="workbook", name="A workbook with merged cells above the header"),
    Animal("mensual.xlsx",
           lambda: workbook({"Enero": _CELLS[:2], "Febrero": [_CELLS[0], _CELLS[2]]}),
           _CELLS_SAID[:1], kind="workbook", named=("Enero",), warned=("Febrero",),
           name="A sheet for each month: one is read, and the others are named"),
    Animal("formulas.xlsx", lambda: workbook({"Casos": _FORMULAS}), (
        Said(TAXI, "101", "2025-03-04T00:00:00"),
        Said("El pago no se refleja, y ya van dos días.", "102", "2025-03-25T00:00:00"),
    ), kind="workbook", mapping={"text": "Comentario"},
        name="Formulas read as their values, dates as text"),
    Animal("seriales.xlsx", lambda: workbook({"Hoja1": _SERIALS}), (
        Said(TAXI, "R-1", "2025-03-04T10:15:00"), Said(BILL, "R-2", "2025-03-25T00:00:00"),
    ), kind="workbook", name="Dates as serial numbers without a date format"),
    Animal("pqrs_libro.csv", lambda: workbook({"Hoja1": ROWS}), SAID, kind="workbook",
           mapping=MAPPING, name="A workbook named .csv"),
    Animal("pqrs.ods", lambda: opendocument("Hoja1", EMOJI_ROWS), EMOJI, kind="workbook",
           mapping=MAPPING),
    Animal("pqrs_1997.xls", lambda: old_workbook("Hoja1", EMOJI_ROWS), EMOJI, kind="workbook",
           mapping=MAPPING, name="A workbook of Excel 97"),
    Animal("reporte", lambda: old_workbook("Sheet1", ROWS), SAID, kind="workbook",
           mapping=MAPPING, name="A workbook of Excel 97 without extension"),
    Animal("pqrs_viejo.xls", lambda: delimited(ROWS, "\t", encoding="cp1252"), SAID,
           encoding="Windows-1252|cp1252", mapping=MAPPING, name="Tabs in a file named .xls"),
    Animal("reporte_sistema.xls", lambda: text(_HTML), refused=Refused(("HTML", "XLSX|CSV")),
           kind="not_read", name="A web page named .xls"),
    Animal("reporte_2003.xls", lambda: text(_XML), refused=Refused(("XML",)), kind="not_read",
           name="An XML spreadsheet of 2003"),
)  # fmt: skip

_REVIEWS = [
    ["Fecha", "Estrellas", "Reseña"],
    ["2025-03-04", "1", "La habitación olía a humedad."],
    ["2025-03-05", "5", "Desayuno delicioso, volveremos."],
]
_REVIEWS_SAID = (
    Said("La habitación olía a humedad.", at="2025-03-04T00:00:00", score=1.0),
    Said("Desayuno delicioso, volveremos.", at="2025-03-05T00:00:00", score=5.0),
)
_LINES = [{"id": "c-1", "fecha": "2025-03-04T10:15:00Z", "texto": "No puedo cancelar el plan."}]
_MONTHS = {
    "exports/enero.csv": delimited([HEADER, ROWS[1]], ";"),
    "exports/febrero.csv": delimited([HEADER, ROWS[2]], ";", encoding="cp1252"),
    "exports/marzo.xlsx": workbook({"Hoja1": [HEADER, ROWS[3]]}),
    "__MACOSX/exports/._enero.csv": b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        ",
    "exports/.DS_Store": b"\x00\x00\x00\x01Bud1",
}

COMPRESSED = (
    Animal("pqrs.csv.gz", lambda: gzipped(delimited(EMOJI_ROWS)), EMOJI, kind="compressed",
           named=("gzip|gz",), encoding="UTF-8", mapping=MAPPING),
    Animal("pqrs_comprimido.csv", lambda: gzipped(delimited(ROWS, ";", encoding="utf-16-le")),
           SAID, kind="compressed", encoding="UTF-16LE|UTF-16", mapping=MAPPING,
           name="gzip in a file named .csv"),
    Animal("pqrs.bz2", lambda: bz2.compress(delimited(ROWS, ";", encoding="cp1252")), SAID,
           kind="compressed", named=("bzip2|bz2",), encoding="Windows-1252|cp1252",
           mapping=MAPPING),
    Animal("tres_meses.zip", lambda: zipped(_MONTHS), SAID, kind="compressed", mapping=MAPPING,
           name="A zip with three exports, and what a Mac adds"),
    Animal("dos_fuentes.zip",
           lambda: zipped({"1_pqrs.csv": delimited(ROWS), "2_hotel.csv": delimited(_REVIEWS)}),
           (*SAID, *_REVIEWS_SAID), source="tickets|reviews", kind="compressed",
           name="A zip with exports of two sources"),
    Animal("conversaciones.gz", lambda: gzipped(lines(_LINES * 2)), (
        Said("No puedo cancelar el plan.", "c-1", "2025-03-04T10:15:00+00:00"),
        Said("No puedo cancelar el plan.", "c-1", "2025-03-04T10:15:00+00:00"),
    ), kind="compressed", name="JSON lines in gzip; a record twice is two records"),
)  # fmt: skip

ANIMALS = (*WORKBOOKS, *COMPRESSED)
