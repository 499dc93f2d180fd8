"""Exports of Latin-American companies: which of their columns is taken for what."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vocmine.readers import ColumnMapping, map_columns

SAID = (
    "Me cobraron dos veces el seguro que yo no pedí {n}",
    "La app se cierra sola cada vez que intento pagar {n}",
    "Excelente atención de la asesora Martha, gracias {n}",
    "No llegó el pedido y nadie responde el teléfono {n}",
)
NOTED = (
    "Se llamó al cliente tres veces, no contestó y se cierra el caso {n}",
    "Se escala al área de facturación para su ajuste en el próximo ciclo {n}",
)
KINDS: Mapping[str, tuple[str, ...]] = {
    "said": SAID, "noted": NOTED, "date": ("0{d}/02/2026",), "closed": ("1{d}/03/2026",),
    "number": ("{n}",), "code": ("SOL-{n:05d}",), "name": ("Ana Gil", "Luis Díaz"),
    "mark": ("3", "9", "10"), "fixed": ("Facturación y cobros",), "place": ("Cali", "Quito"),
    "short": ("Bien", "👍", "Muy mal"), "emoji": ("👍", "😡"),
}  # fmt: skip


def columns_of(*columns: str) -> ColumnMapping:
    """Map a table whose columns are written `Header=kind of cells`."""
    named = dict(column.rsplit("=", 1) for column in columns)
    rows = [
        [KINDS[kind][n % len(KINDS[kind])].format(n=n, d=n % 9 + 1) for kind in named.values()]
        for n in range(24)
    ]
    return map_columns(list(named), rows, {})


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ("Solicitud=code Fecha=date Observaciones=said", "Observaciones"),
        ("Queja=code Fecha=date Relato_del_cliente=said", "Relato_del_cliente"),
        ("Comentarios_del_asesor=noted Manifestación_del_usuario=said",
         "Manifestación_del_usuario"),
        ("Observaciones_de_gestión=noted Inquietud=said", "Inquietud"),
        ("Descripción_de_la_solución=noted Situación=said", "Situación"),
        ("Descripción=fixed Descripción_Detallada=said", "Descripción_Detallada"),
        ("Observaciones=noted Petición_del_usuario=said", "Petición_del_usuario"),
        ("Observaciones=noted Detalle_PQR=said", "Detalle_PQR"),
        ("OBSERVACIONES_CLIENTE=said OBSERVACIONES_ASESOR=noted", "OBSERVACIONES_CLIENTE"),
        ("Tipología=fixed Concepto_del_cliente=said Gestión_realizada=noted",
         "Concepto_del_cliente"),
        ("Ciudad=place Qué_nos_cuentas=said", "Qué_nos_cuentas"),
        ("Calificación=mark Comentarios_(opcional)=short", "Comentarios_(opcional)"),
        ("Comentario=emoji Ciudad=place", "Comentario"),
    ],
)  # fmt: skip
def test_the_text_is_what_customers_said(columns: str, text: str) -> None:
    assert columns_of(*columns.split()).fields["text"] == text


def test_the_words_of_agents_are_context() -> None:
    found = columns_of("Gestión realizada=noted", "Queja=said", "Área de gestión=fixed")
    assert found.context == ("Gestión realizada",)


def test_two_columns_that_read_like_customers_are_both_named_in_a_warning() -> None:
    (warning,) = columns_of("Fecha=date", "Observaciones=noted", "Petición=said").warnings
    assert "'Petición' was taken" in warning
    assert '--map "text=Observaciones"' in warning


CASES = ("Radicado=number", "Fecha=date", "Tipo=fixed")


def test_beside_notes_of_agents_the_subject_of_a_case_is_what_the_customer_said() -> None:
    found = columns_of(*CASES, "Asunto=said", "Observaciones=noted")
    assert (found.fields["text"], found.context) == ("Asunto", ("Observaciones",))
    assert "title" not in found.fields
    (warning,) = found.warnings
    assert '--map "text=Observaciones"' in warning


def test_observations_of_customers_stay_the_text_and_the_subject_is_named() -> None:
    found = columns_of(*CASES, "Asunto=said", "Observaciones=said")
    assert (found.fields["text"], found.fields["title"]) == ("Observaciones", "Asunto")
    (warning,) = found.warnings
    assert '--map "text=Asunto"' in warning


@pytest.mark.parametrize(
    "columns",
    [
        (*CASES, "Asunto=place", "Observaciones=said"),  # a subject that says nothing
        (*CASES, "Asunto=said", "Descripción=said"),  # a name that only customers' words have
        ("Nota=mark", "Título=said", "Observaciones=said"),  # no cases
    ],
)
def test_nothing_is_said_of_a_subject_where_the_text_is_sure(columns: tuple[str, ...]) -> None:
    assert columns_of(*columns).warnings == ()


def test_a_subject_that_the_user_named_stays_one() -> None:
    columns = ["Radicado", "Asunto", "Observaciones"]
    rows = [[str(n), SAID[n], NOTED[n % 2]] for n in range(4)]
    found = map_columns(columns, rows, {"title": "Asunto"})
    assert (found.fields["title"], found.fields["text"]) == ("Asunto", "Observaciones")


def test_the_words_of_agents_alone_are_taken_only_with_a_warning() -> None:
    found = columns_of("Id=number", "Notas de seguimiento=noted")
    assert found.text_by == "content"
    assert "'Notas de seguimiento' was taken for its content" in found.warnings[0]


def test_a_table_of_codes_alone_has_no_text() -> None:
    assert "text" not in columns_of("Queja=code", "Fecha=date").fields


@pytest.mark.parametrize(
    ("columns", "identifier"),
    [
        ("Nro. PQR=number;F. Radicación=date", "Nro. PQR"),
        ("Solicitud=code;Fecha=date", "Solicitud"),
        ("Reclamo N°=number;Fec. Radicado=date", "Reclamo N°"),
        ("Radicado Orfeo=code;Documento=number", "Radicado Orfeo"),
        ("Radicado=date;Caso=code", "Caso"),
        ("Número de documento=number;Ciudad=place", None),
    ],
)
def test_the_identifier_is_the_number_of_the_case(columns: str, identifier: str | None) -> None:
    assert columns_of(*columns.split(";"), "Queja=said").fields.get("external_id") == identifier


@pytest.mark.parametrize(
    ("columns", "date"),
    [
        ("Fecha PQR=date", "Fecha PQR"), ("Fecha de envío=date", "Fecha de envío"),
        ("Fecha novedad=date", "Fecha novedad"), ("Solicitado=date", "Solicitado"),
        ("Fecha cierre=closed;Fecha PQR=date", "Fecha PQR"), ("Creado=date", "Creado"),
        ("F. Radicación=date", "F. Radicación"), ("Fec. Radicado=date", "Fec. Radicado"),
        ("Fecha respuesta=date;Calificación=mark", "Fecha respuesta"),
    ],
)  # fmt: skip
def test_the_date_is_that_of_writing(columns: str, date: str) -> None:
    found = columns_of(*columns.split(";"), "Comentario=said")
    assert found.fields["created_at"] == date
    assert found.warnings == ()


def test_a_date_of_something_else_is_taken_with_a_warning() -> None:
    found = columns_of("Fecha de compra=date", "Fecha cierre=closed", "Comentario=said")
    assert found.fields["created_at"] == "Fecha de compra"
    assert "'Fecha de compra' was taken" in found.warnings[0]


@pytest.mark.parametrize(
    "header", ["Fecha cierre", "Fecha respuesta", "Fecha de nacimiento", "Check-in"]
)
def test_a_date_on_which_nobody_wrote_is_not_taken_and_is_named(header: str) -> None:
    found = columns_of(f"{header}=date", "Comentario=said")
    assert "created_at" not in found.fields
    assert f'--map "created_at={header}"' in found.warnings[0]


def test_nothing_is_said_of_dates_that_the_user_left_out() -> None:
    rows = [["01/02/2026", SAID[n]] for n in range(4)]
    assert map_columns(["Fecha cierre", "Texto"], rows, {"created_at": ""}).warnings == ()


@pytest.mark.parametrize(
    "header",
    [
        "Calificación 1 a 10", "¿Qué tan probable es que nos recomiende? (0-10)",
        "Nota del cliente", "Visita (1 malo, 10 excelente)",
    ],
)  # fmt: skip
def test_a_question_for_a_mark_is_the_score(header: str) -> None:
    assert columns_of(f"{header}=mark", "¿Por qué?=said").fields["score"] == header


def test_a_question_for_words_is_not() -> None:
    assert "score" not in columns_of("Motivo de la calificación=said").fields


def test_zendesks_view_in_spanish() -> None:
    found = columns_of(
        "ID=number", "Asunto=said", "Solicitante=name", "Solicitado=date", "Agente asignado=name"
    )
    assert dict(found.fields) == {
        "text": "Asunto", "external_id": "ID", "created_at": "Solicitado", "author": "Solicitante",
    }  # fmt: skip
    assert found.context == ()
