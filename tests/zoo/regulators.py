"""Complaints as regulators and municipalities keep them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .animals import Animal, Said
from .writing import document, text, workbook

_BANK = "Me hicieron un débito que no autoricé por $ 1.350.000 y el banco dice que fui yo."
_BLOCK = "Bloquearon mi cuenta de nómina sin avisar; no tengo con qué comer."
_REPLY = "No acepto la respuesta: nunca entregué mis claves."


def _complaint(number: int, body: str, **more: Any) -> dict[str, Any]:
    return {
        "tipo_entidad": 1, "entidad_cod": 7, "fecha_creacion": "2025-03-04T10:12:33",
        "codigo_queja": f"1772025030400{number}", "codigo_pais": "170", "departamento_cod": "05",
        "municipio_cod": "05001", "nombres": "GLORIA INÉS RUIZ", "tipo_id_CF": 3,
        "numero_id_CF": "00000000", "telefono": "", "correo": "g@example.com", "tipo_persona": 1,
        "sexo": 1, "lgbtiq": 2, "canal_cod": 13, "condicion_especial": 98, "producto_cod": 101,
        "producto_nombre": "Cuenta de ahorros", "macro_motivo_cod": 920, "texto_queja": body,
        "anexo_queja": False, "tutela": 2, "ente_control": 99, "escalamiento_DCF": 2,
        "replica": 2, "argumento_replica": "", "desistimiento_queja": 2, "queja_expres": 2, **more,
    }  # fmt: skip


def _page(*items: dict[str, Any]) -> bytes:
    return document({
        "count": len(items), "pages": 1, "current_page": 1, "next": None, "previous": None,
        "results": list(items),
    })  # fmt: skip


def _second(number: int, body: str) -> dict[str, Any]:
    item = _complaint(number, body, insta_recepcion=1, punto_recepcion=1, admision=1)
    item["fecha_creación"] = item.pop("fecha_creacion")
    item["tipo_Persona"] = item.pop("tipo_persona")
    return item


def _said(number: int, body: str, **more: Any) -> Said:
    return Said(body, f"1772025030400{number}", "2025-03-04T10:12:33", None, country="CO", **more)


_CLOSED = {
    "estado_cod": 4, "fecha_actualizacion": "2025-03-18T09:00:00", "producto_digital": 2,
    "fecha_cierre": "2025-03-20T16:00:00", "a_favor_de": 1, "aceptacion_queja": 1,
    "rectificacion_queja": 2, "prorroga_queja": 2, "documentacion_rta_final": True,
    "marcacion": 1, "tipo_fraude": 1, "modalidad_fraude": 3, "monto_reclamado": 1350000,
    "monto_reconocido": 0,
}  # fmt: skip

_REDECO = """
QuejasFolio,QuejasFecRecepcion,QuejasMedio,QuejasProducto,QuejasCausa,QuejasEstatus,\
QuejasRespuesta,Descripción
2025/090/001234,04/03/2025,UNE,Tarjeta de crédito,Cargos no reconocidos,Concluido,\
"Se realizó la bonificación, en favor del usuario","Aparecen cargos de una tienda en línea que \
ni conozco; pido que los cancelen ya."
2025/090/001235,25/03/2025,Correo electrónico,Cuenta de nómina,Portabilidad,Pendiente,,\
"El banco no me deja cambiar mi nómina, me traen a puras vueltas."
"""
_HEALTH = """
NUMERO_RADICADO;FECHA_RADICACION;PQR_CANAL;PQR_TIPOPETICION;PQR_ESTADO;MACROMOTIVO;\
MOTIVO_GENERAL;MOTIVO_ESPECIFICO;RIESGO_VIDA;MUNICIPIO;DESCRIPCION
20252100045671;2025-03-04 07:15:00;Web;Reclamo;Abierto;Restricción en el acceso;Citas;\
Falta de oportunidad en la asignación de cita;NO;Quibdó;"A mi mamá, de 82 años, no le dan cita \
con cardiología desde noviembre."
20252100045672;2025-03-05 23:50:00;Telefónico;Reclamo de riesgo vital;Abierto;\
Restricción en el acceso;Medicamentos;No entrega de medicamentos;SI;Istmina;"Sin insulina hace \
ocho días; ¡se va a morir!"
"""
_TOWN_HEAD = [
    "Número de radicado", "Fecha de radicación", "Canal", "Tipo de solicitud", "Dependencia",
    "Asunto", "Descripción", "Respuesta", "Fecha de respuesta", "Estado",
]  # fmt: skip
_POTHOLE = "La calle 10 con carrera 4 tiene un hueco enorme; ya se cayeron dos motos, y nada."
_LAMPS = "Llevamos un mes sin alumbrado público en el barrio La Esperanza.\nDa miedo salir."
_TOWN = [
    _TOWN_HEAD,
    ["20251100012345", "04/03/2025", "Ventanilla", "Queja", "Secretaría de Infraestructura",
     "Hueco en la vía", _POTHOLE, "Se programó visita técnica para el 18 de marzo.", "18/03/2025",
     "Cerrado"],
    ["20251100012346", "25/03/2025", "Correo electrónico", "Petición", "Alumbrado", "Alumbrado",
     _LAMPS, "", "", "Abierto"],
]  # fmt: skip
_TOWN_SAID = (
    Said(_POTHOLE, "20251100012345", "2025-03-04T00:00:00", None, "Ventanilla",
         title="Hueco en la vía", context=("visita técnica",), absent=("visita",),
         extra={"Tipo de solicitud": "Queja", "Dependencia": "Secretaría de Infraestructura"}),
    Said(_LAMPS, "20251100012346", "2025-03-25T00:00:00", None, "Correo electrónico",
         title="Alumbrado"),
)  # fmt: skip


def _town_csv() -> bytes:
    from .writing import delimited

    return delimited(_TOWN, ";", encoding="cp1252", eol="\r\n")


def _town_workbook() -> bytes:
    rows: list[list[Any]] = [["MUNICIPIO DE EJEMPLO — SISTEMA DE PQRSD"], []]
    for row in _TOWN:
        cells: list[Any] = list(row)
        if row is not _TOWN_HEAD:
            cells[1] = datetime.strptime(row[1], "%d/%m/%Y")
        rows.append(cells)
    return workbook({"PQRSD": rows})


_LAW = """
radicado|fecha_solicitud|medio_recepcion|tipo_solicitud|dependencia|hechos|pretensiones|estado|\
fecha_cierre|respuesta
CR-000451|2025-03-04|Personal|Reclamo|Comercial|"Me facturaron 90 m3 de agua; en la casa vivimos \
dos personas."|"Que revisen el medidor, y corrijan la factura."|Cerrado|2025-03-20|"Se \
reliquidó el consumo."
CR-000452|2025-03-05|Web|Queja|Comercial|"La funcionaria me gritó delante de todos."|"Una \
disculpa."|Abierto||
"""
_BOOK = """
N° Reclamo;Fecha;Tipo;Bien contratado;Detalle del reclamo;Pedido del consumidor;\
Observaciones y acciones adoptadas por el proveedor
LR-0001-2025;04/03/2025;Reclamo;Servicio;"El bus Lima-Ica salió con 3 horas de retraso; perdí \
una cita médica.";"Devolución del pasaje.";"Se ofrecieron disculpas y un descuento."
LR-0002-2025;25/03/2025;Queja;Servicio;"El terramozo fue grosero con mi abuelita.";\
"Que capaciten a su personal.";"En evaluación."
"""

ANIMALS = (
    Animal("quejas_momento1.json",
           lambda: _page(_complaint(1, _BANK), _complaint(2, _BLOCK, replica=1,
                                                          argumento_replica=_REPLY)),
           (_said(1, _BANK), _said(2, f"{_BLOCK}\n\n{_REPLY}")), kind="sfc",
           named=("Smartsupervisi",),
           mapping={"text": "texto_queja", "external_id": "codigo_queja"},
           name="Smartsupervisión, moment 1: a page of complaints"),
    Animal("quejas_momento2.json", lambda: _page(_second(3, _BANK)), (_said(3, _BANK),),
           kind="sfc", named=("Smartsupervisi",), mapping={"created_at": "fecha_creación"},
           name="Smartsupervisión, moment 2: keys with accents and capitals"),
    Animal("quejas_momento3.json",
           lambda: document([_complaint(4, _BLOCK, **_CLOSED)]),
           (_said(4, _BLOCK, extra={"estado_cod": "4", "fecha_cierre": "2025-03-20T16:00:00"}),),
           kind="sfc", named=("Smartsupervisi",), name="Smartsupervisión, moment 3: closed"),
    Animal("redeco.csv", lambda: text(_REDECO, "utf-8-sig"), (
        Said("Aparecen cargos de una tienda en línea que ni conozco; pido que los cancelen ya.",
             "2025/090/001234", "2025-03-04T00:00:00", None, "UNE", context=("bonificación",)),
        Said("El banco no me deja cambiar mi nómina, me traen a puras vueltas.",
             "2025/090/001235", "2025-03-25T00:00:00", None, "Correo electrónico"),
    ), kind="redeco", named=("REDECO",), name="CONDUSEF REDECO"),
    Animal("supersalud.csv", lambda: text(_HEALTH), (
        Said("A mi mamá, de 82 años, no le dan cita con cardiología desde noviembre.",
             "20252100045671", "2025-03-04T07:15:00", None, "Web", extra={"RIESGO_VIDA": "NO"}),
        Said("Sin insulina hace ocho días; ¡se va a morir!", "20252100045672",
             "2025-03-05T23:50:00", None, "Telefónico",
             extra={"RIESGO_VIDA": "SI", "MUNICIPIO": "Istmina"}),
    ), kind="supersalud", named=("Supersalud|Superintendencia Nacional de Salud",),
        name="Supersalud: PQRD"),
    Animal("alcaldia.csv", _town_csv, _TOWN_SAID, kind="municipal",
           encoding="Windows-1252|cp1252", mapping={"text": "Descripción", "title": "Asunto"},
           name="A municipality's PQRS as CSV"),
    Animal("alcaldia.xlsx", _town_workbook, _TOWN_SAID, kind="municipal",
           mapping={"text": "Descripción", "title": "Asunto"},
           name="A municipality's PQRS as a workbook"),
    Animal("acueducto.txt", lambda: text(_LAW), (
        Said("Me facturaron 90 m3 de agua; en la casa vivimos dos personas.", "CR-000451",
             "2025-03-04T00:00:00", None, "Personal", context=("reliquidó",),
             kept=("revisen el medidor",)),
        Said("La funcionaria me gritó delante de todos.", "CR-000452", "2025-03-05T00:00:00",
             None, "Web", kept=("Una disculpa.",)),
    ), kind="municipal", mapping={"text": "hechos"}, name="Facts and claims of a petition"),
    Animal("libro_reclamaciones.csv", lambda: text(_BOOK, "cp1252"), (
        Said("El bus Lima-Ica salió con 3 horas de retraso; perdí una cita médica.",
             "LR-0001-2025", "2025-03-04T00:00:00", None,
             kept=("Devolución del pasaje", "un descuento")),
        Said("El terramozo fue grosero con mi abuelita.", "LR-0002-2025", "2025-03-25T00:00:00"),
    ), kind="municipal", mapping={"text": "Detalle del reclamo"},
        name="A Peruvian complaints book"),
)  # fmt: skip
