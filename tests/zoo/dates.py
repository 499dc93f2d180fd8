"""What every source shares: dates, duplicates, forms, HTML, garbled and doubtful columns."""

from __future__ import annotations

from vocmine.plugin import ReadOptions

from .animals import Animal, Said
from .writing import delimited, text

A = "Me cambiaron la fecha del vuelo sin avisar."
B = "El equipaje llegó dos días después, y mojado."
C = "Nadie responde en el mostrador de la aerolínea."
_BODIES = (A, B, C)


def dated(dates: list[str], header: str = "Fecha", delimiter: str = ";") -> bytes:
    """A table with one row for each of three dates."""
    cells = zip("123", dates, _BODIES, strict=True)
    return delimited([["Id", header, "Comentario"], *map(list, cells)], delimiter)


def _said(*at: str) -> tuple[Said, ...]:
    return tuple(map(Said, _BODIES, "123", at))


_THIRD, _FOURTH, _LAST = "2025-04-03T00:00:00", "2025-03-04T00:00:00", "2025-03-25T00:00:00"
_TWO_COLUMNS = """
Id,Date opened,Date closed,Comment
1,03/04/2025,03/25/2025,The agent hung up on me.
2,03/05/2025,03/28/2025,Nobody called back.
"""
_TWO_CELLS = """
Radicado;Fecha de radicación;Hora de radicación;Descripción
R-1;04/03/2025;10:15;No hay agua desde ayer.
R-2;25/03/2025;17:40;La factura llegó a otra dirección.
"""

DATES = (
    Animal("dia_mes.csv", lambda: dated(["03/04/2025", "04/03/2025", "25/03/2025"]),
           _said(_THIRD, _FOURTH, _LAST), kind="dates",
           name="dd/mm/yyyy, which one date of the file proves"),
    Animal("mes_dia.csv", lambda: dated(["04/03/2025", "03/04/2025", "03/25/2025"], "Date", ","),
           _said(_THIRD, _FOURTH, _LAST), kind="dates",
           name="mm/dd/yyyy, which one date of the file proves"),
    Animal("ambiguas.csv", lambda: dated(["03/04/2025", "04/03/2025", "05/03/2025"]),
           _said(_THIRD, _FOURTH, "2025-03-05T00:00:00"), kind="dates",
           warned=("dd/mm|day first|day or the month|ambiguous",),
           name="No date proves the order: day first, and that is said"),
    Animal("ambiguas_us.csv", lambda: dated(["04/03/2025", "03/04/2025", "03/05/2025"], "Date"),
           _said(_THIRD, _FOURTH, "2025-03-05T00:00:00"), kind="dates",
           options=ReadOptions(country="US"), name="No date proves the order, --country US"),
    Animal("dos_fechas.csv", lambda: text(_TWO_COLUMNS), (
        Said("The agent hung up on me.", "1", "2025-03-04T00:00:00"),
        Said("Nobody called back.", "2", "2025-03-05T00:00:00"),
    ), kind="dates", name="Another column of the file proves mm/dd/yyyy"),
    Animal("meses_es.csv", lambda: dated(
        ["4 de marzo de 2025", "4-sept.-2025 3:05 p. m.", "martes, 25 de marzo de 2025, 17:40"]),
        _said(_FOURTH, "2025-09-04T15:05:00", "2025-03-25T17:40:00"), kind="dates",
        name="Months by name in Spanish"),
    Animal("meses_pt.csv", lambda: dated(
        ["4 de março de 2025", "04-set-2025 15:05", "ter., 25 de mar. de 2025 às 17:40"],
        "Data"),
        _said(_FOURTH, "2025-09-04T15:05:00", "2025-03-25T17:40:00"), kind="dates",
        name="Months by name in Portuguese"),
    Animal("seriales.csv", lambda: dated(["45720", "45720,5", "45741.75"]),
           _said(_FOURTH, "2025-03-04T12:00:00", "2025-03-25T18:00:00"), kind="dates",
           name="Serial numbers of Excel"),
    Animal("milisegundos.csv", lambda: dated(["1741101120000", "1741101121500", "1741101180000"]),
           _said("2025-03-04T15:12:00+00:00", "2025-03-04T15:12:01.5+00:00",
                 "2025-03-04T15:13:00+00:00"), kind="dates", name="Milliseconds since 1970"),
    Animal("zonas.csv", lambda: dated(
        ["2025-03-04T10:12:00-05:00", "2025-03-04 15:12:00 UTC", "2025-03-04 10:12 COT"]),
        _said("2025-03-04T10:12:00-05:00", "2025-03-04T15:12:00+00:00", "2025-03-04T10:12:00"),
        kind="dates", name="Time zones, told and untold"),
    Animal("doce_horas.csv", lambda: dated(
        ["04/03/2025 12:05\u202fa.\u00a0m.", "25/03/2025 3:15 p. m.", "25/03/2025 12:00 PM"]),
        _said("2025-03-04T00:05:00", "2025-03-25T15:15:00", "2025-03-25T12:00:00"),
        kind="dates", name="Twelve hours, with the narrow spaces of newer systems"),
    Animal("fechas_malas.csv", lambda: dated(["25/03/2025", "31/02/2025", "pendiente"]), (
        Said(A, "1", _LAST), Said(B, "2", "", extra={"Fecha": "31/02/2025"}),
        Said(C, "3", "", extra={"Fecha": "pendiente"}),
    ), kind="dates", warned=("dates that cannot be read",), name="Dates that do not exist"),
    Animal("fecha_y_hora.csv", lambda: text(_TWO_CELLS), (
        Said("No hay agua desde ayer.", "R-1", "2025-03-04T10:15:00|2025-03-04T00:00:00",),
        Said("La factura llegó a otra dirección.", "R-2",
             "2025-03-25T17:40:00|2025-03-25T00:00:00"),
    ), kind="dates", name="The hour in a column of its own"),
)  # fmt: skip

_TWICE = """
Radicado,Fecha,Canal,Ciudad,Descripción
R-1,2025-03-04,Web,Cali,"No me devuelven el depósito, y ya pasaron 60 días."
R-1,2025-03-04,Web,Cali,"No me devuelven el depósito, y ya pasaron 60 días."
R-2,2025-03-05,Email,Cali,"No me devuelven el depósito y ya pasaron 60 días"
"""
_DEPOSIT = "No me devuelven el depósito, y ya pasaron 60 días."


_PEOPLE = ("Ana Ruiz", "Luis Paz", "Eva Gil", "Leo Sosa", "Mía Cano", "Teo Vera")
_MATTERS = (
    "No puedo descargar mi certificado.",
    "¿Cuándo abren la sede?\nLlevamos un año esperando.",
    "El instructor canceló la clase, y no avisó.",
    "Me cobraron la matrícula dos veces.",
)
_ASKED = [(who, f"{what} Soy del grupo {n}.") for n, who in enumerate(_PEOPLE) for what in _MATTERS]
_FOOTER = "Este mensaje fue enviado desde el formulario de contacto de www.empresa.example"


def _forms(layout: str) -> bytes:
    """24 messages of a contact form; a layout names `{who}`, `{n}` and `{what}`."""
    rows = [
        [f"F-{n}", layout.format(n=n, who=who, what=what)]
        for n, (who, what) in enumerate(_ASKED, start=1)
    ]
    return delimited([["Caso", "Descripción"], *rows])


_ASKED_SAID = tuple(Said(what, f"F-{n}") for n, (_, what) in enumerate(_ASKED, start=1))
_LABELLED = (
    "Nombre: {who}\nCorreo electrónico: c{n}@example.com\nTeléfono: 300 000 00{n}\n"
    "Mensaje: {what}\n\n" + _FOOTER
)
_FRAMED = "Nuevo mensaje de la página web\n\n{what}\n\n--\n" + _FOOTER
_COST = "Si pago < 50 mil me cobran envío; si pago > 100 mil, no."


def _marked_up() -> bytes:
    cells = [f"<p>{what} &iexcl;Ya!</p><p>Att. {who} &amp; familia</p>" for who, what in _ASKED]
    rows = [[f"H-{n}", cell] for n, cell in enumerate([*cells, _COST], start=1)]
    return delimited([["Id", "Comentario"], *rows])


_RIVALS = """
Id,Comentario,Observaciones adicionales
1,"La entrega fue el martes y no el lunes.","El repartidor dejó la caja afuera, bajo la lluvia."
2,"El color no es el de la foto.","Pedí el cambio por la página y me dijeron: una semana."
"""

_ARGENTINA = """
Nro. de reclamo;Fecha;Sucursal;Reclamo
A-0001;04/03/2025;Rosario;"Che, me cobraron el envío dos veces; ¿me lo van a devolver o no?"
A-0002;25/03/2025;Córdoba;"Vos llamás y te cortan. Una vergüenza, loco."
"""
_COUNTRIES = """
Id,País,Fecha,Comentario
1,México,2025-03-04,"La neta, el repartidor se portó bien gacho."
2,PER,2025-03-05,"Causa, tu app no jala en Arequipa."
3,brasil,2025-03-06,"O boleto venceu e vocês não avisaram."
4,cl,2025-03-07,"Me cobraron el despacho al tiro, pero nunca llegó po."
"""
_LONG = "Quiero dejar constancia de todo lo que pasó con mi mudanza. " * 2_000

COMMON = (
    Animal("reclamos_ar.csv", lambda: text(_ARGENTINA, "cp1252"), (
        Said("Che, me cobraron el envío dos veces; ¿me lo van a devolver o no?", "A-0001",
             "2025-03-04T00:00:00", extra={"Sucursal": "Rosario"}),
        Said("Vos llamás y te cortan. Una vergüenza, loco.", "A-0002", "2025-03-25T00:00:00"),
    ), kind="common", mapping={"text": "Reclamo", "external_id": "Nro. de reclamo"},
        name="The number of a complaint beside the complaint itself"),
    Animal("paises.csv", lambda: text(_COUNTRIES), (
        Said("La neta, el repartidor se portó bien gacho.", "1", _FOURTH, country="MX"),
        Said("Causa, tu app no jala en Arequipa.", "2", country="PE"),
        Said("O boleto venceu e vocês não avisaram.", "3", country="BR"),
        Said("Me cobraron el despacho al tiro, pero nunca llegó po.", "4", country="CL"),
    ), kind="common", name="Countries by name and code"),
    Animal("muy_largo.csv", lambda: delimited([["Id", "Comentario"], ["1", _LONG], ["2", A]]), (
        Said(_LONG, "1"), Said(A, "2"),
    ), kind="common", name="A cell of more than a hundred thousand characters"),
    Animal("repetidas.csv", lambda: text(_TWICE), (
        Said(_DEPOSIT, "R-1", _FOURTH, extra={"Ciudad": "Cali"}),
        Said(_DEPOSIT, "R-1", _FOURTH),
        Said("No me devuelven el depósito y ya pasaron 60 días", "R-2"),
    ), kind="common", name="A row twice: the source gives both, the run counts them once"),
    Animal("formulario.csv", lambda: _forms(_LABELLED), _ASKED_SAID, kind="common",
           name="A contact form: labels with what people filled in, and a footer"),
    Animal("formulario_marco.csv", lambda: _forms(_FRAMED), _ASKED_SAID, kind="common",
           name="A contact form: the same lines around every message"),
    Animal("con_html.csv", _marked_up, (
        *(Said(f"{what} ¡Ya! Att. {who} & familia", f"H-{n}", flow=True)
          for n, (who, what) in enumerate(_ASKED, start=1)),
        Said(_COST, f"H-{len(_ASKED) + 1}"),
    ), kind="common", name="HTML in cells, and a less-than sign that is none"),
    Animal("dos_textos.csv", lambda: text(_RIVALS), (
        Said("La entrega fue el martes y no el lunes.", "1", kept=("bajo la lluvia",)),
        Said("El color no es el de la foto.", "2", kept=("una semana",)),
    ), kind="common", warned=("Observaciones adicionales",),
        mapping={"text": "Comentario"}, name="Two columns that read alike: one is taken, and said"),
)  # fmt: skip

ANIMALS = (*DATES, *COMMON)
