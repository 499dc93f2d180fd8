"""What a header says in its own words: whose words, which date, which number, which rating."""

from __future__ import annotations

import pytest

from vocmine.readers import wording


@pytest.mark.parametrize(
    ("header", "who"),
    [
        ("Comentarios del asesor", "company"), ("Observaciones de gestión", "company"),
        ("Gestión realizada", "company"), ("Descripción de la solución", "company"),
        ("Respuesta al cliente", "company"), ("Mensaje al usuario", "company"),
        ("Observaciones del agente a la queja del cliente", "company"),
        ("OBSERVACIONES_ASESOR", "company"), ("Internal notes", "company"),
        ("Relato del cliente", "customer"), ("Manifestación del usuario", "customer"),
        ("Opinión del cliente sobre el asesor", "customer"),
        ("Queja contra el funcionario", "customer"), ("Respuesta del cliente", "customer"),
        ("¿El asesor resolvió su solicitud?", "customer"), ("customer comment", "customer"),
        ("Descripción", ""), ("Observaciones", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_column_belong_to_who_is_named_first(header: str, who: str) -> None:
    assert wording.speaker(header) == who


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Petición del usuario", "peticion"), ("Mensaje Usuario", "mensaje"),
        ("Relato do consumidor", "relato"), ("Mensaje al cliente", "mensaje al cliente"),
        ("Comentarios (opcional)", "comentarios"), ("Cliente", "cliente"),
        ("Descripción", "descripcion"),
    ],
)  # fmt: skip
def test_the_customer_at_the_end_of_a_header_can_be_left_out(header: str, name: str) -> None:
    assert wording.without_customer(header) == name


@pytest.mark.parametrize(
    "header",
    ["Fecha PQR", "Fecha de envío", "Fecha novedad", "F. Radicación", "Fec. Radicado", "Creado",
     "Hora de creación", "Fecha y hora de registro", "Data da ocorrência", "Date received"],
)  # fmt: skip
def test_a_date_of_filing_is_the_date_of_the_message(header: str) -> None:
    assert wording.dates_filing(header)


@pytest.mark.parametrize(
    "header",
    ["Fecha cierre", "Fecha de nacimiento", "Fecha de compra", "Fecha respuesta", "Data 1"],
)
def test_another_date_is_not(header: str) -> None:
    assert not wording.dates_filing(header)


def test_dates_on_which_nobody_wrote_are_known() -> None:
    later = ["Fecha cierre", "Fecha de respuesta", "Vencimiento", "Closed at", "Updated"]
    assert all(map(wording.dates_something_later, later))
    assert not wording.dates_something_later("Fecha de compra")


def test_a_header_names_a_date_by_its_word_for_it() -> None:
    assert all(map(wording.names_date, ["Fecha de compra", "FEC_PAGO", "Data envio", "Sent date"]))
    assert not any(map(wording.names_date, ["Compra", "Custom Data 1", "Metadata"]))


@pytest.mark.parametrize(
    ("header", "is_number"),
    [
        ("Nro. PQR", True), ("Reclamo N°", True), ("Queja", True), ("ID Caso", True),
        ("Radicado Orfeo", True), ("Código de la solicitud", True), ("Case No.", True),
        ("Número de documento", False), ("NIT", False), ("No. de contrato", False),
        ("Número de contacto", False), ("Tipo de queja", False),
    ],
)  # fmt: skip
def test_the_number_of_what_was_filed_is_told_from_the_customers(
    header: str, is_number: bool
) -> None:
    assert wording.numbers_filing(header) is is_number


def test_ratings_are_named_or_asked_for() -> None:
    asked = ["Calificación 1 a 10", "¿Qué tan probable es que nos recomiende?", "Nota do cliente"]
    assert all(map(wording.rates, asked))
    assert not wording.rates("Tipo de servicio")


def test_questions_are_known_with_and_without_their_marks() -> None:
    assert all(map(wording.asks, ["¿Qué mejoraría?", "Qué nos cuentas", "Cuéntenos más", "Why"]))
    assert not any(map(wording.asks, ["Queja", "Comentario", ""]))


@pytest.mark.parametrize(
    ("cell", "noted"),
    [
        ("Se remite a facturación para su ajuste", True), ("Pendiente por validar", True),
        ("Se le informa al usuario que ya fue radicado", True), ("Encaminhado ao setor", True),
        ("Trasladado a la EPS", True), ("Called customer, no answer", True),
        ("Usuario manifiesta que no le llegó el recibo", False), ("Se me dañó el medidor", False),
        ("Se fue la luz en todo el barrio", False), ("Pendiente mi reembolso", False),
    ],
)  # fmt: skip
def test_notes_of_agents_begin_with_what_was_done(cell: str, noted: bool) -> None:
    assert wording.reads_like_agents([cell, cell, "Me cobraron dos veces"]) is noted
    assert not wording.reads_like_agents([cell, "No llega", "Me cobraron dos veces"])
