"""Archives of exports: what is inside is read, within limits, and what cannot be is said."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import warnings
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path[:0] = [str(Path(__file__).parent)]

from archives import OTHER, TABLE, Opened, opened, tarred, zipped  # noqa: E402

from vocmine import containers  # noqa: E402

MAIL = (
    b"From: Ana <ana@example.com>\nDate: Tue, 4 Mar 2025 10:00:00 -0500\n"
    b"Message-ID: <1@example.com>\nSubject: Queja\n\nNo me llega la factura.\n"
)
MBOX = b"From ana@example.com Tue Mar  4 10:00:00 2025\n" + MAIL
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


FIRST, SECOND = "No llegó el pedido", "La app se cierra sola"

# One file, compressed


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_a_compressed_export_is_read_under_its_own_name(tmp_path: Path, suffix, compress) -> None:
    found = opened(tmp_path, f"quejas.csv{suffix}", compress(TABLE))
    assert found.texts == {f"quejas.csv{suffix}": [FIRST, SECOND]}
    assert found.inputs[0].key == str((tmp_path / f"quejas.csv{suffix}").resolve())
    assert found.errors == []


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    assert opened(tmp_path, "quejas.csv", gzip.compress(TABLE)).texts == {
        "quejas.csv": [FIRST, SECOND]
    }
    assert opened(tmp_path, "plano.csv.gz", TABLE).texts == {"plano.csv.gz": [FIRST, SECOND]}


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_streams_joined_one_behind_the_other_are_one_export(tmp_path: Path, compress) -> None:
    half = len(TABLE) // 2
    content = compress(TABLE[:half]) + compress(TABLE[half:])
    assert opened(tmp_path, "quejas.csv.z", content).texts == {"quejas.csv.z": [FIRST, SECOND]}


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_of_a_file_cut_short_the_whole_rows_before_the_cut_are_read(
    tmp_path: Path, compress
) -> None:
    noise = random.Random(5).randbytes(400_000).hex().encode()
    found = opened(tmp_path, "quejas.csv.gz", compress(TABLE + b"9;" + noise)[:-6])
    assert found.texts == {"quejas.csv.gz": [FIRST, SECOND]}
    [error] = found.errors
    assert "cut short" in error
    assert error.endswith("for the rest.")


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
def test_a_file_cut_short_in_its_first_row_is_one_sentence(tmp_path: Path, compress) -> None:
    found = opened(tmp_path, "quejas.csv.gz", compress(TABLE)[:10])
    assert found.texts == {}
    assert len(found.errors) == 1
    assert found.errors[0].startswith("quejas.csv.gz is a damaged workbook or archive")
    assert found.errors[0].endswith("Download or export it again.")


def test_what_is_wrong_inside_is_said_of_the_file(tmp_path: Path) -> None:
    found = opened(tmp_path, "quejas.csv.gz", gzip.compress(b"1;20\n2;30\n"))
    assert "quejas.csv has no header" in found.errors[0]


def test_standard_input_may_be_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    for content in (gzip.compress(TABLE), zipped({"a.csv": TABLE})):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        found = Opened("-")
        keys += [(source.name, source.key.partition(":")[0]) for source in found.inputs]
        assert [*found.texts.values()] == [[FIRST, SECOND]]
    assert keys == [("stdin", "stdin"), ("stdin/a.csv", "stdin")]


# Many files


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("export.zip", zipped),
        ("export.tar", tarred),
        ("export.tgz", lambda members: tarred(members, "w:gz")),
        ("export.tar.bz2", lambda members: tarred(members, "w:bz2")),
        ("export.tar.xz", lambda members: tarred(members, "w:xz")),
    ],
)
def test_every_file_of_an_archive_is_an_export_of_its_own(tmp_path: Path, name, pack) -> None:
    members = {"tickets.csv": TABLE, "Takeout/Correo/Todo.mbox": MBOX, "2025/otros.csv": OTHER}
    found = opened(tmp_path, name, pack(members))
    assert found.texts == {
        f"{name}/2025/otros.csv": ["Nadie contesta el teléfono"],
        f"{name}/Takeout/Correo/Todo.mbox": ["No me llega la factura."],
        f"{name}/tickets.csv": [FIRST, SECOND],
    }
    assert found.errors == []
    where = str((tmp_path / name).resolve())
    assert {source.key for source in found.inputs} == {f"{where}/{member}" for member in members}


def test_how_it_was_packed_is_part_of_what_was_detected(tmp_path: Path) -> None:
    found = opened(tmp_path, "export.zip", zipped({"a.csv.gz": gzip.compress(TABLE)}))
    assert found.inputs[0].detection.details["archive"] == "zip, gzip"


def test_a_mailbox_of_many_files_inside_is_one_export(tmp_path: Path) -> None:
    members = {f"Correo/cur/{n}.host:2,S": MAIL for n in range(3)} | {"Correo/new/": b""}
    found = opened(tmp_path, "correo.zip", zipped(members))
    assert found.texts == {"correo.zip/Correo": ["No me llega la factura."] * 3}
    bare = {name.removeprefix("Correo/"): mail for name, mail in members.items()}
    assert [*opened(tmp_path, "b.zip", zipped(bare)).texts] == ["b.zip"]


def test_what_systems_and_pictures_add_is_left_aside(tmp_path: Path) -> None:
    members = {
        "__MACOSX/._quejas.csv": PICTURE, ".DS_Store": PICTURE, "quejas.csv": TABLE,
        "a/._x.csv": PICTURE, "a/Thumbs.db": PICTURE, "foto.png": PICTURE,
    }  # fmt: skip
    found = opened(tmp_path, "e.zip", zipped(members))
    assert [*found.texts] == ["e.zip/quejas.csv"]
    assert (found.ignored, found.errors) == (["e.zip/foto.png"], [])


@pytest.mark.parametrize("members", [{"foto.png": PICTURE}, {}, {"vacía/": b""}])
def test_an_archive_without_exports_says_so(tmp_path: Path, members) -> None:
    found = opened(tmp_path, "fotos.zip", zipped(members))
    assert found.errors == [
        "The archive fotos.zip holds no export that vocmine can read. "
        "Unpack it and give a file of it, to see why, with 'vocmine preview FILE'."
    ]


def test_in_a_folder_an_archive_without_exports_is_only_left_aside(tmp_path: Path) -> None:
    (tmp_path / "fotos.zip").write_bytes(zipped({"foto.png": PICTURE}))
    (tmp_path / "quejas.csv").write_bytes(TABLE)
    found = Opened(tmp_path)
    assert ([*found.texts], found.errors) == (["quejas.csv"], [])
    assert found.ignored == ["fotos.zip/foto.png", "fotos.zip"]


def test_office_documents_are_no_archives(tmp_path: Path) -> None:
    for member in ("xl/workbook.xml", "content.xml", "word/document.xml", "[Content_Types].xml"):
        path = tmp_path / "documento"
        path.write_bytes(zipped({member: b"<x/>"}))
        assert containers.kind_of(path) == ""
    path.write_bytes(zipped({"xl/quejas.csv": TABLE}))
    assert containers.kind_of(path) == "zip"


def test_a_table_that_starts_like_an_archive_is_a_table(tmp_path: Path) -> None:
    found = opened(tmp_path, "a.csv", b"BZh9;Texto\n1;La factura no llega nunca\n")
    assert found.texts == {"a.csv": ["La factura no llega nunca"]}


def test_members_of_one_name_are_two_exports(tmp_path: Path) -> None:
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("q.csv", TABLE)
        archive.writestr("q.csv", OTHER)
    found = opened(tmp_path, "e.zip", content.getvalue())
    assert {*found.texts} == {"e.zip/q.csv", "e.zip/q.csv (2)"}
    assert len({source.key for source in found.inputs}) == 2


@pytest.mark.parametrize("code", ["cp850", "utf-8"])
def test_names_with_accents_from_old_programs_are_read(tmp_path: Path, code: str) -> None:
    name = "Petición Nº ÁÃ.csv"
    plain = zipped({"x" * len(name.encode(code)): TABLE})
    raw = plain.replace(b"x" * len(name.encode(code)), name.encode(code))
    found = opened(tmp_path, "e.zip", raw)
    assert [*found.texts] == [f"e.zip/{name}"]


def test_names_made_on_windows_and_names_that_no_disk_holds_are_read(tmp_path: Path) -> None:
    long = f"{'ñ' * 300}.csv"
    found = opened(
        tmp_path, "e.zip", zipped({"carpeta\\a:b?.csv": TABLE, long: OTHER, "a/b": b"", "a": b""})
    )
    assert {"e.zip/carpeta\\a:b?.csv", f"e.zip/{long}"} == {*found.texts}
