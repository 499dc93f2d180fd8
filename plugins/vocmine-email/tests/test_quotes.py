"""Quoted replies in three languages leave the customer's words exactly as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine_email.quotes import forwarded_body, split_quotes

WORDS = "Buenos días:\n\nLa app no abre y ya pagué la cuota.\nEspero respuesta."

REPLIES = {
    "Gmail es": "El lun, 3 mar 2025 a las 10:12, Banco (<s@banco.example>) escribió:\n\n> Hola\n"
    "> Ana",
    "Gmail es, wrapped before the address": "El lun, 3 mar 2025 a las 10:12, Servicio al Cliente\n"
    "(<servicio@banco.example>) escribió:\n\n> Hola",
    "Gmail es, wrapped before the verb": "El lun, 3 mar 2025 a las 10:12, Servicio "
    "<servicio@banco.example>\nescribió:\n> Hola",
    "Gmail es, old style": "El 3 de marzo de 2025, 10:12, Banco<s@banco.example> escribió:\n\n> "
    "Hola",
    "Gmail es, twelve hours": "El lun., 3 de mar. de 2025 10:12 a. m., Banco <s@banco.example> "
    "escribió:\n\n> Hola",
    "Gmail es, year first": "2025-03-03 10:12 GMT-05:00 Banco <s@banco.example>:\n\n> Hola",
    "Gmail pt": "Em seg., 3 de mar. de 2025 às 10:12, Banco <s@banco.example> escreveu:\n\n> Olá",
    "Gmail pt from Portugal": "Banco <s@banco.example> escreveu (segunda, 3/03/2025 à(s) "
    "10:12):\n\n> Olá",
    "Gmail en": "On Mon, Mar 3, 2025 at 10:12 AM Bank <s@bank.example> wrote:\n\n> Hi\n>\n> Bye",
    "Gmail en, wrapped": "On Mon, Mar 3, 2025 at 10:12 AM Customer Service of the Bank <\n"
    "service@bank.example> wrote:\n\n> Hi",
    "Gmail, reply without marks": "El lun, 3 mar 2025 a las 10:12, Banco (<s@banco.example>) "
    "escribió:\n\nHola Ana\nestamos revisando",
    "Thunderbird es": "El 3/3/25 a las 10:12, Banco Popular escribió:\n> Hola",
    "Thunderbird pt": "Em 03/03/2025 10:12, Banco Popular escreveu:\n> Olá",
    "Thunderbird en": "On 3/3/25 10:12, Bank Support wrote:\n> Hi",
    "Yahoo es": "El lunes, 3 de marzo de 2025, 10:12:33 a. m. COT, Banco <s@banco.example> "
    "escribió:\n\nHola Ana",
    "Apple Mail es": "> El 3 mar 2025, a las 10:12, Banco <s@banco.example> escribió:\n> \n> Hola",
    "iPhone es": "> El 3 mar 2025, a la(s) 10:12 a. m., Banco <s@banco.example> escribió:\n> \n> "
    "Hola",
    "Apple Mail pt": "> No dia 3 de mar. de 2025, às 10:12, Banco <s@banco.example> escreveu:\n"
    ">\n> Olá",
    "Apple Mail en": "On 3 Mar 2025, at 10:12, Bank <s@bank.example> wrote:\n\n> Hi",
    "Proton es": "El lunes, 3 de marzo de 2025 a las 10:12, Banco <s@banco.example> escribió:\n\n"
    "> Hola",
    "Roundcube": "El 2025-03-03 10:12, Banco Popular escribió:\n> Hola",
    "Zimbra": "Banco Popular <s@banco.example> escribió:\n> Hola",
    "Horde": "Citando a Banco Popular <s@banco.example>:\n\n> Hola",
    "old Outlook for Mac": "Banco <s@banco.example> escribió el lun, 3 mar 2025 a las 10:12:\n\n"
    "Hola",
    "Outlook es": "De: Banco <s@banco.example> \nEnviado el: lunes, 3 de marzo de 2025 10:12 a. "
    "m.\n"
    "Para: Ana Pérez\nAsunto: RE: Reclamo\n\nHola Ana",
    "Outlook es, no address": "De: Banco\nEnviado: lunes, 3 de marzo de 2025 10:12\nPara: Ana\n"
    "Asunto: RE: x\n\nHola",
    "Outlook es, copies over two lines": "De: Banco <s@banco.example>\nEnviado el: lunes 10:12\n"
    "Para: Ana <ana@example.com>;\n    Luis <luis@example.com>\nCC: x@example.com\nAsunto: RE\n\n"
    "Hola",
    "Outlook es with its rule": "________________________________\nDe: Banco <s@banco.example>\n"
    "Enviado: lunes, 3 de marzo de 2025 10:12\nPara: Ana\nAsunto: RE: x\n\nHola",
    "Outlook es in bold": "*De:* Banco <s@banco.example>\n*Enviado el:* lunes\n*Para:* Ana\n"
    "*Asunto:* RE: x\n\nHola",
    "Outlook es on one line": "De: Banco <s@banco.example> Enviado el: lunes, 3 de marzo de 2025 "
    "10:12 Para: Ana Asunto: RE: Reclamo\nHola",
    "Outlook pt": "De: Banco <s@banco.example>\nEnviada em: segunda-feira, 3 de março de 2025 "
    "10:12\n"
    "Para: Ana\nAssunto: RES: Reclamação\n\nOlá",
    "Outlook en": "From: Bank <s@bank.example>\nSent: Monday, March 3, 2025 10:12 AM\nTo: Ana\n"
    "Cc: Luis\nSubject: RE: Claim\n\nHi",
    "Outlook mobile": "From: Bank <s@bank.example>\nDate: Monday, 3 March 2025 at 10:12\nTo: Ana\n"
    "Subject: Re: Claim\n\nHi",
    "original message es": "-----Mensaje original-----\nDe: Banco\nPara: Ana\n\nHola",
    "original message pt": "-----Mensagem original-----\nDe: Banco\n\nOlá",
    "original message en": "-----Original Message-----\nFrom: Bank\n\nHi",
    "Samsung es": "-------- Mensaje original --------\nDe: Banco <s@banco.example>\nFecha: "
    "3/3/25 10:12"
    " (GMT-05:00)\nPara: Ana\nAsunto: x\n\nHola",
    "help desk es": "##- Por favor, escriba su respuesta por encima de esta línea -##\n\nCaso 123",
    "help desk en": "##- Please type your reply above this line -##\n\nCase 123",
}

FORWARDS = {
    "Gmail es": (
        "---------- Forwarded message ---------\nDe: Luis <l@example.com>\n"
        "Date: lun, 3 mar 2025 a las 10:12\nSubject: Queja\nTo: <a@example.com>\n\n\n"
    ),
    "Thunderbird es": (
        "-------- Mensaje reenviado --------\nAsunto: Queja\nFecha: Mon, 3 Mar 2025 "
        "10:12:00 -0500\nDe: Luis <l@example.com>\nPara: a@example.com\n\n"
    ),
    "Gmail pt": (
        "---------- Mensagem encaminhada ---------\nDe: Luis <l@example.com>\n"
        "Data: seg., 3 de mar. de 2025 10:12\nAssunto: Queixa\nPara: <a@example.com>\n\n"
    ),
    "Outlook en": (
        "From: Luis <l@example.com>\nSent: Monday 10:12\nTo: a@example.com\nSubject: Complaint\n\n"
    ),
}

CUSTOMER_TEXTS = [
    "El asesor me escribió:\nno procede su reclamo\ny por eso escalo.",
    'El 3 de marzo de 2025 a las 10:12 el asesor me escribió:\n"No procede".',
    'El 3 de marzo de 2025 a las 10:12, el asesor Juan escribió:\n"No procede".',
    "On March 3, 2025 at 10:12 he wrote:\nyour claim is closed.",
    "Em 3 de março de 2025 às 10:12 o atendente me escreveu:\nnão procede.",
    "María escribió: que vuelva mañana. Y volví.",
    "De: Bogotá\nPara: Medellín\nFecha: 3 de marzo\nEl vuelo nunca salió.",
    "De: mi casa Para: la oficina, tardaron 3 horas.",
    "La carta decía De: Banco Para: Ana, y nada más.",
    "Para: Banco\nDe: Ana Pérez\nAsunto: Derecho de petición\nFecha: 3 de marzo\n\nSeñores: pido "
    "mi paz y salvo.",
    ">3 días esperando la tarjeta.",
    "Pagué\n>$50.000 de más y nadie responde.",
    "Opciones -> ajustes -> nada.",
    "Asunto: cobro doble\nMe cobraron dos veces.",
    "- uno\n- dos\n-- tres",
    "Enviado: nunca. Para: nadie. Así trabajan.",
    "From the first day: nothing works.",
    "On time: never.",
    "Fecha: 3 de marzo\nHora: 10:12\nSucursal: Centro\nMe trataron mal.",
    "Datos del vuelo:\nFecha: 12/03/2025\nDe: Bogotá\nPara: Medellín 10:30\nMe dejaron tirado.",
    "Datos del vuelo:\nDe: Bogotá\nFecha: 12/03/2025 10:30\nPara: Medellín\nMe dejaron tirado.",
    "Datos del envío:\nDe: Bogotá\nEnviado: 12/03/2025\nPara: Cali\nAsunto: repuesto\nNo llegó.",
    "Señores\nPara: Banco X\nDe: Juan jp@gmail.com\nAsunto: Derecho de petición\n\nPido mi saldo.",
    "Señores\nDe: Juan jp@gmail.com\nPara: Banco X\nAsunto: Petición\n\nPido mi paz y salvo.",
    "De: Juan jp@gmail.com\nFecha: 3 de marzo\nPara: Banco X\nAsunto: Petición\n\nPido mi saldo.",
]


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
def test_the_words_above_a_quoted_reply_come_back_exactly(reply: str) -> None:
    split = split_quotes(f"{WORDS}\n\n{reply}")
    assert split.own == WORDS
    assert split.quoted == reply.strip()


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
def test_a_reply_without_words_of_its_own_has_none(reply: str) -> None:
    assert split_quotes(f"\n\n{reply}").own == ""


@pytest.mark.parametrize("text", CUSTOMER_TEXTS)
def test_words_that_only_look_like_a_quote_are_kept(text: str) -> None:
    split = split_quotes(text, sender="JP@gmail.com")
    assert split.own == text
    assert split.kind == "none"


@pytest.mark.parametrize("text", CUSTOMER_TEXTS)
def test_they_are_kept_above_a_real_quote_too(text: str) -> None:
    assert split_quotes(f"{text}\n\n{REPLIES['Gmail es']}", sender="jp@gmail.com").own == text


def test_the_same_labels_with_somebody_elses_address_are_a_mail() -> None:
    block = "De: Juan jp@gmail.com\nFecha: 3 de marzo\nPara: Banco X\nAsunto: Petición\n\nHola"
    assert split_quotes(f"{WORDS}\n\n{block}", sender="ana@example.com").own == WORDS


def test_words_below_a_marked_quote_are_the_customers() -> None:
    split = split_quotes(f"{REPLIES['Gmail es']}\n\n{WORDS}")
    assert split.own == WORDS


def test_answers_between_quoted_lines_are_the_customers() -> None:
    split = split_quotes("> ¿Qué día fue?\nEl lunes.\n> ¿En qué oficina?\nEn la del centro.")
    assert split.own == "El lunes.\nEn la del centro."
    assert split.quoted == "> ¿Qué día fue?\n> ¿En qué oficina?"


def test_everything_below_an_unmarked_reply_is_the_earlier_mail() -> None:
    split = split_quotes(f"{WORDS}\n\n{REPLIES['Outlook es']}\n\n{REPLIES['Gmail es']}\nmás")
    assert split.own == WORDS
    assert split.history.startswith("De: Banco")
    assert split.history.endswith("más")


@pytest.mark.parametrize("header", FORWARDS.values(), ids=FORWARDS.keys())
def test_the_header_of_a_forward_is_taken_off_its_body(header: str) -> None:
    split = split_quotes(header + WORDS)
    assert split.own == ""
    forwarded = forwarded_body(split.history)
    assert forwarded is not None
    assert forwarded.author == "Luis <l@example.com>"
    assert forwarded.header == header.strip()
    assert forwarded.body == WORDS


def test_a_forward_that_apple_mail_quotes_is_read_without_its_marks() -> None:
    text = "Inicio del mensaje reenviado:\n\n> De: Luis <l@example.com>\n> Asunto: Queja\n" + (
        "> Fecha: 3 de marzo de 2025, 10:12:00 COT\n> Para: a@example.com\n> \n> No llegó.\n> Nada."
    )
    split = split_quotes(text)
    assert split.kind == "forward"
    forwarded = forwarded_body(split.history)
    assert forwarded is not None
    assert forwarded.body == "No llegó.\nNada."


def test_a_separator_tells_forwards_from_replies() -> None:
    assert split_quotes(FORWARDS["Gmail es"] + WORDS).kind == "forward"
    assert split_quotes(REPLIES["original message es"]).kind == "history"
    assert split_quotes(REPLIES["Outlook es"]).kind == "history"
    assert split_quotes(REPLIES["Gmail es"]).kind == "quote"


def test_a_history_without_a_header_has_no_forwarded_message() -> None:
    assert forwarded_body("-----Mensaje original-----\nHola") is None


SENTENCES = st.lists(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=">:"),
        min_size=1,
    ),
    min_size=1,
).map(" ".join)
TEXTS = st.lists(st.one_of(SENTENCES, st.just("")), min_size=1).map("\n".join).map(str.strip)
TEXTS = TEXTS.filter(bool).filter(lambda text: split_quotes(text).kind == "none")


@given(TEXTS, st.sampled_from(sorted(REPLIES.values())), st.sampled_from(["\n\n", "\n\n\n"]))
def test_any_text_above_any_reply_comes_back_exactly(text: str, reply: str, gap: str) -> None:
    # A rule of dashes right above a header block belongs to the block.
    text = text.rstrip("-_=*—– \n")
    assert split_quotes(f"{text}{gap}{reply}").own == text.strip()


@given(st.text())
def test_nothing_of_a_body_is_lost(text: str) -> None:
    split = split_quotes(text)
    assert sorted("".join((split.own + split.quoted).split())) == sorted("".join(text.split()))
