"""Mail as it really comes: odd line ends and encodings, nesting, sizes, labels, broken parts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vocmine.message import Message, Record, Skipped
from vocmine.plugin import ReadOptions
from vocmine_email.mailbox import sniff
from vocmine_email.parts import MAX_TEXT_BYTES, extract, parse
from vocmine_email.source import EmailSource

MakeMail = Callable[..., EmailMessage]
MakeMbox = Callable[[Sequence[EmailMessage | bytes]], bytes]
ReadBytes = Callable[..., list[Record]]

PLAIN = "From: Ana <ana@example.com>\nSubject: Atención\nMessage-ID: <1@x.co>\n\nNo abrió.\nNada."


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_saved_message_is_read_whatever_its_line_ends_and_encoding(
    tmp_path: Path, newline: str, codec: str
) -> None:
    path = tmp_path / "queja.eml"
    path.write_bytes(PLAIN.replace("\n", newline).encode(codec))
    assert sniff(path).kind == "eml"
    [record] = EmailSource().read(path, ReadOptions())
    assert isinstance(record, Message)
    assert (record.title, record.text) == ("Atención", "No abrió.\nNada.")


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Enviados", "no_customer_text"),
        ("Sent", "no_customer_text"),
        ("=?UTF-8?Q?Enviados,Categor=C3=ADa:_Social?=", "no_customer_text"),
        ("Rascunhos", "no_customer_text"),
        ("Borradores", "no_customer_text"),
        ("Recibidos,Enviados", ""),
        ("Entrada,Abertos", ""),
    ],
)
def test_labels_of_a_takeout_are_known_in_three_languages(
    mail: MakeMail, read: ReadBytes, label: str, reason: str
) -> None:
    raw = mail().as_bytes().replace(b"From:", f"X-Gmail-Labels: {label}\nFrom:".encode(), 1)
    [record] = read(raw)
    assert (record.reason if isinstance(record, Skipped) else "") == reason


class TestNesting:
    def test_messages_inside_messages_without_end_are_read_to_a_depth(
        self, mail: MakeMail, read: ReadBytes
    ) -> None:
        message = mail("El fondo.")
        raw = message.as_bytes()
        for _ in range(400):
            raw = b"From: a@x.co\nContent-Type: message/rfc822\n\n" + raw
        start = time.process_time()
        [record] = read(raw)
        assert record.locator == "message 1"
        assert time.process_time() - start < 10

    def test_a_boundary_that_all_levels_share_ends(self, read: ReadBytes) -> None:
        part = "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        [record] = read(f"From: a@x.co\nSubject: x\n{part * 500}\nNo abre.".encode())
        assert record.locator == "message 1"

    def test_a_thousand_parts_are_one_message(self, read: ReadBytes) -> None:
        parts = "--b\n\nUno.\n" * 5000
        head = "From: a@x.co\nContent-Type: multipart/mixed; boundary=b\n\n"
        [record] = read(f"{head}{parts}--b--\n".encode())
        assert isinstance(record, Message)


class TestSizes:
    def test_a_huge_body_is_read_up_to_a_limit(self, read: ReadBytes) -> None:
        body = b"No abre la app. " * (3 * 2**20)
        [record] = read(b"From: a@x.co\nSubject: x\nMessage-ID: <1@x>\n\n" + body)
        assert isinstance(record, Message)
        assert len(record.text) <= MAX_TEXT_BYTES
        assert record.extra["cut"] == "after 32 MiB"

    def test_a_long_line_costs_no_more_than_its_length(self, read: ReadBytes) -> None:
        start = time.process_time()
        [record] = read(b"From: a@x.co\nSubject: x\n\n" + b"No abre, " * 500_000)
        assert isinstance(record, Message)
        assert time.process_time() - start < 10


class TestParts:
    @pytest.mark.parametrize(
        ("lines", "body", "text"),
        [
            (["Content-Type: text"], "No abre.", "No abre."),
            (["Content-Type:"], "No abre.", "No abre."),
            (["Content-Type: text/plain; charset"], "No abre.", "No abre."),
            (["Content-Type: text/plain; charset*=utf-8''utf-8"], "No abrió.", "No abrió."),
            (["Content-Transfer-Encoding: base64"], "No llegó la tarjeta.", "No llegó la tarjeta."),
            (["Content-Transfer-Encoding: base64"], "Tm8 gYWJy", "Tm8 gYWJy"),
            (["Content-Transfer-Encoding: quoted-printable"], "No abri=C3=B3=", "No abrió"),
            (["Content-Transfer-Encoding: loca"], "No abre.", "No abre."),
            (["Content-Transfer-Encoding: x-uuencode"], "begin 644 a\n#2&]L\n`\nend\n", "Hol"),
            (["Content-Type: multipart/mixed; boundary="], "No abre.", "No abre."),
            (["Content-Type: multipart/mixed; boundary=otra"], "No abre.", "No abre."),
            (["Content-Type: multipart/digest; boundary=b"], "--b\nNo abre.\n--b--", ""),
        ],
    )
    def test_a_broken_declaration_does_not_lose_the_words(
        self, lines: list[str], body: str, text: str
    ) -> None:
        raw = "From: a@x.co\n" + "".join(f"{line}\n" for line in lines) + f"\n{body}"
        assert extract(parse(raw.encode())).text.strip() == text

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ("attachment; filename=foto.jpg", "foto.jpg"),
            ('attachment; filename="mi foto; la otra.jpg"', "mi foto; la otra.jpg"),
            ("attachment; filename*=UTF-8''relaci%C3%B3n.pdf", "relación.pdf"),
            ("attachment; filename*0=rela; filename*1=cion.pdf", "relacion.pdf"),
            ('attachment; filename="=?utf-8?Q?relaci=C3=B3n.pdf?="', "relación.pdf"),
            ("attachment; filename*=loca''a%FFb", "a\u00ffb"),
            ("attachment", "application/octet-stream"),
        ],
    )
    def test_names_of_attachments_are_read_in_every_way_they_are_written(
        self, disposition: str, name: str
    ) -> None:
        part = f"Content-Type: application/octet-stream\nContent-Disposition: {disposition}\n\nx\n"
        raw = f"From: a@x.co\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{part}--b--\n"
        assert extract(parse(raw.encode())).attachments == [name]

    def test_outlooks_winmail_dat_is_listed(self, mail: MakeMail, read: ReadBytes) -> None:
        message = mail("No abre.")
        message.add_attachment(
            b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat"
        )
        [record] = read(message)
        assert isinstance(record, Message)
        assert record.extra["attachments"] == "winmail.dat"

    def test_a_missing_empty_line_before_the_body_is_forgiven(self, read: ReadBytes) -> None:
        [record] = read(b"From: a@x.co\nSubject: x\nNo abre la app.\nNada.\n")
        assert isinstance(record, Message)
        assert record.text == "No abre la app.\nNada."


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=">-_*=@:~|."),
    min_size=1,
    max_size=12,
)
LINES = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
TEXTS = st.lists(LINES, min_size=1, max_size=5).map("\n".join)


@given(
    text=TEXTS,
    # Not UTF-16, which the standard library breaks at bytes that look like line ends.
    charset=st.sampled_from(["utf-8", "utf-7", "gb18030"]),
    cte=st.sampled_from(["base64", "quoted-printable"]),
    html=st.booleans(),
    files=st.integers(0, 2),
    nested=st.booleans(),
    crlf=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_the_standard_library_writes_is_read_back(
    mail: MakeMail, text: str, charset: str, cte: str, html: bool, files: int, nested: bool,
    crlf: bool,
) -> None:  # fmt: skip
    message = mail(None)
    message.set_content(text, charset=charset, cte=cte)
    if html:
        message.add_alternative("<p>otra forma</p>", subtype="html")
    for number in range(files):
        message.add_attachment(b"x", maintype="image", subtype="png", filename=f"{number}.png")
    if nested:
        message.add_attachment(mail("Otro mensaje."))
    raw = message.as_bytes()
    content = extract(parse(raw.replace(b"\n", b"\r\n") if crlf else raw))
    assert content.text.strip() == text.strip()
    assert content.attachments[:files] == [f"{number}.png" for number in range(files)]
    assert len(content.attached) == nested
