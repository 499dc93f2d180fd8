"""Hostile or huge input costs linear time, and ordinary mail is read fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage

import pytest

from vocmine.message import Message, Record
from vocmine.readers.markup import html_to_text
from vocmine_email.quotes import forwarded_body, split_quotes
from vocmine_email.signatures import split_signature

MakeMail = Callable[..., EmailMessage]
MakeMbox = Callable[[Sequence[EmailMessage | bytes]], bytes]
ReadBytes = Callable[..., list[Record]]

SIZE = 1_000_000
LIMIT = 10.0
"""Seconds of the processor for 1 MB: generous, far below what anything quadratic would need."""

PIECES = [
    "a",
    " ",
    "\n",
    ">",
    "> ",
    ">\n",
    "-",
    "--\n",
    "-- \n",
    "_",
    "_\n",
    "*",
    "=",
    ":",
    ":\n",
    "@",
    "a@",
    "De: ",
    "De: x\n",
    "De: x\nPara: y\n",
    "De: x\nPara: y@z.co\n",
    "De: x\nFecha: 3\nPara: y@z.co\n",
    "Para: ",
    "Asunto: De: ",
    "Adjuntos: x\n",
    "De: x\n\n",
    "a@b.co,\n",
    "El ",
    "El 3 mar 2025 10:12 escribió",
    "escribió:\n",
    "escribió escribió:\n",
    "El lun, 3 mar 2025 a las 10:12, X\n",
    "El lun, escribió:\n\n\n",
    "On wrote:\n",
    "-----Mensaje original",
    "-----Mensaje original\n",
    "Inicio del mensaje reenviado",
    "Gracias\n",
    "Cordialmente,\nAna\n",
    "gracias ",
    "AVISO LEGAL\n",
    "Este mensaje\n",
    "Este mensaje confidencial ",
    "Este mensaje es confidencial y sus anexos\n",
    "Este mensaje es confidencial y sus anexos\n\n",
    "CAUTION outside the organization\n\n",
    "ATENCIÓN ",
    "Enviado desde mi ",
    "Enviado desde mi iPhone\n",
    "Enviado desde mi mi mi ",
    "Enviado desde mi iPhone con Outlook ",
    "Antes de imprimir papel\n",
    "Este mensaje confidencial mi destinatario\n\n",
    "Este mensaje y sus anexos son confidenciales\n\nNIT 800123456\n\n",
    "[cid:",
    "[cid:x]\n",
    "300 123 ",
    "+57 ",
    "Ana Pérez\n",
    "A B C D\n",
    "·\u200b",
    "ı",
    "\ud7ff",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_is_divided_in_linear_time(piece: str) -> None:
    text = piece * (SIZE // len(piece))
    start = time.process_time()
    split = split_quotes(text)
    split_signature(text, author="Ana Pérez")
    if split.history:
        forwarded_body(split.history)
    assert time.process_time() - start < LIMIT


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<p>",
        "<b>",
        "<a ",
        "<",
        ">",
        "&",
        "&amp;",
        "<table><tr><td>",
        "<blockquote type=cite>",
        "<div style='display:",
        "<li>",
        "<!--",
        "<br>",
        "</p>",
        "<a><p>",
        "<pre>\n",
        "&#",
        "<div></div>",
        "<font>x",
        "<div class=gmail_signature>x</div>",
        "<script>",
        "<select>",
        "<b></p>",
    ],
)
def test_a_megabyte_of_any_markup_is_read_in_linear_time(piece: str) -> None:
    start = time.process_time()
    html_to_text(piece * (SIZE // len(piece)))
    assert time.process_time() - start < LIMIT


def test_a_deep_page_with_many_elements_is_read_in_time() -> None:
    start = time.process_time()
    html_to_text("<div>" * 900 + "<div>x</div>" * 80_000)
    assert time.process_time() - start < LIMIT


@pytest.mark.parametrize(
    "header",
    [
        "From: " + '"' * 50_000,
        "From: " + "(" * 50_000,
        "From: " + "a," * 30_000,
        "Subject: " + "=?" * 50_000,
        "Subject: " + "=?utf-8?Q?" * 20_000,
        "Subject: " + "=?utf-8?Q?a?=" * 10_000,
        "References: " + "<a" * 50_000,
        "Date: " + "1" * 100_000,
        "Message-ID: " + "<" * 100_000,
        "To: " + "<a@b>," * 20_000,
        "Content-Type: text/plain; " + "a*0=b;" * 10_000,
        "Content-Type: " + ";" * 50_000,
        "Content-Disposition: attachment; " + "filename*0*=utf-8''a;" * 3_000,
    ],
)
def test_a_hostile_header_is_read_in_time(read: ReadBytes, header: str) -> None:
    start = time.process_time()
    [record] = read(f"From: a@example.com\n{header}\n\nNo abre.".encode())
    assert record.locator == "message 1"
    assert time.process_time() - start < LIMIT


def test_ordinary_mail_is_read_fast(mail: MakeMail, mbox: MakeMbox, read: ReadBytes) -> None:
    received = (
        "from mail.example.com (mail.example.com [192.0.2.1]) by mx.example.com with ESMTPS id 1"
    )
    body = (
        "Buenos días:\n\n"
        + "La app no abre y ya pagué la cuota del mes.\n" * 6
        + (
            "\nCordialmente,\nAna Pérez\n\nEl lun, 3 mar 2025 a las 10:12, Banco "
            "(<s@banco.example>) "
            "escribió:\n\n" + "> Hola Ana, estamos revisando su caso.\n" * 10
        )
    )
    message = mail(body, html="<html><body>" + "<div>La app no abre</div>" * 20 + "</body></html>")
    for number in range(6):
        message[f"X-Received-{number}"] = received
    content = mbox([message.as_bytes()] * 1000)
    start = time.process_time()
    records = read(content)
    seconds = time.process_time() - start
    assert len(records) == 1000
    assert all(isinstance(record, Message) for record in records)
    # Of the processor, which other work on the machine does not change; 2,500 a second are usual.
    assert 1000 / seconds > 1000
