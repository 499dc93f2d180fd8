"""Encodings are told apart by one small rule, and no character is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.errors import SourceError, UsageError
from vocmine.readers.encoding import TextFile, find_encoding
from vocmine.readers.sniff import ForeignFileError, sniff

SPANISH = "El señor pagó “rápido”: ¿cuánto? 50 € y adiós…\n"


def opened(folder: Path, content: bytes, *, explicit: str = "") -> TextFile:
    path = folder / "export.csv"
    path.write_bytes(content)
    return TextFile(path, find_encoding(content, explicit=explicit))


def text_of(file: TextFile) -> str:
    return "".join(file.lines())


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16LE"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_encodings_of_exports_are_recognised(tmp_path: Path, encoding: str, label: str) -> None:
    file = opened(tmp_path, (SPANISH * 20).encode(encoding))
    assert file.encoding.label == label
    assert text_of(file) == SPANISH * 20
    assert "".join(file.blocks()) == SPANISH * 20
    assert file.warnings() == []


@pytest.mark.parametrize("text", [
    "El señor pagó rápido y todavía está esperando\n", "A atenção não foi boa, são três dias\n",
    "LA ATENCIÓN DEL CALLCENTER EN BOGOTÁ NO ES PARA NIÑOS, ES PÉSIMA\n",
])  # fmt: skip
@pytest.mark.parametrize(
    ("encoding", "label"),
    [("mac-roman", "Mac Roman"), ("cp850", "CP850"), ("cp1252", "Windows-1252")],
)
def test_one_byte_encodings_are_told_apart_by_the_letters_inside_words(
    tmp_path: Path, text: str, encoding: str, label: str
) -> None:
    file = opened(tmp_path, (text * 3).encode(encoding))
    assert file.encoding.label == label
    assert text_of(file) == text * 3
    assert file.warnings() == []


@pytest.mark.parametrize(
    "text", ["I don’t know why it won’t work, it can’t be\n" * 5, "50 € más — o no… “sí”\n" * 9]
)
def test_quotes_and_dashes_do_not_make_a_file_one_of_a_mac(tmp_path: Path, text: str) -> None:
    file = opened(tmp_path, text.encode("cp1252"))
    assert (file.encoding.label, file.warnings()) == ("Windows-1252", [])


def test_an_encoding_that_is_not_sure_is_told_with_the_way_out(tmp_path: Path) -> None:
    content = "Привет, это не работает\n".encode("koi8-r") + b"se\xb1or ni\xb1o a\xb1o ma\xb1ana\n"
    (warning,) = opened(tmp_path, content).warnings()
    assert "is not sure" in warning
    assert "--encoding" in warning
    assert opened(tmp_path, content, explicit="koi8-r").warnings() == []


def test_the_bytes_that_windows_1252_leaves_undefined_are_kept(tmp_path: Path) -> None:
    file = opened(tmp_path, b"ma\xf1ana \x81\x8d\x8f\x90\x9d fin\n")
    assert text_of(file) == "mañana \x81\x8d\x8f\x90\x9d fin\n"


@pytest.mark.parametrize("text", ["NO SÉ…", "“ASÍ”", "¿QUÉ¡", "MAMÁ“"])
def test_capitals_beside_punctuation_are_not_taken_for_utf8(tmp_path: Path, text: str) -> None:
    content = f"mañana\n{text}\n".encode("cp1252")
    assert text_of(opened(tmp_path, content)) == f"mañana\n{text}\n"


def test_a_file_glued_from_two_encodings_loses_nothing_and_says_so(tmp_path: Path) -> None:
    content = "atención\n".encode() * 3 + "señor José\n".encode("cp1252")
    file = opened(tmp_path, content)
    assert text_of(file) == "atención\n" * 3 + "señor José\n"
    assert file.mixed == 1
    assert file.warnings() == [
        "export.csv mixes encodings; lines that were not in UTF-8 and were read apart: 1."
    ]


def test_utf8_lines_inside_a_legacy_file_are_read_as_utf8(tmp_path: Path) -> None:
    content = "señor José Núñez\n".encode("cp1252") * 3 + "atención 😡\n".encode()
    file = opened(tmp_path, content)
    assert text_of(file).endswith("José Núñez\natención 😡\n")
    assert file.mixed == 1


def test_a_legacy_accent_far_into_an_ascii_file_is_still_read(tmp_path: Path) -> None:
    content = b"id;texto\n" + b"1;plain ascii text\n" * 200_000 + "2;mañana\n".encode("cp1252")
    file = opened(tmp_path, content)
    assert text_of(file).endswith("2;mañana\n")


def test_mojibake_that_is_in_the_text_is_left_as_it_is(tmp_path: Path) -> None:
    assert text_of(opened(tmp_path, "atenciÃ³n\n".encode())) == "atenciÃ³n\n"


def test_the_users_encoding_wins(tmp_path: Path) -> None:
    content = "a\u00f1o\n".encode("mac_roman")
    assert text_of(opened(tmp_path, content, explicit="mac_roman")) == "año\n"
    assert text_of(opened(tmp_path, b"\xc3\xb1", explicit="latin-1")) == "Ã±"


def test_an_unknown_encoding_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'klingon' is not an encoding"):
        opened(tmp_path, b"a", explicit="klingon")


@pytest.mark.parametrize("encoding", ["idna", "punycode", "undefined"])
def test_a_codec_that_is_not_made_for_files_is_a_wrong_use(encoding: str) -> None:
    with pytest.raises(UsageError, match=f"'{encoding}' is not an encoding"):
        find_encoding(b"a", explicit=encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "UTF-16BE", "utf-32"])
def test_a_file_that_is_not_in_the_users_wide_encoding_is_named(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "cp.csv"
    path.write_bytes("id;texto\n1;Mala atención, nadie responde\n".encode("cp1252"))
    with pytest.raises(SourceError, match=f"^cp.csv is not in {encoding}") as caught:
        sniff(path, encoding=encoding)
    assert "Leave --encoding out" in caught.value.hint


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_the_users_wide_encoding_needs_no_byte_order_mark(tmp_path: Path, written: str) -> None:
    text = "id;texto\n1;Mala atención\n"
    assert text_of(opened(tmp_path, text.encode(written), explicit=written[:6])) == text


def test_a_truncated_last_character_does_not_stop_the_reading(tmp_path: Path) -> None:
    assert text_of(opened(tmp_path, "buenas tardes señor ñ".encode()[:-1])).startswith("buenas")
    assert text_of(opened(tmp_path, "hola\nadiós".encode("utf-16")[:-1])).startswith("hola\nadi")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
@settings(deadline=None)
def test_any_text_in_utf8_comes_back_identical_by_lines_and_by_blocks(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = opened(tmp_path_factory.mktemp("text"), text.encode())
    assert file.encoding.name == "utf-8"
    assert text_of(file) == "".join(file.blocks()) == text


@given(st.binary())
@settings(deadline=None)
def test_any_bytes_at_all_can_be_decoded(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = opened(tmp_path_factory.mktemp("bytes"), content)
    assert "\0" not in text_of(file)


# Binaries under a table's name


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "a Windows program"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc", "a gzip archive"),
        (b"SQLite format 3\0\x10\0", "a SQLite database"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (bytes(range(1, 256)) * 20, "a binary file"),
        (b"<!DOCTYPE html><html><table>", "a web page"),
        (b"<?xml version='1.0'?><Workbook>", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Microsoft Office"),
    ],
)
def test_a_binary_renamed_csv_is_called_by_its_name(
    tmp_path: Path, start: bytes, name: str
) -> None:
    path = tmp_path / "quejas.csv"
    path.write_bytes(start)
    with pytest.raises(ForeignFileError, match=rf"quejas\.csv is {name}") as caught:
        sniff(path)
    assert caught.value.binary
    assert caught.value.hint


@pytest.mark.parametrize(
    ("member", "name"), [("word/document.xml", "a Word document"), ("foto.png", "a zip archive")]
)
def test_an_archive_renamed_csv_is_called_by_its_name(
    tmp_path: Path, member: str, name: str
) -> None:
    import zipfile

    path = tmp_path / "quejas.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    with pytest.raises(ForeignFileError, match=f"is {name}"):
        sniff(path)


def test_a_workbook_cut_short_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "quejas.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    with pytest.raises(SourceError, match=r"quejas\.xlsx is a damaged workbook"):
        sniff(path)


@pytest.mark.parametrize(
    "start",
    [
        "From ana@example.com Tue Mar 03 10:00:00 2026\nFrom: ana@example.com\n\nhola",
        "Return-Path: <ana@example.com>\nReceived: from x\n\nhola",
        "Subject: hola\r\nFrom: ana@example.com\r\n\r\nhola",
    ],
)
def test_mail_is_left_to_the_source_of_mail(tmp_path: Path, start: str) -> None:
    path = tmp_path / "buzon"
    path.write_text(start, newline="")
    with pytest.raises(ForeignFileError, match="looks like e-mail") as caught:
        sniff(path)
    assert not caught.value.binary


def test_a_table_with_columns_named_as_mail_headers_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "mail.csv"
    path.write_text("From,To,Subject,Body\nana@example.com,b@example.com,Hola,No llegó\n")
    assert sniff(path).kind == "csv"
