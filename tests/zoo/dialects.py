"""Delimited text: every encoding, delimiter and way of quoting that systems write."""

from __future__ import annotations

import codecs

from .animals import Animal, Aside, Lost, Refused, Said
from .writing import delimited, text

HEADER = ["Radicado", "Fecha de radicación", "Canal", "Descripción"]
REFUND = (
    "Llevo tres semanas esperando el reembolso de la lavadora, y nadie contesta; "
    "ya llamé cuatro veces."
)
OFFICE = 'La señora de la oficina de Chapinero me dijo: "vuelva mañana".\nAsí no se puede.'
MONEY = "Me cobraron 35 € de más… “error del sistema”, dicen. ¿Quién responde?"
THANKS = "¡Por fin! Me arreglaron el internet 🙏 gracias a Yurany ❤️"
PLAIN = "El técnico llegó dos horas tarde y dañó el piso de la cocina."

ROWS = [
    HEADER,
    ["PQR-2025-0101", "04/03/2025 10:15", "Página web", REFUND],
    ["PQR-2025-0102", "18/03/2025 08:02", "Línea 018000", OFFICE],
    ["PQR-2025-0103", "25/03/2025 17:40", "Oficina", PLAIN],
]
SAID = (
    Said(REFUND, "PQR-2025-0101", "2025-03-04T10:15:00", None, "Página web", title=""),
    Said(OFFICE, "PQR-2025-0102", "2025-03-18T08:02:00", None, "Línea 018000", title=""),
    Said(PLAIN, "PQR-2025-0103", "2025-03-25T17:40:00", None, "Oficina", title=""),
)
EMOJI_ROWS = [*ROWS, ["PQR-2025-0104", "27/03/2025 09:00", "WhatsApp", THANKS]]
EMOJI = (*SAID, Said(THANKS, "PQR-2025-0104", "2025-03-27T09:00:00", None, "WhatsApp", title=""))
EURO_ROWS = [*ROWS, ["PQR-2025-0104", "27/03/2025 09:00", "Correo", MONEY]]
EURO = (*SAID, Said(MONEY, "PQR-2025-0104", "2025-03-27T09:00:00", None, "Correo", title=""))
MAPPING = {
    "text": "Descripción", "external_id": "Radicado", "created_at": "Fecha de radicación",
    "channel": "Canal",
}  # fmt: skip
ONE_LINE_ROWS = [row for row in ROWS if row[-1] != OFFICE]
ONE_LINE = (SAID[0], SAID[2])

ENCODINGS = (
    Animal("pqrs_utf8.csv", lambda: delimited(EMOJI_ROWS), EMOJI, encoding="UTF-8",
           named=('","',), mapping=MAPPING),
    Animal("pqrs_utf8_bom.csv", lambda: delimited(EMOJI_ROWS, ";", bom=codecs.BOM_UTF8), EMOJI,
           encoding="UTF-8", named=('";"',), mapping=MAPPING),
    Animal("pqrs_windows.csv", lambda: delimited(EURO_ROWS, ";", encoding="cp1252", eol="\r\n"),
           EURO, encoding="Windows-1252|cp1252", named=('";"',), mapping=MAPPING),
    Animal("pqrs_latin1_euro.txt", lambda: delimited(EURO_ROWS, "\t", encoding="cp1252"), EURO,
           encoding="Windows-1252|cp1252", mapping=MAPPING,
           name="Latin-1 by name, with the euro sign that only Windows-1252 has"),
    Animal("pqrs_latin1", lambda: delimited(ROWS, encoding="latin-1"), SAID,
           encoding="Windows-1252|ISO-8859-1|Latin-1", mapping=MAPPING),
    Animal("texto_unicode.txt",
           lambda: delimited(EMOJI_ROWS, "\t", encoding="utf-16-le", bom=codecs.BOM_UTF16_LE,
                             eol="\r\n"),
           EMOJI, encoding="UTF-16LE|UTF-16", mapping=MAPPING,
           name="Excel's 'Unicode text': UTF-16LE with BOM, tabs"),
    Animal("pqrs_utf16be.csv",
           lambda: delimited(EMOJI_ROWS, encoding="utf-16-be", bom=codecs.BOM_UTF16_BE), EMOJI,
           encoding="UTF-16BE|UTF-16", mapping=MAPPING),
    Animal("pqrs_utf16le_sin_bom.csv", lambda: delimited(EMOJI_ROWS, ";", encoding="utf-16-le"),
           EMOJI, encoding="UTF-16LE|UTF-16", mapping=MAPPING),
    Animal("pqrs_utf16be_sin_bom.csv", lambda: delimited(EMOJI_ROWS, ";", encoding="utf-16-be"),
           EMOJI, encoding="UTF-16BE|UTF-16", mapping=MAPPING),
    Animal("pqrs_mac.csv", lambda: delimited(EURO_ROWS, ";", encoding="mac-roman"), EURO,
           encoding="MacRoman|mac-roman|Macintosh", mapping=MAPPING),
    Animal("pqrs_mac_retornos.csv",
           lambda: delimited(ONE_LINE_ROWS, ";", encoding="mac-roman", eol="\r"), ONE_LINE,
           encoding="MacRoman|mac-roman|Macintosh", mapping=MAPPING,
           name="An old Excel for Mac: MacRoman and lone carriage returns"),
    Animal("pqrs_pegadas.csv",
           lambda: delimited(ROWS[:3]) + delimited(ROWS[3:], encoding="cp1252"), SAID,
           mapping=MAPPING, warned=("mixes encodings|mixed",),
           name="Two monthly files glued together, UTF-8 and Windows-1252"),
)  # fmt: skip

_SINGLE = [
    HEADER,
    ["PQR-1", "04/03/2025", "Web", "No sirve; lo devolví y 'se perdió' en la bodega."],
    ["PQR-2", "25/03/2025", "Web", "Pedí talla M, llegó S; nadie responde."],
]
_SINGLE_SAID = (
    Said(_SINGLE[1][3], "PQR-1", "2025-03-04T00:00:00", None, "Web"),
    Said(_SINGLE[2][3], "PQR-2", "2025-03-25T00:00:00", None, "Web"),
)
_BACKSLASH = r"""
"Radicado";"Fecha de radicación";"Canal";"Descripción"
"PQR-1";"2025-03-04 10:15:00";"Chat";"El asesor escribió \"ya casi\" y cerró el chat."
"PQR-2";"2025-03-05 11:20:00";"Chat";"La ruta C:\Facturas no abre; \"no existe\", dice."
"""
_UNQUOTED = """
Radicado;Fecha de radicación;Canal;Descripción
PQR-1;04/03/2025;Web;Me dijeron "espere en línea" y esperé una hora, nada más.
PQR-2;25/03/2025;Web;El pedido llegó roto; lo quiero cambiar; nadie contesta.
"""
_SEP = "sep=;\r\n"
_BANNER = (
    "REPORTE DE PQRS;;;\nEmpresa de Acueducto de Ejemplo S.A. E.S.P.;;;\n"
    "Generado el 31/03/2025 por mrojas;;;\n;;;\n"
)
_GROUPS = "Datos de la radicación;;;Lo que dijo la ciudadanía\n"

DIALECTS = (
    Animal("pqrs_barras.csv", lambda: delimited(ROWS, "|"), SAID, named=("|",), mapping=MAPPING),
    Animal("pqrs_tabuladores.csv", lambda: delimited(ROWS, "\t"), SAID, named=("tab",),
           mapping=MAPPING),
    Animal("pqrs_tabla.json", lambda: delimited(ROWS, "\t"), SAID, mapping=MAPPING,
           name="Tabs in a file named .json"),
    Animal("exportacion", lambda: delimited(ROWS, ";", always=True), SAID, mapping=MAPPING,
           name="Every cell quoted, no extension"),
    Animal("pqrs_comilla_simple.csv", lambda: delimited(_SINGLE, ";", quote="'", always=True),
           _SINGLE_SAID, mapping=MAPPING, name="Single quotes, doubled inside a cell"),
    Animal("pqrs_barra_invertida.csv", lambda: text(_BACKSLASH), (
        Said('El asesor escribió "ya casi" y cerró el chat.', "PQR-1", "2025-03-04T10:15:00"),
        Said('La ruta C:\\Facturas no abre; "no existe", dice.', "PQR-2", "2025-03-05T11:20:00"),
    ), mapping=MAPPING, name="Quotes escaped with a backslash, as databases write them"),
    Animal("pqrs_sin_comillas.csv", lambda: text(_UNQUOTED), (
        Said('Me dijeron "espere en línea" y esperé una hora, nada más.', "PQR-1"),
        Said("El pedido llegó roto; lo quiero cambiar; nadie contesta.", "PQR-2"),
    ), mapping=MAPPING, name="No quotes at all, delimiters inside the last cell"),
    Animal("pqrs_sep.csv", lambda: delimited(ROWS, ";", before=_SEP, eol="\r\n"), SAID,
           mapping=MAPPING, name="Excel's line 'sep=;' on top"),
    Animal("pqrs_titulo.csv", lambda: delimited(ROWS, ";", before=_BANNER), SAID,
           mapping=MAPPING, named=("5",), name="A report's title above the header"),
    Animal("pqrs_grupos.csv", lambda: delimited(ROWS, ";", before=_GROUPS), SAID,
           mapping=MAPPING, name="A row of merged cells above the header"),
    Animal("pqrs_crlf.csv", lambda: delimited(ROWS, eol="\r\n"), SAID, mapping=MAPPING),
    Animal("pqrs_cr.csv", lambda: delimited(ONE_LINE_ROWS, ";", eol="\r"), ONE_LINE,
           mapping=MAPPING, name="Lone carriage returns"),
    Animal("pqrs_cola.csv", lambda: delimited(ROWS, ";", eol=";;\n"), SAID,
           mapping=MAPPING, name="Delimiters at the end of every row"),
    Animal("pqrs_encabezado_alto.csv", lambda: delimited(
        [["Radicado", "Fecha de\nradicación", "Canal", "Descripción\nde los hechos"], *ROWS[1:]],
        eol="\r\n",
    ), SAID, named=('","',), name="Line breaks inside the cells of the header"),
)  # fmt: skip

_UNEVEN = """
Radicado,Fecha,Descripción,Ciudad,Estado
PQR-1,2025-03-04,"El recibo llegó, otra vez, al doble.",Cali,Abierta
PQR-2,2025-03-05,"Sin agua desde el lunes."
PQR-3,2025-03-06
PQR-4,2025-03-07,"La vía está destapada.",Pasto,Abierta,urgente,reincidente
"""
_REPEATED = """
Id,Comentario,Etiqueta,Etiqueta,Etiqueta,Fecha
7,"La app se cierra al pagar, siempre.",app,pagos,,2025-03-04
8,"Excelente atención en la sede Laureles.",sedes,,felicitación,2025-03-05
"""
_NUL = "Id;Comentario\n1;El \0cajero se tragó la tarjeta.\n2;Nadie responde\0 en el chat.\n"
_MOJIBAKE = "Tardaron un mes en la reparaciÃ³n, Â¡quÃ© pÃ©simo servicio!"
_MOJIBAKE_CSV = f'Id,Fecha,Comentario\n1,2025-03-04,"{_MOJIBAKE}"\n2,2025-03-05,Todo bien.\n'
_NO_HEADER = """
1001;04/03/2025;Me cobraron dos veces la misma factura.
1002;05/03/2025;El domicilio llegó frío y sin cubiertos.
"""
_EMPTY_TEXTS = """
Radicado,Fecha,Descripción
PQR-1,2025-03-04,"No me llega la factura al correo."
PQR-2,2025-03-05,
PQR-3,2025-03-05,N/A
,,

PQR-4,2025-03-06,"   "
PQR-5,2025-03-07,👎👎👎
"""
_BROKEN_QUOTE = """
Radicado,Fecha,Ciudad,Descripción
PQR-1,2025-03-04,Cali,"Todo bien, gracias."
PQR-2,2025-03-05,Cali,"El televisor llegó roto y nadie
PQR-3,2025-03-06,Tunja,"Quiero hablar con un supervisor, por favor."
PQR-4,2025-03-07,Tunja,"La sede no tiene rampa."
"""

ODDITIES = (
    Animal("pqrs_filas_desiguales.csv", lambda: text(_UNEVEN), (
        Said("El recibo llegó, otra vez, al doble.", "PQR-1", "2025-03-04T00:00:00",
             extra={"Ciudad": "Cali"}),
        Said("Sin agua desde el lunes.", "PQR-2", "2025-03-05T00:00:00"),
        Lost("text is missing"),
        Said("La vía está destapada.", "PQR-4", "2025-03-07T00:00:00",
             kept=("urgente", "reincidente")),
    ), warned=("beyond the last column",), name="Rows wider and narrower than the header"),
    Animal("columnas_repetidas.csv", lambda: text(_REPEATED), (
        Said("La app se cierra al pagar, siempre.", "7", "2025-03-04T00:00:00",
             kept=("app", "pagos")),
        Said("Excelente atención en la sede Laureles.", "8", "2025-03-05T00:00:00",
             kept=("sedes", "felicitación")),
    ), mapping={"text": "Comentario"}, name="Columns with the same name"),
    Animal("solo_encabezado.csv", lambda: delimited([HEADER], ";"), (),
           warned=("no rows",), mapping={"text": "Descripción"}, name="A header and no rows"),
    Animal("sin_encabezado.csv", lambda: text(_NO_HEADER), refused=Refused(("no header",)),
           name="No header"),
    Animal("nulos.csv", lambda: text(_NUL), (
        Said("El cajero se tragó la tarjeta.", "1"), Said("Nadie responde en el chat.", "2"),
    ), warned=("NUL",), name="NUL characters inside cells"),
    Animal("mojibake.csv", lambda: text(_MOJIBAKE_CSV), (
        Said(_MOJIBAKE, "1", "2025-03-04T00:00:00"),
        Said("Todo bien.", "2", "2025-03-05T00:00:00"),
    ), encoding="UTF-8", warned=("garbled|mojibake",),
        name="Accents garbled before the export: kept as they are, and said"),
    Animal("textos_vacios.csv", lambda: text(_EMPTY_TEXTS), (
        Said("No me llega la factura al correo.", "PQR-1"),
        Aside("empty_text", "PQR-2"), Aside("empty_text", "PQR-3"), Aside("empty_text", "PQR-4"),
        Said("👎👎👎", "PQR-5"),
    ), name="Rows without text"),
    Animal("comilla_abierta.csv", lambda: text(_BROKEN_QUOTE), (
        Said("Todo bien, gracias.", "PQR-1"),
        Lost("quote"),
        Said("Quiero hablar con un supervisor, por favor.", "PQR-3"),
        Said("La sede no tiene rampa.", "PQR-4"),
    ), name="A quote that nobody closes"),
)  # fmt: skip

ANIMALS = (*ENCODINGS, *DIALECTS, *ODDITIES)
