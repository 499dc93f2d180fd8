"""Every message of a mailbox becomes one record: a message, a skip with its reason, or "
"unreadable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import ReadOptions, Source
from vocmine_email import register_sources
from vocmine_email.source import EmailSource

if TYPE_CHECKING:
    from pathlib import Path

MakeMail = Callable[..., EmailMessage]
MakeMbox = Callable[[Sequence[EmailMessage | bytes]], bytes]
ReadBytes = Callable[..., list[Record]]

REPLY = "El lun, 3 mar 2025 a las 10:12, Banco (<s@banco.example>) escribió:\n\n> Hola Ana\n"
OUTLOOK = (
    "De: Luis Ruiz <luis@example.com>\nEnviado el: lunes, 3 de marzo de 2025 10:12\n"
    "Para: Servicio\nAsunto: Tarjeta\n\nNo me llegó la tarjeta.\n\nCordialmente,\nLuis Ruiz\n"
)


def test_the_plugin_registers_a_source_without_importing_it() -> None:
    registered: dict[str, object] = {}
    register_sources(lambda name, target, *, summary="": registered.update({name: target}))
    assert registered == {"email": "vocmine_email.source:EmailSource"}
    assert isinstance(EmailSource(), Source)


class TestText:
    def test_quotes_and_signature_are_context_and_not_text(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        [record] = read(mail(f"No abre.\n\nCordialmente,\nAna Pérez\n\n{REPLY}"))
        assert isinstance(record, Message)
        assert record.text == "No abre."
        assert record.context == f"Cordialmente,\nAna Pérez\n\n{REPLY.strip()}"

    def test_html_mail_of_gmail_loses_its_quote_and_signature(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        html = (
            '<div dir="ltr">No abre la app&nbsp;m&oacute;vil.<br clear="all"><div><br></div>-- <br>'
            '<div dir="ltr" class="gmail_signature"><b>Ana</b></div></div><br><div '
            'class="gmail_quote">'
            '<div dir="ltr" class="gmail_attr">El lun, 3 mar 2025 a las 10:12, Banco (&lt;<a href='
            '"mailto:s@banco.example">s@banco.example</a>&gt;) escribió:<br></div><blockquote '
            'class="gmail_quote"><div>Hola Ana</div></blockquote></div>'
        )
        [record] = read(mail(None, html=html))
        assert isinstance(record, Message)
        assert record.text == "No abre la app móvil."
        assert "> Hola Ana" in record.context

    def test_html_mail_of_outlook_loses_its_header_block(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        html = (
            "<body><p class=MsoNormal>No abre.<o:p></o:p></p><p "
            "class=MsoNormal><o:p>&nbsp;</o:p></p>"
            "<div style='border-top:solid'><p class=MsoNormal><b>De:</b> Banco "
            "&lt;s@banco.example&gt;"
            "<br><b>Enviado el:</b> lunes, 3 de marzo de 2025 10:12<br><b>Para:</b> Ana<br>"
            "<b>Asunto:</b> RE: Reclamo</p></div><p class=MsoNormal>Hola Ana</p></body>"
        )
        [record] = read(mail(None, html=html))
        assert isinstance(record, Message)
        assert record.text == "No abre."
        assert record.context.startswith("De: Banco <s@banco.example>\nEnviado el:")

    def test_a_forward_without_words_is_the_forwarded_customers(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        [record] = read(mail(f"\n\nCordialmente,\nAna Pérez\n\n{OUTLOOK}", Subject="RV: Tarjeta"))
        assert isinstance(record, Message)
        assert record.text == "No me llegó la tarjeta."
        assert record.author == "Luis Ruiz <luis@example.com>"
        assert "Enviado el:" in record.context
        assert "Cordialmente,\nLuis Ruiz" in record.context

    def test_a_forward_with_words_is_the_writers(self, mail: MakeMail, read: ReadBytes) -> None:
        [record] = read(mail(f"Por favor, contesten esto.\n\n{OUTLOOK}", Subject="RV: Tarjeta"))
        assert isinstance(record, Message)
        assert record.text == "Por favor, contesten esto."
        assert "No me llegó la tarjeta." in record.context

    def test_a_forward_of_a_forward_is_followed(self, mail: MakeMail, read: ReadBytes) -> None:
        twice = (
            f"De: Eva <eva@example.com>\nEnviado: lunes\nPara: x\nAsunto: RV: Tarjeta\n\n{OUTLOOK}"
        )
        [record] = read(mail(twice, Subject="RV: RV: Tarjeta"))
        assert isinstance(record, Message)
        assert record.text == "No me llegó la tarjeta."
        assert record.author == "Luis Ruiz <luis@example.com>"

    def test_an_empty_answer_above_the_same_block_is_no_forward(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        [record] = read(mail(OUTLOOK, Subject="RE: Tarjeta", In_Reply_To="<0@x>"))
        assert isinstance(record, Skipped)
        assert record.reason == "only_quoted"

    def test_a_message_forwarded_as_attachment_is_read(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        message = mail("\n", Subject="Fwd: Tarjeta")
        message.add_attachment(
            mail(
                "No llegó mi tarjeta.\n\n-- \nLuis\n",
                From="Luis <l@example.com>",
                Subject="Tarjeta",
            )
        )
        [record] = read(message)
        assert isinstance(record, Message)
        assert record.text == "No llegó mi tarjeta."
        assert record.author == "Luis <l@example.com>"
        assert record.extra["attachments"] == "Tarjeta"

    def test_the_text_of_a_wrong_charset_is_read(self, read: ReadBytes) -> None:
        raw = (
            "From: a@example.com\nContent-Type: text/plain; charset=us-ascii\n\nNo llegó.".encode()
        )
        [record] = read(raw)
        assert isinstance(record, Message)
        assert record.text == "No llegó."


class TestSkips:
    @pytest.mark.parametrize(
        ("headers", "reason"),
        [
            ({"Subject": "Respuesta automática: Reclamo"}, "auto_reply"),
            ({"Subject": "Fuera de la oficina"}, "auto_reply"),
            ({"Subject": "Fuera de oficina hasta el lunes"}, "auto_reply"),
            ({"Subject": "Resposta automática: Queixa"}, "auto_reply"),
            ({"Subject": "Automatic reply: Claim"}, "auto_reply"),
            ({"Subject": "Out of Office"}, "auto_reply"),
            ({"From": "MAILER-DAEMON@example.com"}, "bounce"),
            ({"From": "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"}, "bounce"),
            ({"X-Failed-Recipients": "x@example.com"}, "bounce"),
            ({"From": "postmaster@example.com", "Subject": "No se puede entregar: Hola"}, "bounce"),
            ({"Return-Path": "<>", "Subject": "Undeliverable: Hi"}, "bounce"),
            ({"From": ""}, "not_email"),
            ({"X-Gmail-Labels": "Enviados,Importante"}, "no_customer_text"),
            ({"X-Gmail-Labels": "Drafts"}, "no_customer_text"),
        ],
    )
    def test_mail_that_no_customer_wrote_is_skipped_with_its_reason(
        self, mail: MakeMail, read: ReadBytes, headers: dict[str, str], reason: str
    ) -> None:
        [record] = read(mail(**headers))
        assert isinstance(record, Skipped)
        assert record.reason == reason
        assert record.locator == "message 1"
        assert record.external_id == "1@example.com"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto-Submitted": "no"},
            {"Precedence": "list", "List-Id": "<servicio.banco.example>"},
            {"Subject": "Re: Respuesta automática: Reclamo"},
            {"Subject": "Su respuesta automática no sirve"},
            {"Subject": "Respuesta automática que no ayuda"},
            {"Subject": "Fuera de la oficina de Chapinero me robaron"},
            {"From": "Postmaster <postmaster@example.com>", "Subject": "Queja del hosting"},
            {"X-Gmail-Labels": "Recibidos,Enviados"},
            {"X-Gmail-Labels": "Spam"},
        ],
    )
    def test_mail_that_only_looks_automatic_is_read(
        self, mail: MakeMail, read: ReadBytes, headers: dict[str, str]
    ) -> None:
        [record] = read(mail(**headers))
        assert isinstance(record, Message)

    def test_a_delivery_report_is_a_bounce(self, read: ReadBytes) -> None:
        raw = (
            b"From: x@example.com\nSubject: x\nContent-Type: multipart/report; boundary=b; "
            b"report-type=delivery-status\n\n--b\n\nNo llego.\n--b\nContent-Type: "
            b"message/delivery-status"
            b"\n\nReporting-MTA: dns; x\n\n--b--\n"
        )
        [record] = read(raw)
        assert isinstance(record, Skipped)
        assert record.reason == "bounce"

    def test_a_read_receipt_is_automatic(self, read: ReadBytes) -> None:
        raw = (
            b"From: x@example.com\nContent-Type: multipart/report; boundary=b; "
            b"report-type=disposition-notification\n\n--b\n\nLeido.\n--b--\n"
        )
        [record] = read(raw)
        assert isinstance(record, Skipped)
        assert (record.reason, record.detail) == ("auto_reply", "read receipt")

    @pytest.mark.parametrize(
        "body",
        [
            "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n",
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nInvitación\n--b\n"
            "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
            "Content-Type: text/calendar; method=CANCEL\n\nBEGIN:VCALENDAR\n--b--\n",
        ],
    )
    def test_invitations_are_calendar(self, read: ReadBytes, body: str) -> None:
        [record] = read(f"From: x@example.com\nSubject: Reunión\n{body}".encode())
        assert isinstance(record, Skipped)
        assert record.reason == "calendar"

    def test_mail_with_a_calendar_file_attached_is_read(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        message = mail("La cita que me dieron está mal.")
        message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="cita.ics")
        [record] = read(message)
        assert isinstance(record, Message)
        assert record.extra["attachments"] == "cita.ics"

    @pytest.mark.parametrize("body", ["", "\n \n", "\xa0\n\u200b"])
    def test_a_message_without_text_is_empty(
        self, mail: MakeMail, read: ReadBytes, body: str
    ) -> None:
        [record] = read(mail(body))
        assert isinstance(record, Skipped)
        assert record.reason == "empty_text"

    def test_a_message_with_attachments_alone_is_empty(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        message = mail("")
        message.add_attachment(b"x", maintype="image", subtype="jpeg", filename="foto.jpg")
        [record] = read(message)
        assert isinstance(record, Skipped)
        assert record.reason == "empty_text"

    @pytest.mark.parametrize(
        "body", [REPLY, "-- \nAna", "Enviado desde mi iPhone", "Saludos,\nAna Pérez"]
    )
    def test_a_message_with_nothing_of_the_customer_says_so(
        self, mail: MakeMail, read: ReadBytes, body: str
    ) -> None:
        [record] = read(mail(body))
        assert isinstance(record, Skipped)
        assert record.reason == "no_customer_text"

    def test_chats_of_a_takeout_are_not_mail(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        chat = b"X-GM-THRID: 1\nX-Gmail-Labels: Chat\nMIME-Version: 1.0\n\nhola\n"
        first, second = read(mbox([chat, mail()]))
        assert isinstance(first, Skipped)
        assert first.reason == "not_email"
        assert isinstance(second, Message)


class TestBrokenMail:
    def test_a_broken_message_is_unreadable_and_its_neighbours_are_read(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        first, broken, last = read(mbox([mail(), b"\x00\x01 basura", mail()]))
        assert isinstance(first, Message)
        assert isinstance(broken, Unreadable)
        assert broken.locator == "message 2"
        assert broken.error == "The message cannot be read: it has no headers."
        assert "basura" in broken.raw
        assert isinstance(last, Message)
        assert last.locator == "message 3"

    def test_parts_nested_beyond_reason_do_not_end_the_run(self, read: ReadBytes) -> None:
        depth = 3000
        parts = "".join(
            f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth)
        )
        [record] = read(f"From: a@example.com\nSubject: x\n{parts}\nhola".encode())
        assert record.locator == "message 1"

    @given(data=st.binary(max_size=400))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_bytes_in_a_message_give_one_record(self, read: ReadBytes, data: bytes) -> None:
        head = b"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\nSubject: "
        assert len(read(head + data)) == 1

    def test_a_missing_file_is_an_error_of_the_caller(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            list(EmailSource().read(tmp_path / "nada.mbox", ReadOptions()))
