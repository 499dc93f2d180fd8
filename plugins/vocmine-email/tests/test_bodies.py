"""Bodies: charsets declared wrong, HTML, multipart trees, attachments, flowed text."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.message import Message, Record
from vocmine.readers.markup import html_to_text
from vocmine_email.charsets import decode, tidy
from vocmine_email.parts import extract, parse, unflow

MakeMail = Callable[..., EmailMessage]
ReadBytes = Callable[..., list[Record]]

SPANISH = "Señor Núñez: ¿cuándo? La acción «no» llegó.\nAtención pésima."
LETTERS = "abcdefghijklmnopqrstuvwxyz áéíóúüñ ¿¡ ÁÉÍÓÚÑ .,;\n"
CHARSETS = ["utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "utf-16", "utf-7"]
ENCODINGS = ["7bit", "8bit", "quoted-printable", "base64"]


def raw_mail(body: bytes, *lines: str) -> bytes:
    head = "From: a@example.com\nMIME-Version: 1.0\n" + "".join(f"{line}\n" for line in lines)
    return head.encode() + b"\n" + body


def text_of(raw: bytes, fallback: str = "") -> str:
    return extract(parse(raw), fallback=fallback).text


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_spanish_survives_every_charset_and_transfer_encoding(charset: str, encoding: str) -> None:
    body = SPANISH.encode(charset)
    if encoding == "quoted-printable":
        body = quopri.encodestring(body)
    elif encoding == "base64":
        body = base64.encodebytes(body)
    elif charset == "utf-16":
        pytest.skip("UTF-16 cannot travel as 8bit")
    raw = raw_mail(
        body,
        f"Content-Type: text/plain; charset={charset}",
        f"Content-Transfer-Encoding: {encoding}",
    )
    assert text_of(raw) == SPANISH


@given(
    st.text(LETTERS).filter(str.strip),
    st.sampled_from(CHARSETS[:4]),
    st.sampled_from(ENCODINGS[1:]),
)
def test_a_message_of_the_standard_library_comes_back_exactly(
    text: str, charset: str, encoding: str
) -> None:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content(text, charset=charset, cte=encoding)
    assert text_of(message.as_bytes()).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("us-ascii", "utf-8"),
        ("us-ascii", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("windows-1252", "utf-8"),
        ("utf-8", "cp1252"),
        ("utf-8", "iso-8859-1"),
        ("unknown-8bit", "utf-8"),
        ("x-user-defined", "cp1252"),
        ("no existe", "cp1252"),
        ("punycode", "utf-8"),
        ("hex", "utf-8"),
        ("rot13", "utf-8"),
        ("\x00", "utf-8"),
        ("", "utf-8"),
        ("", "cp1252"),
    ],
)
def test_a_wrong_unknown_or_missing_charset_does_not_spoil_the_text(
    declared: str, actual: str
) -> None:
    assert decode(SPANISH.encode(actual), declared) == SPANISH


def test_eight_bit_text_without_any_mime_header_is_read() -> None:
    assert text_of(b"From: a@example.com\n\nNo lleg\xf3 el cami\xf3n\n") == "No llegó el camión\n"
    assert text_of("From: a@example.com\n\nNo llegó\n".encode()) == "No llegó\n"


def test_the_users_charset_decides_for_text_that_declares_none() -> None:
    raw = b"From: a@example.com\n\n" + "żółć".encode("iso-8859-2")
    assert text_of(raw, fallback="iso-8859-2") == "żółć"


def test_latin_1_means_windows_quotes_and_dashes_too() -> None:
    assert decode(b"\x93no\x94 \x97 s\xed", "iso-8859-1") == "“no” — sí"


@given(st.binary(), st.text(max_size=12))
def test_decoding_never_fails(data: bytes, charset: str) -> None:
    assert isinstance(decode(data, charset, fallback=charset), str)


def test_tidy_text_has_unix_newlines_and_plain_spaces() -> None:
    assert tidy("a\r\nb\rc\xa0d\u200be\x00f") == "a\nb\nc def"


class TestHtml:
    def test_blocks_are_lines_and_entities_are_letters(self) -> None:
        html = (
            "<div>Se&ntilde;or Ram&oacute;n,</div><div><br></div><div>no   lleg&#243;<br>nada</div>"
        )
        assert html_to_text(html) == "Señor Ramón,\n\nno llegó\nnada"

    def test_paragraphs_have_an_empty_line_between_them(self) -> None:
        assert html_to_text("<p>Uno</p><p>Dos</p>") == "Uno\n\nDos"

    def test_outlooks_paragraphs_without_margin_do_not(self) -> None:
        html = "<p class=MsoNormal>Uno</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Dos</p>"
        assert html_to_text(html) == "Uno\n\nDos"
        assert html_to_text("<p class=MsoNormal>Uno</p><p class=MsoNormal>Dos</p>") == "Uno\nDos"

    def test_inline_elements_do_not_break_words(self) -> None:
        assert html_to_text("<b>No</b> fun<i>cio</i>na&nbsp;nada") == "No funciona nada"

    def test_styles_scripts_comments_and_hidden_text_are_dropped(self) -> None:
        html = (
            "<html><head><title>t</title><style>p{}</style></head><body><!-- c "
            "--><script>s()</script>"
            "<div style='display:none'>oculto</div><span hidden>oculto</span>visible</body></html>"
        )
        assert html_to_text(html) == "visible"

    def test_lists_and_tables_are_lines(self) -> None:
        html = "<ul><li>uno</li><li>dos</li></ul><table><tr><td>a</td><td>b</td></tr></table>"
        assert html_to_text(html) == "- uno\n- dos\na b"

    def test_preformatted_text_keeps_its_lines(self) -> None:
        assert html_to_text("<pre>uno\n  dos</pre>") == "uno\ndos"

    def test_cited_block_quotes_are_marked_and_indented_ones_are_not(self) -> None:
        cited = "Hola<blockquote type=cite>uno<br>dos</blockquote>fin"
        assert html_to_text(cited) == "Hola\n> uno\n> dos\nfin"
        assert html_to_text("Hola<blockquote>uno</blockquote>") == "Hola\nuno"

    def test_signature_blocks_begin_with_the_standard_delimiter(self) -> None:
        html = "<div>Hola</div><div class=gmail_signature><div>Ana</div></div>"
        assert html_to_text(html) == "Hola\n-- \nAna"

    def test_text_without_tags_passes(self) -> None:
        assert html_to_text("1 &lt; 2 y no llegó") == "1 < 2 y no llegó"
        assert html_to_text("") == ""

    def test_absurdly_nested_markup_still_gives_its_words(self) -> None:
        assert html_to_text("<div>" * 20_000 + "hola &amp; adiós") == "hola & adiós"

    @given(st.text())
    def test_it_never_fails(self, markup: str) -> None:
        assert isinstance(html_to_text(markup), str)

    @given(st.lists(st.text("abcñó", min_size=1), min_size=1))
    def test_every_line_of_a_customer_comes_back(self, lines: list[str]) -> None:
        assert html_to_text("".join(f"<div>{line}</div>" for line in lines)) == "\n".join(lines)


class TestParts:
    def test_plain_text_wins_over_html(self, mail: MakeMail) -> None:
        raw = mail("Plano", html="<p>Con estilo</p>").as_bytes()
        assert text_of(raw) == "Plano\n"

    def test_html_is_read_when_plain_text_is_empty_or_a_stub(self, mail: MakeMail) -> None:
        stub = "This message requires an HTML viewer."
        assert text_of(mail("\n", html="<p>No llegó</p>").as_bytes()) == "No llegó"
        assert text_of(mail(stub, html="<p>No llegó</p>").as_bytes()) == "No llegó"

    def test_html_alone_is_read(self, mail: MakeMail) -> None:
        assert text_of(mail(None, html="<p>No lleg&oacute;</p>").as_bytes()) == "No llegó"

    def test_attachments_are_listed_and_not_read(self, mail: MakeMail) -> None:
        message = mail("Adjunto la factura.")
        message.add_attachment(
            b"%PDF", maintype="application", subtype="pdf", filename="factura año.pdf"
        )
        message.add_attachment("texto ajeno", filename="notas.txt")
        content = extract(parse(message.as_bytes()))
        assert content.text == "Adjunto la factura.\n"
        assert content.attachments == ["factura año.pdf", "notas.txt"]

    def test_text_around_an_inline_image_is_joined(self) -> None:
        boundary = "Content-Type: multipart/mixed; boundary=b"
        body = (
            b"--b\n\nAntes\n--b\nContent-Type: image/png\n\nxx\n--b\nContent-Type: text/plain\n\n"
            b"Despu\xc3\xa9s\n--b--\n"
        )
        content = extract(parse(raw_mail(body, boundary)))
        assert content.text == "Antes\n\nDespués"
        assert content.attachments == ["image/png"]

    def test_a_body_that_has_a_file_name_is_the_body_when_there_is_no_other(self) -> None:
        part = b"--b\nContent-Type: text/plain; name=cuerpo.txt\n\nNo abre.\n"
        kind = "Content-Type: multipart/mixed; boundary=b"
        assert text_of(raw_mail(part + b"--b--\n", kind)) == "No abre."
        other = b"--b\n\nEl cuerpo.\n"
        assert text_of(raw_mail(other + part + b"--b--\n", kind)) == "El cuerpo."

    def test_nested_multiparts_are_walked(self, mail: MakeMail) -> None:
        message = mail("Plano", html="<p>x</p>")
        html = list(message.iter_parts())[1]
        html.add_related(b"png", maintype="image", subtype="png", cid="<1>")
        message.add_attachment(b"zip", maintype="application", subtype="zip", filename="a.zip")
        content = extract(parse(message.as_bytes()))
        assert content.text == "Plano\n"
        assert content.attachments == ["a.zip"]

    def test_a_multipart_cut_short_gives_what_there_is(self) -> None:
        raw = raw_mail(b"--b\n\nNo lleg", "Content-Type: multipart/mixed; boundary=b")
        assert text_of(raw) == "No lleg"

    def test_a_multipart_without_its_boundary_is_plain_text(self) -> None:
        raw = raw_mail(b"No llega", "Content-Type: multipart/mixed")
        assert text_of(raw) == "No llega"

    def test_broken_base64_gives_text_and_no_error(self) -> None:
        raw = raw_mail(b"Tm8gbGxlZ2E\n!!!", "Content-Transfer-Encoding: base64")
        assert "No llega" in text_of(raw)

    def test_flowed_text_gets_its_lines_back(self) -> None:
        raw = raw_mail(
            b"La app no abre desde \nayer.\n\n> cita \n> dos\n-- \nAna",
            "Content-Type: text/plain; format=flowed",
        )
        assert text_of(raw) == "La app no abre desde ayer.\n\n> cita\n> dos\n-- \nAna"

    def test_flowed_text_may_ask_to_delete_the_space(self) -> None:
        assert unflow("larga pala \nbra", delete_space=True) == "larga palabra"

    def test_a_message_without_headers_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no headers"):
            parse(b"\n\nhola")


class TestBigAttachments:
    def test_they_are_listed_and_the_texts_beside_them_are_read(self, mail: MakeMail) -> None:
        message = mail("Adjunto.", html="<p>Adjunto.</p>")
        message.add_attachment(b"x" * 300_000, maintype="image", subtype="png", filename="foto.png")
        message.add_attachment("después " * 30_000, filename="notas.txt")
        content = extract(parse(message.as_bytes()))
        assert content.attachments == ["foto.png", "notas.txt"]
        assert content.text == "Adjunto.\n"

    def test_long_base64_text_is_kept(self, mail: MakeMail) -> None:
        message = EmailMessage()
        message["From"] = "a@example.com"
        message.set_content("no llegó " * 30_000, cte="base64")
        message.add_attachment(b"x" * 10, maintype="image", subtype="png", filename="foto.png")
        assert text_of(message.as_bytes()).strip() == ("no llegó " * 30_000).strip()


def test_the_record_carries_what_the_parts_hold(mail: MakeMail, read: ReadBytes) -> None:
    message = mail("No llegó.")
    message.add_attachment(b"x", maintype="image", subtype="jpeg", filename="foto.jpg")
    [record] = read(message)
    assert isinstance(record, Message)
    assert record.extra["attachments"] == "foto.jpg"
