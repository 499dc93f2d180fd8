"""What no source reads is named by what it is; options that change nothing are told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from vocmine.errors import UsageError
from vocmine.inputs import Input, Inputs
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins
from vocmine.readers.overrides import resolve_overrides

TABLE = "Radicado;Documento\nR-1;No llegó el pedido y nadie responde\n"
MAIL = "From: Ana <ana@example.com>\nMessage-ID: <1@example.com>\nSubject: Queja\n\nNo llega.\n"


def opened(path: Path, options: ReadOptions | None = None) -> tuple[list[Input], Inputs]:
    with Inputs(load_plugins(), options or ReadOptions()) as inputs:
        return list(inputs.open([str(path)])), inputs


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("quejas.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 64, "is a RAR archive, not a table"),
        ("quejas.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 64, "is a 7-Zip archive"),
        ("quejas.csv.zst", b"\x28\xb5\x2f\xfd" + b"\1" * 64, "is a zstd archive"),
        ("buzon.pst", b"!BDN" + b"\1" * 64, "is an Outlook mailbox (PST)"),
        ("quejas.html", b"<html><body><p>Quejas</p></body></html>", "is a web page (HTML)"),
    ],
)  # fmt: skip
def test_a_file_that_nobody_reads_is_named_by_what_it_is(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found, inputs = opened(path)
    assert found == []
    (failure,) = inputs.failures
    assert failure.error.message.startswith(f"{name} {what}")
    assert failure.error.hint


def test_in_a_folder_such_a_file_is_left_aside_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    (tmp_path / "quejas.csv").write_text(TABLE, "utf-8")
    found, inputs = opened(tmp_path)
    assert ([source.name for source in found], inputs.failures) == (["quejas.csv"], [])
    assert "is a PNG image" in inputs.ignored[0].error.message


@pytest.mark.parametrize(
    "note",
    ["Exportado por el área de servicio el 3 de marzo de 2026.\nGracias.\n", "", "Nota\n1\n2\n"],
)
def test_a_note_in_an_archive_is_left_aside_and_given_by_name_it_fails(
    tmp_path: Path, note: str
) -> None:
    path = tmp_path / "marzo.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("LEEME.txt", note)
        archive.writestr("quejas.csv", TABLE)
    found, inputs = opened(path)
    assert [source.name for source in found] == ["marzo.zip/quejas.csv"]
    assert inputs.failures == []
    assert [item.path for item in inputs.ignored] == ["marzo.zip/LEEME.txt"]
    alone = tmp_path / "LEEME.txt"
    alone.write_text(note, "utf-8")
    found, inputs = opened(alone)
    assert found or inputs.failures


def test_a_table_named_as_a_note_is_read(tmp_path: Path) -> None:
    path = tmp_path / "marzo.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("quejas.txt", TABLE.replace("Documento", "Queja"))
    assert [source.name for source in opened(path)[0]] == ["marzo.zip/quejas.txt"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / f"quejas.{name}" for name in ("csv", "json", "xlsx", "eml")}
    found["csv"].write_text(TABLE, "utf-8")
    found["json"].write_text('[{"id": "1", "Documento": "No llegó el pedido"}]', "utf-8")
    found["eml"].write_text(MAIL, "utf-8")
    with xlsxwriter.Workbook(found["xlsx"]) as book:
        sheet = book.add_worksheet("Marzo")
        sheet.write_row(0, 0, ["Radicado", "Documento"])
        sheet.write_row(1, 0, ["R-1", "No llegó el pedido y nadie responde"])
    return found


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("csv", ReadOptions(sheet="Marzo"), "--sheet changes nothing"),
        ("csv", ReadOptions(delimiter=";", encoding="utf-8"), ""),
        ("json", ReadOptions(delimiter=";"), "--delimiter changes nothing"),
        ("json", ReadOptions(encoding="utf-8"), ""),
        ("xlsx", ReadOptions(delimiter=";"), "--delimiter changes nothing"),
        ("xlsx", ReadOptions(encoding="latin-1"), "--encoding changes nothing"),
        ("xlsx", ReadOptions(sheet="Marzo"), ""),
        ("eml", ReadOptions(mapping={"text": "nada"}), "--map text=nada changes nothing"),
        ("csv", ReadOptions(mapping={"text": "DOCUMENTO"}), ""),
    ],
)  # fmt: skip
def test_an_option_that_changes_nothing_is_told(
    files: dict[str, Path], kind: str, options: ReadOptions, told: str
) -> None:
    ((source,), _) = opened(files[kind], options)
    found = [warning for warning in source.detection.warnings if "changes nothing" in warning]
    assert len(found) == bool(told)
    assert not found or told in found[0]


def test_one_column_is_not_two_fields() -> None:
    with pytest.raises(UsageError) as caught:
        resolve_overrides(["Id", "Documento"], {"text": "Documento", "score": "documento"})
    assert "'Documento' cannot be both the text and the score" in caught.value.message
    assert resolve_overrides(["Id"], {"title": "", "score": ""}) == {"title": "", "score": ""}
