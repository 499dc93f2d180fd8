"""What the columns of an export say of a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vocmine.clock.columns import (
    closed_by_status,
    dates,
    is_closed,
    is_named,
    is_yes,
    kind_of_type,
    read_columns,
)
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]


def columns_of(build: Build, record: Record, *extras: dict[str, Any]) -> dict[str, list[str]]:
    with build([record(n, extra=extra) for n, extra in enumerate(extras, 1)]) as store:
        return read_columns(store, read_frame(store, Filter()))


class TestNames:
    def test_common_names_and_those_of_public_entities_are_read(
        self, build_store: Build, record: Record
    ) -> None:
        found = columns_of(
            build_store,
            record,
            {"closed_at": "2026-03-02T10:00:00", "area": "Cartera", "status": "closed"},
            {"Fecha de Cierre": "03/03/2026", "DEPENDENCIA": "Jurídica", "Estado": "Cerrado"},
            {},
        )
        assert found["closed"] == ["2026-03-02T10:00:00", "03/03/2026", ""]
        assert found["area"] == ["Cartera", "Jurídica", ""]
        assert found["status"] == ["closed", "Cerrado", ""]

    def test_the_common_name_wins_and_an_empty_cell_gives_way(
        self, build_store: Build, record: Record
    ) -> None:
        found = columns_of(
            build_store,
            record,
            {"Dependencia": "Jurídica", "area": "Cartera"},
            {"Dependencia": "Jurídica", "area": ""},
        )
        assert found["area"] == ["Cartera", "Jurídica"]

    def test_flags_of_the_superintendencias_are_read(
        self, build_store: Build, record: Record
    ) -> None:
        found = columns_of(
            build_store,
            record,
            {"tutela": "1", "replica": "2", "prorroga_queja": "1", "estado_cod": "4"},
            {"RIESGO_VIDA": "Si", "ente_control": "99"},
        )
        flags = {name: [is_yes(cell) for cell in found[name]] for name in ("tutela", "reply")}
        assert flags == {"tutela": [True, False], "reply": [False, False]}
        assert [is_yes(cell) for cell in found["life"]] == [False, True]
        assert [is_named(cell) for cell in found["regulator"]] == [False, False]
        assert closed_by_status(found) == [True, None]

    def test_a_priority_of_one_is_no_risk_to_life(self, build_store: Build, record: Record) -> None:
        assert columns_of(build_store, record, {"priority": "1"})["life"] == [""]

    def test_numbers_and_booleans_of_json_exports_are_text(
        self, build_store: Build, record: Record
    ) -> None:
        found = columns_of(build_store, record, {"tutela": True, "estado_cod": 4})
        assert is_yes(found["tutela"][0])
        assert closed_by_status(found) == [True]


class TestStatus:
    @pytest.mark.parametrize(
        "status",
        [
            *("Cerrado", "CERRADA", "Resuelto", "Solucionado", "Finalizado", "Contestada"),
            *("Respondida", "Atendido", "closed", "Resolved", "Solved", "Done", "Answered"),
            *("Fechado", "Encerrada", "Resolvido", "Concluído", "Cerrado sin respuesta"),
            *("Con respuesta", "Respuesta enviada", "Archivado", "Desistida"),
        ],
    )
    def test_words_that_close(self, status: str) -> None:
        assert is_closed(status) is True

    @pytest.mark.parametrize(
        "status",
        [
            *("Abierto", "Pendiente", "En trámite", "En proceso", "En gestión", "Asignado"),
            *("Nuevo", "Radicada", "Reabierto", "Open", "New", "Pending", "In Progress"),
            *("On hold", "Reopened", "Aberto", "Pendente", "Em andamento", "Em análise"),
            *("Sin respuesta", "No resuelto", "Não resolvido", "Not resolved", "Unresolved"),
            *("Sin responder", "Pendiente de cierre", "En espera de respuesta"),
            *("Respuesta parcial", "Respuesta pendiente", "Por responder", "Prorrogada"),
        ],
    )
    def test_words_that_leave_it_open(self, status: str) -> None:
        assert is_closed(status) is False

    @pytest.mark.parametrize("status", ["", "7", "Nivel 2", "VIP", "Zona norte"])
    def test_words_that_do_not_tell(self, status: str) -> None:
        assert is_closed(status) is None


class TestType:
    @pytest.mark.parametrize(
        ("cell", "kind", "about"),
        [
            ("Petición", "petition", ""),
            ("Derecho de petición de interés particular", "petition", ""),
            ("SOLICITUD DE INFORMACIÓN", "petition", "documents"),
            ("Petición de documentos", "petition", "documents"),
            ("Solicitud de copias", "petition", "documents"),
            ("Queja", "grievance", ""),
            ("QUEJAS", "grievance", ""),
            ("Reclamo", "claim", ""),
            ("Reclamación", "claim", ""),
            ("Reclamação", "claim", ""),
            ("Incidencia", "claim", ""),
            ("Sugerencia", "suggestion", ""),
            ("Denuncia", "report", ""),
            ("Felicitación", "compliment", ""),
            ("Consulta", "inquiry", ""),
            ("Petición de consulta", "inquiry", ""),
            ("Derecho de petición - queja", "grievance", ""),
        ],
    )
    def test_a_type_that_names_one_kind_is_that_kind(
        self, cell: str, kind: str, about: str
    ) -> None:
        assert kind_of_type(cell) == (kind, about)

    @pytest.mark.parametrize(
        "cell",
        ["", "PQR", "Queja o reclamo", "Incident", "Question", "Recurso", "Tipo 1", "Bug"],
    )
    def test_any_other_leaves_it_to_the_label(self, cell: str) -> None:
        assert kind_of_type(cell) == ("", "")


class TestCells:
    def test_dates_are_read_day_first_and_what_is_none_is_left_out(self) -> None:
        cells = [
            "2026-03-04",
            "03/04/2026",
            "2026-03-04T23:59:00-05:00",
            "",
            "pronto",
            "4 de abril",
        ]
        found = dates(cells).astype(str).tolist()
        assert found == ["2026-03-04", "2026-04-03", "2026-03-04", "NaT", "NaT", "NaT"]

    def test_a_column_that_writes_the_month_first_is_read_so(self) -> None:
        found = dates(["03/04/2026", "", "03/25/2026", "4/30/2026"]).astype(str).tolist()
        assert found == ["2026-03-04", "NaT", "2026-03-25", "2026-04-30"]

    @pytest.mark.parametrize("cell", ["Sí", "SI", "x", "1", "true", "Sim", "yes", "2026-03-04"])
    def test_a_yes(self, cell: str) -> None:
        assert is_yes(cell)

    @pytest.mark.parametrize("cell", ["", "No", "0", "2", "false", "N/A", "98", "no aplica"])
    def test_a_no(self, cell: str) -> None:
        assert not is_yes(cell)

    @pytest.mark.parametrize("cell", ["Procuraduría", "Defensoría del Pueblo", "1", "3"])
    def test_an_entity_is_named(self, cell: str) -> None:
        assert is_named(cell)

    @pytest.mark.parametrize("cell", ["", "99", "No aplica", "Ninguno", "2", "NO"])
    def test_or_none_is(self, cell: str) -> None:
        assert not is_named(cell)
