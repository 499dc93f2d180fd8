"""Builders shared by the tests: a message as bytes, an mbox of them, and what the source reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from vocmine.message import Record
from vocmine.plugin import ReadOptions
from vocmine_email.source import EmailSource

if TYPE_CHECKING:
    from pathlib import Path

SEPARATOR = b"From 1723853304940284153@xxx Fri Feb 04 17:10:22 +0000 2022\n"

MakeMail = Callable[..., EmailMessage]
ReadBytes = Callable[..., list[Record]]


def _mail(
    body: str | None = "No funciona la app.", *, html: str = "", **headers: str
) -> EmailMessage:
    message = EmailMessage()
    given = {
        "From": "Ana Pérez <ana@example.com>",
        "To": "Servicio <servicio@banco.example>",
        "Subject": "Reclamo",
        "Date": "Mon, 03 Mar 2025 10:12:00 -0500",
        "Message-ID": "<1@example.com>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            message[name] = value
    if body is not None:
        message.set_content(body)
        if html:
            message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


@pytest.fixture
def mail() -> MakeMail:
    """`mail(body, html=…, Subject=…, In_Reply_To=…)`; an empty header value leaves it out."""
    return _mail


@pytest.fixture
def read(tmp_path: Path) -> ReadBytes:
    """`read(message or bytes, encoding=…)`: the records of that file."""

    def reader(content: EmailMessage | bytes, **options: str) -> list[Record]:
        path = tmp_path / "export"
        path.write_bytes(content if isinstance(content, bytes) else content.as_bytes())
        return list(EmailSource().read(path, ReadOptions(**options)))

    return reader


@pytest.fixture
def mbox() -> Callable[[Sequence[EmailMessage | bytes]], bytes]:
    """The messages as one mbox, with the separators of a Gmail Takeout."""

    def writer(messages: Sequence[EmailMessage | bytes]) -> bytes:
        blocks = [m if isinstance(m, bytes) else m.as_bytes() for m in messages]
        return b"".join(SEPARATOR + block.rstrip(b"\n") + b"\n\n" for block in blocks)

    return writer
