"""From an export as entities write it to its clock, through the readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from vocmine.clock.due import due_rows
from vocmine.clock.rows import Due
from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine.readers import MessageReader, map_columns, open_table
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]

PUBLIC_ENTITY = """\
Número de radicado;Fecha de radicación;Tipo de solicitud;Descripción;Dependencia;Estado;\
Fecha de respuesta;Prórroga
R-1;02/10/2026;Derecho de petición;Solicito que me cambien la fecha;Jurídica;En trámite;;
R-2;05/10/2026;Solicitud de información;Quiero saber qué radicaron;Archivo;Cerrado;13/10/2026;
R-3;06/10/2026;Queja;Me trataron muy mal y soy adulto mayor;Atención;Pendiente;07/10/2026;Sí
R-4;07/10/2026;Reclamo;Pagué el impuesto dos veces;Hacienda;Cerrado;;
"""
SMARTSUPERVISION = """\
codigo_queja,fecha_creacion,texto_queja,tutela,ente_control,replica,argumento_replica,\
prorroga_queja,estado_cod,fecha_cierre
Q-1,2026-10-02T10:00:00,Me cobraron dos veces la cuota,1,99,2,,2,1,
Q-2,2026-10-05T10:00:00,La asesora me colgó el teléfono,2,99,2,,1,4,2026-10-20T09:00:00
Q-3,2026-10-06T10:00:00,El crédito no fue desembolsado,2,1,1,No acepto la respuesta,2,1,
"""
SUPERSALUD = """\
PQR_NUMERO,PQR_FECHA,PQR_CANAL,PQR_TIPOPETICION,PQR_ESTADO,MACROMOTIVO,MOTIVO_GENERAL,\
MOTIVO_ESPECIFICO,RIESGO_VIDA,DESCRIPCION
S-1,2026-10-06,Web,Reclamo,Abierto,Acceso,Citas,Demora en la cita,Si,No me dan la cita con el médico
S-2,2026-10-06,Web,Petición,Cerrado,Acceso,Citas,Demora en la cita,No,Quiero cambiar de médico
"""


def clock(build: Build, record: Record, folder: Path, export: str, regime: str) -> dict[str, Due]:
    path = folder / "export.csv"
    path.write_text(export, "utf-8")
    options = ReadOptions(country="CO")
    table = open_table(path, options)
    reader = MessageReader(table, map_columns(table.columns, table.sample, {}), options)
    made = [
        record(
            number,
            external_id=message.external_id,
            text=message.text,
            quotes=[],
            created_at=message.created_at.isoformat() if message.created_at else None,
            extra=dict(message.extra),
        )
        for number, message in enumerate(reader.records(), 1)
        if isinstance(message, Message)
    ]
    with build(made) as store:
        frame = read_frame(store, Filter())
        rows = due_rows(store, frame, country="CO", regime=regime, today=date(2026, 10, 28))
    return {row.external_id: row for row in rows}


def test_the_table_of_a_public_entity(build_store: Build, record: Record, tmp_path: Path) -> None:
    found = clock(build_store, record, tmp_path, PUBLIC_ENTITY, "general")
    # 2 October is a Friday, the 12th a holiday: 9 (5), 16 (9), 23 (14), Monday 26 (15).
    assert (found["R-1"].state, found["R-1"].due) == ("red", "2026-10-26")
    assert (found["R-2"].rule, found["R-2"].due) == ("co-general-documents", "2026-10-20")
    assert (found["R-2"].answered, found["R-2"].days_taken) == ("2026-10-13", 5)
    # The reply of R-3 was a receipt: it is pending. The extension is not verified.
    assert (found["R-3"].state, found["R-3"].extended) == ("green", True)
    assert (found["R-3"].cues, found["R-3"].verified) == (("elder",), False)
    assert (found["R-4"].state, found["R-4"].answered) == ("grey", "")
    assert [row.area for row in found.values()] == ["Jurídica", "Archivo", "Atención", "Hacienda"]


def test_smartsupervision(build_store: Build, record: Record, tmp_path: Path) -> None:
    found = clock(build_store, record, tmp_path, SMARTSUPERVISION, "finance")
    assert (found["Q-1"].state, found["Q-1"].cues) == ("red", ("tutela",))
    assert (found["Q-2"].state, found["Q-2"].answered) == ("grey", "2026-10-20")
    assert found["Q-2"].extended
    assert (found["Q-3"].state, found["Q-3"].due) == ("amber", "2026-10-28")
    assert found["Q-3"].cues == ("regulator", "reply")
    assert {row.kind_name for row in found.values()} == {"queja o reclamo"}


def test_supersalud(build_store: Build, record: Record, tmp_path: Path) -> None:
    found = clock(build_store, record, tmp_path, SUPERSALUD, "general")
    assert (found["S-1"].kind, found["S-1"].cues) == ("claim", ("life",))
    assert (found["S-2"].kind, found["S-2"].state, found["S-2"].cues) == ("petition", "grey", ())
