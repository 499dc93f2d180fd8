"""What mail programs put around a customer's words, by program, language and place of the answer.

Each quote stands above, below and around the words, with and without what a telephone adds; the
words must come back exactly. The second half are words that only look like a quote.
"""

from __future__ import annotations

import pytest

from vocmine_email.quotes import split_quotes
from vocmine_email.signatures import split_signature

WORDS = "Buenos días.\n\nSigo sin la tarjeta y ya me cobraron la cuota de manejo."
HELLO = "> Hola, Ana:\n> su caso está en estudio.\n>\n> Banco de la Esquina"
BARE = "Hola, Ana:\nsu caso está en estudio.\n\nBanco de la Esquina"

MARKED = {
    "Gmail es": "El lun, 3 mar 2025 a las 10:12, Banco (<s@banco.example>) escribió:\n\n",
    "Gmail es-419": "El lun, 3 mar 2025 a la(s) 10:12 a.m., Banco (s@banco.example) escribió:\n\n",
    "Gmail es, short day": "El lun., 3 de marzo de 2025 10:12, Banco <s@banco.example> "
    "escribió:\n\n",
    "Gmail pt": "Em seg., 3 de mar. de 2025 às 10:12, Banco <s@banco.example> escreveu:\n\n",
    "Gmail pt, full names": "Em segunda-feira, 3 de março de 2025 10:12:33 BRT, Banco "
    "<s@banco.example> escreveu:\n\n",
    "Gmail en": "On Mon, 3 Mar 2025 at 10:12, Bank <s@banco.example> wrote:\n\n",
    "Gmail en, narrow space": "On Mon, Mar 3, 2025 at 10:12 AM Bank <s@banco.example> wrote:\n\n",
    "Apple Mail es": "El 3/03/2025, a las 10:12 a. m., Banco <s@banco.example> escribió:\n\n",
    "Apple Mail pt": "No dia 3/03/2025, às 10:12, Banco <s@banco.example> escreveu:\n\n",
    "Apple Mail pt-BR": "Em 3 de mar. de 2025, à(s) 10:12, Banco <s@banco.example> escreveu:\n\n",
    "iPhone en": "On Mar 3, 2025, at 10:12 AM, Bank <s@banco.example> wrote:\n\n",
    "Thunderbird es": "El 03/03/25 a las 10:12, Banco de la Esquina escribió:\n",
    "Thunderbird es, old": "El 03/03/2025 10:12 a. m., s@banco.example escribió:\n",
    "Thunderbird pt": "Em 03/03/2025 10:12, Banco da Esquina escreveu:\n",
    "Thunderbird pt-PT": "Às 10:12 de 03/03/2025, Banco da Esquina escreveu:\n",
    "Thunderbird en": "On 03/03/2025 10:12, Corner Bank via Desk wrote:\n",
    "K-9 es": "El 3 de marzo de 2025 10:12:05 GMT-05:00, Banco <s@banco.example> escribió:\n",
    "K-9 en": "On March 3, 2025 10:12:05 AM GMT-05:00, Bank <s@banco.example> wrote:\n",
    "BlueMail es": "En 3 mar. 2025, en 10:12, Banco <s@banco.example> escribió:\n",
    "Evolution es": "El lun, 03-03-2025 a las 10:12 -0500, Banco de la Esquina escribió:\n",
    "Proton en": "On Monday, March 3rd, 2025 at 10:12 AM, Bank <s@banco.example> wrote:\n\n",
    "Zoho es": "---- El lun, 03 mar 2025 10:12:05 -0500 Banco <s@banco.example> escribió ----\n\n",
    "Zoho en": "---- On Mon, 03 Mar 2025 10:12:05 -0500 Bank <s@banco.example> wrote ----\n\n",
}
UNMARKED = {
    "Outlook es": "De: Banco <s@banco.example>\nEnviado el: lunes, 3 de marzo de 2025 10:12 a. m.\n"
    "Para: Ana Pérez <ana@example.com>\nAsunto: RE: Caso 41\n\n",
    "Outlook es, with copies": "De: Banco <s@banco.example>\nEnviado: lunes, 3 de marzo de 2025 "
    "10:12\nPara: Ana\nCC: Defensor <d@banco.example>\nAsunto: Re: Caso\nImportancia: Alta\n\n",
    "Outlook web es": "________________________________\nDe: Banco <s@banco.example>\nEnviado: "
    "lunes, 3 de marzo de 2025 10:12\nPara: Ana <ana@example.com>\nAsunto: Re: Caso 41 \n \n",
    "Outlook Mac es": "De: Banco <s@banco.example>\nFecha: lunes, 3 de marzo de 2025, 10:12\nPara: "
    "Ana Pérez\nAsunto: RE: Caso\n\n",
    "Outlook pt": "De: Banco <s@banco.example>\nEnviada em: segunda-feira, 3 de março de 2025 "
    "10:12\nPara: Ana\nAssunto: RES: Caso\n\n",
    "Outlook pt-PT": "De: Banco <s@banco.example>\nEnviado: 3 de março de 2025 10:12\nPara: Ana\n"
    "Cc: Luz\nAssunto: RE: Caso\nAnexos: carta.pdf\n\n",
    "Outlook en": "From: Bank <s@banco.example>\nSent: Monday, March 3, 2025 10:12 AM\nTo: Ana\n"
    "Subject: RE: Case\nImportance: High\n\n",
    "Outlook mobile es": "Obtener Outlook para Android<https://aka.ms/AAb9ysg>\n"
    "________________________________\nFrom: Banco <s@banco.example>\nSent: Monday, March 3, 2025 "
    "10:12:05 AM\nTo: Ana\nSubject: Re: Caso\n\n",
    "original es": "-----Mensaje original-----\nDe: Banco [mailto:s@banco.example]\nEnviado el: "
    "lunes, 3 de marzo de 2025 10:12\nPara: Ana\nAsunto: Caso\n\n",
    "original es, spaced": "----- Mensaje original -----\nDe: s@banco.example\nPara: Ana\n"
    "Enviados: Lunes, 3 de Marzo 2025 10:12:05\nAsunto: Caso\n\n",
    "original pt": "-----Mensagem Original-----\nDe: Banco\nEnviada em: 03/03/2025 10:12\nPara: "
    "Ana\nAssunto: Caso\n\n",
    "original en": "-----Original Message-----\nFrom: Bank\nSent: 3/3/2025\nTo: Ana\n\n",
    "Samsung es": "-------- Mensaje original --------\nDe: Banco <s@banco.example> \nFecha: 3/3/25 "
    " 10:12 a. m.  (GMT-05:00) \nA: ana@example.com \nAsunto: Caso \n\n",
    "Samsung pt": "-------- Mensagem original --------\nDe : Banco <s@banco.example>\nData: "
    "03/03/2025 10:12 (GMT-03:00)\nPara: Ana\nAssunto: Caso\n\n",
    "Yahoo es": "El lunes, 3 de marzo de 2025, 10:12:05 a.m. GMT-5, Banco <s@banco.example> "
    "escribió:\n \n \n",
    "Yahoo pt": "Em segunda-feira, 3 de março de 2025 às 10:12:05 BRT, Banco <s@banco.example> "
    "escreveu:\n\n",
    "Yahoo en": "On Monday, March 3, 2025 at 10:12:05 AM EST, Bank <s@banco.example> wrote:\n\n",
    "Yahoo app es": "Enviado desde Yahoo Mail para iPhone\n\n\nEl lunes, marzo 3, 2025, 10:12 a.m."
    ", Banco <s@banco.example> escribió:\n\n",
    "Windows Mail es": "Enviado desde Correo para Windows\n\nDe: Banco\nEnviado: lunes, 3 de marzo "
    "de 2025 10:12\nPara: Ana\nAsunto: Caso\n\n",
    "Lotus Notes es": "De:     Banco <s@banco.example>\nPara:   Ana\nFecha:  03/03/2025 10:12\n"
    "Asunto: Caso\n\n",
    "Zendesk es": "##- Escriba su respuesta por encima de esta línea -##\n\n",
    "Zendesk pt": "##- Por favor, digite sua resposta acima desta linha -##\n\n",
    "Freshdesk en": "---- Reply above this line ----\n\n",
}
TELEPHONES = [
    "Enviado desde mi iPhone",
    "Enviado desde mi Samsung Mobile de Claro\nObtener Outlook para Android",
    "Enviado do meu iPhone",
    "Enviado do meu Galaxy",
    "Obter o Outlook para iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android<https://aka.ms/AAb9ysg>",
    "Sent from my Galaxy",
    "Enviado desde mi dispositivo Samsung Galaxy",
    "Descargar Outlook para iOS",
    "Obtenga Outlook para Android",
    "Sent with Proton Mail secure email.",
    "Enviado con Proton Mail",
    "Enviado a través de Outlook para Android",
    "Enviado via iPhone",
    "Enviado desde TypeApp",
    "Sent from Yahoo Mail on Android",
    "Enviado desde Yahoo Mail para iPhone",
    "Enviado desde Outlook Móvil",
    "Sent from Outlook for iOS",
]
NOTICES = {
    "es": "Este mensaje y sus archivos adjuntos son confidenciales y están dirigidos únicamente a "
    "su destinatario. Si usted lo recibió por error, elimínelo.",
    "es, law": "De acuerdo con la Ley 1581 de 2012 de Protección de Datos Personales, sus datos "
    "son tratados con fines exclusivos; este correo es confidencial.",
    "es, starred": "*** AVISO DE CONFIDENCIALIDAD ***\nLa información contenida en este correo es "
    "privilegiada y para uso exclusivo del destinatario.",
    "es, mail": "El presente correo electrónico y sus anexos contienen información confidencial y "
    "de uso exclusivo de su destinatario.",
    "pt": "Esta mensagem pode conter informação confidencial e/ou privilegiada. Se você não for o "
    "destinatário, apague-a e avise o remetente.",
    "pt, LGPD": "Em conformidade com a LGPD (Lei 13.709/2018), os dados pessoais desta mensagem "
    "são confidenciais e destinados somente ao destinatário.",
    "en": "The information in this email is confidential and may be legally privileged. It is "
    "intended solely for the addressee.",
    "en, if": "If you are not the intended recipient of this e-mail, please notify the sender and "
    "delete it: it is confidential.",
}


def own_words(body: str) -> str:
    return split_signature(split_quotes(body).own, author="Ana Pérez")[0]


ANY = {name: head + HELLO for name, head in MARKED.items()} | {
    name: head + BARE for name, head in UNMARKED.items()
}


@pytest.mark.parametrize("quote", ANY.values(), ids=ANY.keys())
def test_an_answer_above_the_quote_comes_back_alone(quote: str) -> None:
    assert own_words(f"{WORDS}\n\n{quote}") == WORDS


@pytest.mark.parametrize("quote", ANY.values(), ids=ANY.keys())
def test_nothing_but_the_quote_is_no_answer(quote: str) -> None:
    assert own_words(quote) == ""


@pytest.mark.parametrize("head", MARKED.values(), ids=MARKED.keys())
def test_an_answer_below_the_quote_comes_back_alone(head: str) -> None:
    assert own_words(f"{head}{HELLO}\n\n{WORDS}\n\nAtentamente,\nAna Pérez") == WORDS


@pytest.mark.parametrize("head", MARKED.values(), ids=MARKED.keys())
def test_answers_between_the_lines_of_the_quote_come_back_together(head: str) -> None:
    body = f"{head}> ¿Qué día fue?\n\nEl lunes.\n\n> ¿En qué oficina?\n\nEn Chapinero."
    assert own_words(body).split() == "El lunes. En Chapinero.".split()


@pytest.mark.parametrize("head", [*MARKED.values()][::4])
def test_a_quote_without_marks_ends_the_words_all_the_same(head: str) -> None:
    assert own_words(f"{WORDS}\n\n{head}{BARE}") == WORDS


@pytest.mark.parametrize("telephone", TELEPHONES)
def test_what_a_telephone_adds_goes_with_and_without_a_quote(telephone: str) -> None:
    assert own_words(f"{WORDS}\n\n{telephone}") == WORDS
    assert own_words(f"{WORDS}\n\n{telephone}\n\n{ANY['Gmail es']}") == WORDS
    assert own_words(f"{WORDS}\n\n{telephone}\n{ANY['Outlook es']}") == WORDS


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
def test_legal_notices_go(notice: str) -> None:
    assert own_words(f"{WORDS}\n\nAna Pérez\n{notice}") == WORDS
    assert own_words(f"{WORDS}\n\n{notice}\n\n{ANY['Gmail pt']}") == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "De: Bogotá Para: Medellín, el paquete tardó un mes.",
        "De: Bogotá\nPara: Medellín\nEl paquete tardó un mes.",
        "El lunes me escribió un asesor:\nque ya estaba resuelto. No es cierto.",
        "El lunes 3 de marzo me escribió el asesor Pedro:\nque ya estaba. Mentira.",
        "Em 3 de março o gerente me escreveu:\nnão há o que fazer.",
        "On Monday your agent wrote:\nit is solved. It is not.",
        "Asunto: Derecho de petición\nDe: Ana Pérez\nPara: Banco de la Esquina\n\nPido mi paz y "
        "salvo.",
        "Fecha: 3 de marzo de 2025\nPara: Banco\nAsunto: Queja\n\nNo me atienden.",
        "Enviado: el 3 de marzo. Recibido: nunca.",
        "Enviado desde mi casa el lunes, y nada que llega.",
        "Enviado desde mi celular el comprobante, pero no lo aceptan.",
        "Sent from your store on Monday, it never came.",
        "Obtener Outlook para Android no me sirve si la app del banco no abre.",
        "Este mensaje es para quejarme: el asesor fue grosero.",
        "Si usted no es el encargado, pásele este correo a quien sí.",
        "De acuerdo con la Ley 1581 de 2012 exijo que borren mis datos personales.",
        "De acuerdo con la Ley 1581 de 2012 denuncio que un asesor divulgó sin permiso mis datos "
        "confidenciales, y exijo que los eliminen.",
        "Em conformidade com a LGPD, peço a exclusão dos meus dados pessoais.",
        "If you are not going to answer, tell me who will.",
        "---- OJO ----\nMe cobraron dos veces.",
        "---- Tercer reclamo que escribo ----\nNadie responde.",
        "> 30 días esperando, y nada.",
        "El 3/03/2025 a las 10:12 la cajera me gritó:\nno vuelva.",
        "A las 10:12 de ayer Pedro me escribió:\nya casi.",
        "Mensaje original: la app dice error 41.\nY no avanza.",
        "Escriba su respuesta por encima de esta línea, dicen, y luego no leen.",
        "Confidencial: el gerente de la oficina me pidió dinero.",
    ],
)
def test_words_that_only_look_like_a_quote_stay(text: str) -> None:
    assert own_words(text) == text
    assert own_words(f"{text}\n\n{ANY['Gmail es']}") == text
    assert own_words(f"{text}\n\n{ANY['Outlook es']}") == text
