"""Mail of machines is skipped with its reason; a person's mail with a machine's mark is read."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from vocmine.message import Message, Record, Skipped

MakeMail = Callable[..., EmailMessage]
ReadBytes = Callable[..., list[Record]]

MARKS = [
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated; type=ticket"},
    {"X-Autoreply": "yes"},
    {"X-Autorespond": "Fuera"},
    {"Precedence": "auto_reply"},
    {"Precedence": "bulk"},
    {"Precedence": "junk"},
]
AUTOMATIC_WORDS = [
    "Este es un mensaje automático, por favor no responda.",
    "Buen día. Estoy fuera de la oficina hasta el lunes; escriba a mi compañera Luz.",
    "Hola: estaré de vacaciones hasta el 15 de enero.",
    "Hemos recibido su solicitud con el radicado 2025-0041.",
    "Gracias por contactar a Distribuidora La Esquina. Le responderemos en 48 horas.",
    "Estou de férias até o dia 10.",
    "Esta é uma mensagem automática.",
    "Recebemos a sua mensagem e responderemos em breve.",
    "I am currently out of the office and will answer when I am back.",
    "Thank you for contacting us. A person will read your mail soon.",
]
REPORT = (
    "From: {sender}\nSubject: {subject}\nMessage-ID: <9@example.com>\n"
    "Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n"
    "--b\n\nAviso del servidor.\n--b\nContent-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; ana@example.com\n"
    "Action: {action}\n\n--b--\n"
)


@pytest.mark.parametrize("headers", MARKS, ids=str)
def test_a_persons_words_under_a_machines_mark_are_read_and_flagged(
    mail: MakeMail, read: ReadBytes, headers: dict[str, str]
) -> None:
    [record] = read(mail("No me llegó la tarjeta y ya pagué el envío.", **headers))
    assert isinstance(record, Message)
    [(name, value)] = headers.items()
    assert record.extra["auto_reply"].lower() == f"{name}: {value}".lower()


@pytest.mark.parametrize("words", AUTOMATIC_WORDS)
def test_the_mark_and_the_words_of_a_machine_together_are_an_automatic_reply(
    mail: MakeMail, read: ReadBytes, words: str
) -> None:
    [record] = read(mail(words, Auto_Submitted="auto-replied"))
    assert isinstance(record, Skipped)
    assert (record.reason, record.detail) == ("auto_reply", "Auto-Submitted: auto-replied")


@pytest.mark.parametrize("words", AUTOMATIC_WORDS)
def test_the_same_words_without_a_mark_are_a_customers(
    mail: MakeMail, read: ReadBytes, words: str
) -> None:
    [record] = read(mail(words))
    assert isinstance(record, Message)
    assert "auto_reply" not in record.extra


def test_a_quoted_automatic_message_says_nothing_about_the_answer(
    mail: MakeMail, read: ReadBytes
) -> None:
    quote = "El 3 de marzo de 2025, 10:12, Banco <s@banco.example> escribió:\n\n> No responda a"
    body = f"Pues respondo: sigo sin tarjeta.\n\n{quote} este mensaje automático.\n"
    [record] = read(mail(body, Auto_Submitted="auto-generated"))
    assert isinstance(record, Message)
    assert record.text == "Pues respondo: sigo sin tarjeta."


@pytest.mark.parametrize(
    "second", [{"Return-Path": "<>"}, {"List-Unsubscribe": "<mailto:no@example.com>"}]
)
def test_a_second_mark_makes_bulk_mail_automatic(
    mail: MakeMail, read: ReadBytes, second: dict[str, str]
) -> None:
    [record] = read(mail("Ofertas de la semana.", Precedence="bulk", **second))
    assert isinstance(record, Skipped)
    assert record.reason == "auto_reply"


def test_no_mark_says_that_none_is_meant(mail: MakeMail, read: ReadBytes) -> None:
    [record] = read(mail(Auto_Submitted="no", X_Auto_Reply="false", Precedence="first-class"))
    assert isinstance(record, Message)
    assert "auto_reply" not in record.extra


@pytest.mark.parametrize(
    ("action", "reason", "detail"),
    [
        ("failed", "bounce", "Aviso"),
        ("delayed", "bounce", "Aviso"),
        ("delivered", "auto_reply", "delivery receipt"),
        ("relayed", "auto_reply", "delivery receipt"),
    ],
)
def test_a_delivery_report_is_a_bounce_or_a_receipt_by_what_it_says(
    read: ReadBytes, action: str, reason: str, detail: str
) -> None:
    raw = REPORT.format(sender="postmaster@example.com", subject="Aviso", action=action)
    [record] = read(raw.encode())
    assert isinstance(record, Skipped)
    assert (record.reason, record.detail) == (reason, detail)
    assert record.external_id == "9@example.com"


@pytest.mark.parametrize("subject", ["Leído: Su caso", "Lida: Caso", "Read: Case", "Leido: x"])
def test_a_read_receipt_of_exchange_is_known_by_its_subject(read: ReadBytes, subject: str) -> None:
    raw = f"From: a@example.com\nSubject: {subject}\nContent-Type: multipart/report; boundary=b\n"
    [record] = read(f"{raw}\n--b\n\nSu mensaje fue leído.\n--b--\n".encode())
    assert isinstance(record, Skipped)
    assert (record.reason, record.detail) == ("auto_reply", "read receipt")


def test_a_bounce_that_a_customer_attaches_is_the_customers_mail(
    mail: MakeMail, read: ReadBytes
) -> None:
    message = mail("Les escribo y el correo me rebota. Adjunto el aviso.")
    bounce = mail("x", From="MAILER-DAEMON@example.com", Subject="Undeliverable: Queja")
    message.add_attachment(bounce)
    [record] = read(message)
    assert isinstance(record, Message)
    assert record.text == "Les escribo y el correo me rebota. Adjunto el aviso."


class TestSealedMail:
    @pytest.mark.parametrize(
        ("kind", "how"),
        [
            ("multipart/encrypted; protocol=application/pgp-encrypted; boundary=b", "PGP"),
            ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "S/MIME"),
            ("application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m", "S/MIME"),
        ],
    )
    def test_what_needs_a_key_is_skipped_as_encrypted(
        self, read: ReadBytes, kind: str, how: str
    ) -> None:
        body = "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b--\n"
        raw = f"From: a@example.com\nSubject: x\nContent-Type: {kind}\n\n{body}"
        [record] = read(raw.encode())
        assert isinstance(record, Skipped)
        assert (record.reason, record.detail) == ("encrypted", how)

    def test_pgp_inside_the_text_is_encrypted_too(self, mail: MakeMail, read: ReadBytes) -> None:
        [record] = read(mail("-----BEGIN PGP MESSAGE-----\n\nhQEMA1\n-----END PGP MESSAGE-----\n"))
        assert isinstance(record, Skipped)
        assert record.reason == "encrypted"

    def test_a_signature_beside_the_words_leaves_them_open(self, read: ReadBytes) -> None:
        raw = (
            "From: a@example.com\nSubject: x\nContent-Type: multipart/signed; boundary=b\n\n--b\n\n"
            "No abre la app.\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\n"
            "MIIB\n--b--\n"
        )
        [record] = read(raw.encode())
        assert isinstance(record, Message)
        assert record.text == "No abre la app."
        assert record.extra["attachments"] == "smime.p7s"

    def test_the_armor_of_a_signed_text_is_no_word_of_the_customer(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        [record] = read(
            mail(
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nNo abre.\n- - tampoco en web\n"
                "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
            )
        )
        assert isinstance(record, Message)
        assert record.text == "No abre.\n- tampoco en web"
