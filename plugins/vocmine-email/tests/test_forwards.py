"""Whose words a forward is read for, whose name stands beside them, what is told of the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage

import pytest

from vocmine.catalogue import INTERFACE_LANGS
from vocmine.cleaning import Cleaner, pseudonym
from vocmine.display import name_of
from vocmine.message import Message, Record, Skipped
from vocmine_email.own_words import Writer

MakeMail = Callable[..., EmailMessage]
ReadBytes = Callable[..., list[Record]]

INTERNAL = {"From": "PQR <pqr@banco.example>", "To": "asesor@banco.example"}
CASE = (
    "De: Juan <juan@gmail.com>\nEnviado: lunes, 3 de marzo de 2025 10:12\nAsunto: Robo\n\n"
    "Me robaron la tarjeta.\n"
)
COLLEAGUE = (
    "De: Luz Ríos <luz@banco.example>\nEnviado: lunes, 3 de marzo de 2025 11:40\n"
    "Para: PQR\nAsunto: RV: Robo\n\nMiren el de abajo.\n\n"
)
NOTE = "Por favor gestionar.\n\n"


def only(records: Sequence[Record]) -> Message:
    [record] = records
    assert isinstance(record, Message), record
    return record


class TestWhoseWords:
    @pytest.mark.parametrize("options", [{}, {"company": "banco.example"}])
    @pytest.mark.parametrize("headers", [{}, {"Delivered-To": "asesor@banco.example"}])
    @pytest.mark.parametrize("below", [CASE, COLLEAGUE + CASE])
    def test_what_a_colleague_passes_on_inside_is_the_customers(
        self,
        mail: MakeMail,
        read: ReadBytes,
        options: dict[str, str],
        headers: dict[str, str],
        below: str,
    ) -> None:
        forward = mail(NOTE + below, Subject="Fwd: caso", **INTERNAL, **headers)
        record = only(read(forward, **options))
        assert record.text == "Me robaron la tarjeta."
        assert record.author == "Juan <juan@gmail.com>"
        assert record.context.startswith("Por favor gestionar.")
        assert record.extra["forwarded"] == "yes"

    def test_the_block_of_the_report_with_its_dots_is_read_too(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        body = f"{NOTE}De: Juan <juan@gmail.com>\nEnviado: …\nAsunto: …\n\nMe robaron la tarjeta"
        record = only(read(mail(body, Subject="Fwd: caso", **INTERNAL)))
        assert record.text == "Me robaron la tarjeta"

    def test_an_attached_forward_of_a_colleague_is_the_customers(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        forward = mail(NOTE, Subject="Fwd: caso", **INTERNAL)
        forward.add_attachment(mail("Me robaron.", From="Juan <juan@gmail.com>", Subject="Robo"))
        record = only(read(forward))
        assert (record.text, record.author) == ("Me robaron.", "Juan <juan@gmail.com>")
        assert record.context == "Por favor gestionar."

    @pytest.mark.parametrize(
        "note", ["Miren lo que me respondió la EPS.", "Exijo que contesten mi caso."]
    )
    def test_employees_who_tell_their_own_case_keep_their_words(
        self, mail: MakeMail, read: ReadBytes, note: str
    ) -> None:
        record = only(read(mail(f"{note}\n\n{CASE}", Subject="Fwd: EPS", **INTERNAL)))
        assert (record.text, record.author) == (note, "PQR <pqr@banco.example>")
        assert "forwarded" not in record.extra

    @pytest.mark.parametrize(
        "headers",
        [
            {"From": "ana@example.com", "To": "pqr@banco.example"},
            {"From": "ana@gmail.com", "To": "tienda@gmail.com"},
            {"From": "web@banco.example", "To": "pqr@banco.example", "Reply-To": "ana@gmail.com"},
        ],
    )
    def test_what_others_add_to_a_forward_is_theirs(
        self, mail: MakeMail, read: ReadBytes, headers: dict[str, str]
    ) -> None:
        options = {"company": "banco.example"}
        for given in ({}, options):
            record = only(read(mail(NOTE + CASE, Subject="Fwd: caso", **headers), **given))
            assert record.text == "Por favor gestionar."
            assert "Me robaron la tarjeta." in record.context

    def test_what_colleagues_pass_on_of_each_other_stays_the_senders(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        forward = mail(NOTE + COLLEAGUE, Subject="Fwd: caso", **INTERNAL)
        record = only(read(forward))
        assert (record.text, record.author) == ("Por favor gestionar.", "PQR <pqr@banco.example>")
        [skipped] = read(forward, company="banco.example")
        assert isinstance(skipped, Skipped)
        assert skipped.reason == "company_reply"

    def test_a_form_that_the_company_sends_itself_is_kept_with_its_name_given(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        form = mail("Queja: no abre.", From="web@banco.example", To="pqr@banco.example")
        assert only(read(form, company="banco.example")).text == "Queja: no abre."

    @pytest.mark.parametrize("headers", [{"In-Reply-To": "<0@x>"}, {"Subject": "RE: caso"}])
    def test_an_answer_inside_the_named_company_is_its_own(
        self, mail: MakeMail, read: ReadBytes, headers: dict[str, str]
    ) -> None:
        [record] = read(mail("Ya quedó.", **INTERNAL, **headers), company="banco.example")
        assert isinstance(record, Skipped)
        assert record.reason == "company_reply"


class TestNames:
    def test_a_forwarded_author_gets_the_pseudonym_of_their_own_mail(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        forward = only(read(mail(NOTE + CASE, Subject="Fwd: caso", **INTERNAL)))
        direct = only(read(mail(From="Juan <juan@gmail.com>")))
        cleaner = Cleaner(salt="sal")
        assert cleaner.clean(forward).author == cleaner.clean(direct).author
        assert cleaner.clean(direct).author == pseudonym("Juan <juan@gmail.com>", "sal")

    def test_no_name_or_address_stands_among_the_other_columns(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        people = {"Cc": "Eva <eva@gmail.com>", "Reply-To": "Juan <juan@gmail.com>"}
        for body in ("No abre.", NOTE + CASE):
            extra = only(read(mail(body, Subject="Fwd: caso", **INTERNAL, **people))).extra
            assert not {"to", "cc", "reply_to", "forwarded_from", "forwarded_by"} & set(extra)
            assert "gmail.com" not in " ".join(extra.values())

    def test_with_names_kept_they_tell_who_was_written_to(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        forward = mail(NOTE + CASE, Subject="Fwd: caso", Cc="Eva <eva@banco.example>", **INTERNAL)
        extra = only(read(forward, keep_names=True)).extra
        assert extra["to"] == "asesor@banco.example"
        assert extra["cc"] == "Eva <eva@banco.example>"
        assert extra["forwarded_by"] == "PQR <pqr@banco.example>"

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("Juan <juan@gmail.com>", "Juan <juan@gmail.com>"),
            ("Juan [mailto:juan@gmail.com]", "Juan <juan@gmail.com>"),
            ("Juan (juan@gmail.com)", "Juan <juan@gmail.com>"),
            ("juan@gmail.com", "juan@gmail.com"),
            ("Juan Ruiz", "Juan Ruiz"),
            ("", ""),
        ],
    )
    def test_the_line_of_a_header_block_gives_name_and_address(
        self, value: str, written: str
    ) -> None:
        assert str(Writer.of_header(value)) == written


class TestOnlyQuoted:
    BODY = (
        "El lun, 3 mar 2025 a las 10:12, Banco (<s@banco.example>) escribió:\n\n"
        "su caso fue cerrado\n\nYo respondo abajo: no es cierto\n"
    )

    @pytest.mark.parametrize("headers", [{"Subject": "Re: caso"}, {"In-Reply-To": "<0@x>"}])
    def test_a_reply_that_seems_all_quote_is_counted_apart(
        self, mail: MakeMail, read: ReadBytes, headers: dict[str, str]
    ) -> None:
        [record] = read(mail(self.BODY, **headers))
        assert isinstance(record, Skipped)
        assert record.reason == "only_quoted"

    def test_what_is_no_reply_or_holds_no_quote_has_no_words_of_the_customer(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        for message in (mail(self.BODY), mail("Enviado desde mi iPhone", Subject="Re: caso")):
            [record] = read(message)
            assert isinstance(record, Skipped)
            assert record.reason == "no_customer_text"

    def test_the_reason_has_words_in_every_language(self) -> None:
        said = {name_of("skipped", "only_quoted", lang) for lang in INTERFACE_LANGS}
        assert len(said) == 3
        assert "only_quoted" not in said
