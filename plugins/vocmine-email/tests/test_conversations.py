"""Threads are told apart, and the company's own turns are not taken for a customer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from vocmine.message import Message, Record, Skipped
from vocmine.plugin import ReadOptions
from vocmine_email.company import Company, is_shared
from vocmine_email.source import EmailSource

MakeMail = Callable[..., EmailMessage]
MakeMbox = Callable[[Sequence[EmailMessage | bytes]], bytes]
ReadBytes = Callable[..., list[Record]]

OURS = {"Delivered-To": "pqrs@banco.example"}


def threads_of(records: Sequence[Record]) -> list[str]:
    return [record.extra.get("thread", "") for record in records if isinstance(record, Message)]


class TestThreads:
    def test_a_first_message_begins_a_thread_of_its_own_name(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        assert threads_of(read(mail())) == ["1@example.com"]

    @pytest.mark.parametrize("newest_first", [False, True])
    def test_references_lead_to_the_first_message_in_any_order(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes, newest_first: bool
    ) -> None:
        mails = [
            mail(Message_ID="<a@x.co>"),
            mail(Message_ID="<b@x.co>", In_Reply_To="<a@x.co>", References="<a@x.co>"),
            mail(Message_ID="<c@x.co>", In_Reply_To="<b@x.co>", References="<a@x.co> <b@x.co>"),
        ]
        content = mbox(mails[::-1] if newest_first else mails)
        assert threads_of(read(content)) == ["a@x.co"] * 3

    def test_answers_without_references_follow_each_other(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        mails = [
            mail(Message_ID="<a@x.co>"),
            mail(Message_ID="<b@x.co>", In_Reply_To="<a@x.co>"),
            mail(Message_ID="<c@x.co>", In_Reply_To="<b@x.co>"),
            mail(Message_ID="<d@x.co>", References="<c@x.co>"),
            mail(Message_ID="<e@x.co>"),
        ]
        assert threads_of(read(mbox(mails))) == ["a@x.co"] * 4 + ["e@x.co"]

    def test_a_turn_that_is_skipped_still_joins_the_thread(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        turn = mail(
            Message_ID="<b@x.co>", In_Reply_To="<a@x.co>", X_Gmail_Labels="Enviados", Subject="RE"
        )
        last = mail(Message_ID="<c@x.co>", In_Reply_To="<b@x.co>")
        records = read(mbox([mail(Message_ID="<a@x.co>"), turn, last]))
        assert isinstance(records[1], Skipped)
        assert threads_of(records) == ["a@x.co", "a@x.co"]

    def test_gmail_joins_what_has_no_references(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        first = mail(Message_ID="<a@x.co>", X_GM_THRID="17")
        second = mail(Message_ID="<b@x.co>", X_GM_THRID="17")
        other = mail(Message_ID="<c@x.co>", X_GM_THRID="18")
        assert threads_of(read(mbox([first, second, other]))) == ["a@x.co", "a@x.co", "c@x.co"]

    def test_a_loop_of_answers_ends(self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes) -> None:
        mails = [
            mail(Message_ID="<a@x.co>", In_Reply_To="<b@x.co>"),
            mail(Message_ID="<b@x.co>", In_Reply_To="<a@x.co>"),
            mail(Message_ID="<c@x.co>", In_Reply_To="<c@x.co>"),
        ]
        assert threads_of(read(mbox(mails))) == ["b@x.co", "b@x.co", "c@x.co"]

    def test_a_message_without_any_identifier_has_no_thread(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        assert threads_of(read(mail(Message_ID=""))) == [""]


class TestCompanysTurns:
    def test_what_the_company_writes_to_a_customer_is_skipped_and_counted(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        question = mail(**OURS)
        answer = mail(
            "Estamos revisando.", From="Luz <luz@banco.example>", To="ana@example.com",
            Cc="pqrs@banco.example", Message_ID="<2@banco.example>", **OURS,
        )  # fmt: skip
        first, second = read(mbox([question, answer]))
        assert isinstance(first, Message)
        assert isinstance(second, Skipped)
        assert second.reason == "company_reply"
        assert second.detail == "written by luz@banco.example"
        assert second.external_id == "2@banco.example"

    @pytest.mark.parametrize(
        "headers",
        [
            {"From": "Formulario <pqrs@banco.example>", "To": "pqrs@banco.example"},
            {"From": "Web <web@banco.example>", "To": "pqrs@banco.example"},
            {"From": "Web <web@banco.example>", "To": "x@y.co", "Reply-To": "ana@example.com"},
            {"From": "Un empleado <luis@banco.example>", "To": "pqrs@banco.example"},
            {"From": "ana@otrobanco.example", "To": "pqrs@banco.example, luis@example.com"},
            {"From": "ana@minibanco.example", "To": "x@example.com"},
        ],
    )
    def test_what_comes_from_the_company_to_itself_is_read(
        self, mail: MakeMail, read: ReadBytes, headers: dict[str, str]
    ) -> None:
        [record] = read(mail("Nombre: Ana. Queja: no abre la app.", **headers, **OURS))
        assert isinstance(record, Message)

    def test_neighbours_on_a_free_domain_are_customers(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        ours = {"Delivered-To": "tiendalaesquina@gmail.com"}
        customer = mail(From="ana@gmail.com", To="tiendalaesquina@gmail.com, x@gmail.com", **ours)
        owner = mail(From="TiendaLaEsquina@gmail.com", To="ana@gmail.com", Message_ID="<2@x>")
        first, second = read(mbox([customer, owner]))
        assert isinstance(first, Message)
        assert isinstance(second, Skipped)

    def test_a_forward_of_a_colleague_is_the_customers_whatever_the_colleague_adds(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        body = (
            "Por favor contesten hoy.\n\nDe: Luis Ruiz <luis@example.com>\nEnviado el: lunes, 3 de "
            "marzo de 2025 10:12\nPara: Luz\nAsunto: Tarjeta\n\nNo me llegó la tarjeta.\n"
        )
        headers = {"From": "luz@banco.example", "To": "ana@example.com", "Subject": "RV: Tarjeta"}
        [record] = read(mail(body, **headers, **OURS))
        assert isinstance(record, Message)
        assert record.text == "No me llegó la tarjeta."
        assert record.author == "Luis Ruiz <luis@example.com>"
        assert record.context.startswith("Por favor contesten hoy.")

    def test_an_address_that_few_messages_came_through_is_not_the_companys(
        self, mail: MakeMail, mbox: MakeMbox, read: ReadBytes
    ) -> None:
        mails = [mail(Message_ID=f"<{n}@x>", **OURS) for n in range(20)]
        mails.append(mail(Delivered_To="ana@cliente.example", Message_ID="<20@x>"))
        mails.append(mail(From="ana@cliente.example", To="x@example.com", Message_ID="<21@x>"))
        assert all(isinstance(record, Message) for record in read(mbox(mails)))

    def test_the_detection_tells_whose_mailbox_it_seems_to_be(
        self, mail: MakeMail, tmp_path: Path
    ) -> None:
        path = tmp_path / "export"
        path.write_bytes(mail(**OURS).as_bytes())
        source = EmailSource()
        assert source.detect(path, ReadOptions()).details["company"] == "banco.example"
        given = ReadOptions(company="a@otro.example")
        assert source.detect(path, given).details["company"] == "a@otro.example"

    @pytest.mark.parametrize("company", ["banco.example", "otro.co, Luz@Banco.Example"])
    def test_the_user_may_say_who_the_company_is(
        self, mail: MakeMail, read: ReadBytes, company: str
    ) -> None:
        turn = mail(From="luz@banco.example", To="ana@example.com")
        [record] = read(turn, company=company)
        assert isinstance(record, Skipped)
        assert record.reason == "company_reply"
        [record] = read(mail(), company=company)
        assert isinstance(record, Message)


@pytest.mark.parametrize(
    ("domain", "shared"),
    [
        ("gmail.com", True),
        ("hotmail.es", True),
        ("yahoo.com.mx", True),
        ("terra.com.co", True),
        ("uol.com.br", True),
        ("correo.banco.com.co", False),
        ("gmail.banco.com", False),
        ("une.edu.co", True),
        ("example", False),
        ("", False),
    ],
)
def test_domains_that_anybody_can_have_are_known(domain: str, shared: bool) -> None:
    assert is_shared(domain) is shared


def test_a_company_is_written_as_its_domains_and_lone_addresses() -> None:
    heads = [b"Delivered-To: a@banco.example\n\n", b"X-Original-To: <t@gmail.com>\r\n\r\nx"]
    assert str(Company.of_mailbox(heads)) == "banco.example, t@gmail.com"
    assert str(Company.of_mailbox([b"Subject: x\n\nDelivered-To: a@b.co\n"])) == ""
