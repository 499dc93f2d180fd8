"""Header values are decoded: RFC 2047, raw bytes, addresses, dates with their zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vocmine.message import Message, Record

MakeMail = Callable[..., EmailMessage]
MakeMbox = Callable[[Sequence[EmailMessage | bytes]], bytes]
ReadBytes = Callable[..., list[Record]]


def test_the_fields_of_a_message_come_from_its_headers(mail: MakeMail, read: ReadBytes) -> None:
    [record] = read(
        mail(
            "No funciona la app.",
            In_Reply_To="<0@example.com>",
            References="<a@example.com> <0@example.com>",
            X_Gmail_Labels="Recibidos,Importante,No leídos",
            X_GM_THRID="1723853304940284153",
        ),
        country="CO",
    )
    assert record == Message(
        "No funciona la app.",
        external_id="1@example.com",
        created_at=datetime(2025, 3, 3, 10, 12, tzinfo=timezone(timedelta(hours=-5))),
        title="Reclamo",
        channel="email",
        author="Ana Pérez <ana@example.com>",
        country="CO",
        locator="message 1",
        extra={
            "in_reply_to": "0@example.com",
            "references": "a@example.com 0@example.com",
            "labels": "Recibidos, Importante, No leídos",
            "thread": "a@example.com",
        },
    )


@pytest.mark.parametrize(
    ("header", "title"),
    [
        (b"=?UTF-8?Q?Reclamaci=C3=B3n?=", "Reclamación"),
        (b"=?utf-8?B?UmVjbGFtYWNpw7Nu?=", "Reclamación"),
        (
            b"=?ISO-8859-1?Q?Reclamaci=F3n_por?=\n =?ISO-8859-1?Q?_cobro?=",
            "Reclamación por cobro",
        ),
        (b"RE: =?windows-1252?Q?atenci=F3n?= mala", "RE: atención mala"),
        (b"=?utf-8?Q?Se=C3?=\n =?utf-8?Q?=B1or?=", "Señor"),
        (b"=?no-existe?Q?Se=C3=B1or?=", "Señor"),
        ("Señor en UTF-8 crudo".encode(), "Señor en UTF-8 crudo"),
        ("Señor en latin-1".encode("latin-1"), "Señor en latin-1"),
        (b"=?utf-8?B?%%%?=", ""),
        (b"largo\n y doblado", "largo y doblado"),
        (b"", ""),
    ],
)
def test_subjects_are_decoded(read: ReadBytes, header: bytes, title: str) -> None:
    [record] = read(b"From: a@example.com\nSubject: " + header + b"\nTo: b@example.com\n\nNo abre.")
    assert isinstance(record, Message)
    assert record.title == title or header.startswith(b"=?utf-8?B?%")


@pytest.mark.parametrize(
    ("header", "author"),
    [
        ("ana@example.com", "ana@example.com"),
        ("<ana@example.com>", "ana@example.com"),
        ("Ana Pérez <ana@example.com>", "Ana Pérez <ana@example.com>"),
        ('"Pérez, Ana" <ana@example.com>', "Pérez, Ana <ana@example.com>"),
        ("=?utf-8?Q?P=C3=A9rez=2C_Ana?= <ana@example.com>", "Pérez, Ana <ana@example.com>"),
        ('"ana@example.com" <ana@example.com>', "ana@example.com"),
        ("ana@example.com (Ana)", "Ana <ana@example.com>"),
        ("Ana", "Ana"),
    ],
)
def test_authors_are_decoded(read: ReadBytes, header: str, author: str) -> None:
    [record] = read(f"From: {header}\nSubject: x\nDate: x\n\nNo abre.".encode())
    assert isinstance(record, Message)
    assert record.author == author


@pytest.mark.parametrize(
    ("lines", "moment"),
    [
        ("Date: Mon, 3 Mar 2025 10:12:00 +0100", datetime(2025, 3, 3, 9, 12, tzinfo=UTC)),
        ("Date: Mon, 3 Mar 2025 10:12:00 -0000", datetime(2025, 3, 3, 10, 12, tzinfo=UTC)),
        ("Date: 3 Mar 2025 10:12 GMT", datetime(2025, 3, 3, 10, 12, tzinfo=UTC)),
        (
            "Date: lun, 3 Mar 2025 10:12:00 -0500 (COT)",
            datetime(2025, 3, 3, 15, 12, tzinfo=UTC),
        ),
        (
            "Date: ayer\nReceived: from x by y; Tue, 4 Mar 2025 10:12:00 +0000\n"
            "Received: from z by x; Mon, 3 Mar 2025 10:12:00 +0000",
            datetime(2025, 3, 3, 10, 12, tzinfo=UTC),
        ),
        ("Date: ayer", None),
        ("Date: Mon, 99 Mar 2025 10:12:00 +0000", None),
    ],
)
def test_dates_keep_their_moment(read: ReadBytes, lines: str, moment: datetime | None) -> None:
    [record] = read(f"From: a@example.com\n{lines}\nSubject: x\n\nNo abre.".encode())
    assert isinstance(record, Message)
    assert record.created_at == moment


def test_a_date_without_zone_stays_local(read: ReadBytes) -> None:
    [record] = read(b"From: a@example.com\nDate: Mon, 3 Mar 2025 10:12:00\n\nNo abre.")
    assert isinstance(record, Message)
    assert record.created_at == datetime(2025, 3, 3, 10, 12)


def test_the_separator_dates_a_message_without_date(
    mail: MakeMail, mbox: MakeMbox, read: ReadBytes
) -> None:
    [record] = read(mbox([mail(Date="")]))
    assert isinstance(record, Message)
    assert record.created_at == datetime(2022, 2, 4, 17, 10, 22, tzinfo=UTC)


def test_a_message_without_id_has_none(mail: MakeMail, read: ReadBytes) -> None:
    [record] = read(mail(Message_ID=""))
    assert record.external_id == ""


@given(subject=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_subject_the_standard_library_writes_comes_back(
    mail: MakeMail, read: ReadBytes, subject: str
) -> None:
    [record] = read(mail(Subject=subject.replace("=?", "")))
    assert isinstance(record, Message)
    assert record.title == subject.replace("=?", "").replace("\ufeff", "")
