"""Archives that are damaged or meant to do harm: nothing escapes, nothing grows without bound."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

sys.path[:0] = [str(Path(__file__).parent)]

from archives import OTHER, TABLE, opened, tarred, zipped  # noqa: E402

from vocmine import compression, containers  # noqa: E402
from vocmine.compression import Budget  # noqa: E402
from vocmine.errors import SourceError  # noqa: E402


def test_names_that_lead_outside_are_never_written_there_and_are_told(tmp_path: Path) -> None:
    outside = ["../escape.csv", "a/../../escape.csv", str(tmp_path / "abs.csv"), "..\\escape.csv",
               "C:\\escape.csv"]  # fmt: skip
    for name, pack in (("e.zip", zipped), ("e.tar", tarred)):
        before = {*tmp_path.parent.rglob("*.csv")}
        found = opened(tmp_path, name, pack({"bien.csv": TABLE, **dict.fromkeys(outside, OTHER)}))
        assert [*found.texts] == [f"{name}/bien.csv"]
        assert found.errors == [
            f"{name}/../escape.csv has a name that leads out of the archive and is left aside "
            "(and so do 4 more). If it is an export, name the file."
        ]
        assert {*tmp_path.parent.rglob("*.csv")} == before


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secreto.csv").write_bytes(OTHER)
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            member = tarfile.TarInfo(f"{kind!r}.csv")
            member.type, member.linkname = kind, str(tmp_path / "secreto.csv")
            archive.addfile(member)
    packed = zipfile.ZipInfo("enlace.csv")
    packed.external_attr = 0o120777 << 16
    in_zip = io.BytesIO()
    with zipfile.ZipFile(in_zip, "w") as other:
        other.writestr(packed, str(tmp_path / "secreto.csv"))
    for name, data in (("e.tar", content.getvalue()), ("e.zip", in_zip.getvalue())):
        found = opened(tmp_path, name, data)
        assert found.texts == {}
        assert "is a link or a device and is left aside" in found.errors[0]


def test_a_protected_file_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"clave.csv": OTHER, "libre.csv": TABLE}))
    content[6] |= 1  # in the member's own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    found = opened(tmp_path, "e.zip", bytes(content))
    assert [*found.texts] == ["e.zip/libre.csv"]
    assert found.errors == [
        "e.zip/clave.csv needs a password. Unzip it first and name the files inside."
    ]


def test_a_file_compressed_in_a_rare_way_is_said(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", TABLE)
    assert opened(tmp_path, "e.zip", content.getvalue()).errors == [
        "e.zip/a.csv was compressed with a method that vocmine does not read (lzma). "
        "Unzip it first and name the files inside."
    ]


def test_a_damaged_member_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"rota.csv": OTHER * 50, "sana.csv": TABLE}))
    content[60:70] = bytes(10)
    found = opened(tmp_path, "e.zip", bytes(content))
    assert [*found.texts] == ["e.zip/sana.csv"]
    assert found.errors == [
        "e.zip/rota.csv is damaged inside the archive. Download or export it again."
    ]


@pytest.mark.parametrize("name", ["e.zip", "e.tar", "e.tgz"])
def test_an_archive_cut_short_is_one_sentence(tmp_path: Path, name: str) -> None:
    members = {"a.csv": TABLE, "b.csv": OTHER * 400}
    whole = {"e.zip": zipped, "e.tar": tarred, "e.tgz": lambda m: tarred(m, "w:gz")}[name](members)
    cut = {"e.zip": -30, "e.tar": 4000, "e.tgz": -40}[name]
    found = opened(tmp_path, name, whole[:cut])
    assert len(found.errors) == 1
    assert f"{name} is a damaged workbook or archive" in found.errors[0]


def nested(levels: int) -> bytes:
    content = TABLE
    for level in range(levels):
        content = zipped({f"nivel{level}.zip" if level else "quejas.csv": content})
    return content


def test_an_archive_inside_an_archive_is_read_and_no_deeper(tmp_path: Path) -> None:
    assert [*opened(tmp_path, "dos.zip", nested(2)).texts] == ["dos.zip/nivel1.zip/quejas.csv"]
    inside = zipped({"q.csv.gz": gzip.compress(TABLE), "hondo.zip": nested(2), "otro.csv": OTHER})
    found = opened(tmp_path, "tres.zip", inside)
    assert [*found.texts] == ["tres.zip/otro.csv", "tres.zip/q.csv.gz"]
    assert found.errors == [
        "tres.zip/hondo.zip/nivel1.zip is an archive inside an archive inside an archive, and is "
        "not opened. Unpack the outer one yourself and name this one."
    ]


@pytest.mark.parametrize("name", ["b.gz", "b.zip", "b.tgz", "b.bz2"])
def test_a_bomb_is_stopped_long_before_it_fills_the_disk(tmp_path: Path, name: str) -> None:
    zeros = bytes(100 * 2**20)
    content = {
        "b.gz": lambda: gzip.compress(zeros),
        "b.zip": lambda: zipped({"z.csv": zeros}),
        "b.tgz": lambda: tarred({"z.csv": zeros}, "w:gz"),
        "b.bz2": lambda: bz2.compress(zeros),
    }[name]()
    found = opened(tmp_path, name, content)
    assert found.texts == {}
    assert found.errors == [
        f"{name} is not read: it unpacks to more than 250 times its size, as no export does. "
        "Unpack it yourself and name the files inside."
    ]


def unpacked_names(path: Path, budget: Budget) -> list[str]:
    folder = path.parent / "sitio"
    folder.mkdir(exist_ok=True)
    kind = containers.kind_of(path)
    return [*containers.unpack(path, path.name, kind, folder, budget).names.values()]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_bytes": 300}, "it unpacks to more than 2.794e-07 GiB"),
        ({"max_members": 2}, "it holds more than 2 files"),
        ({"ratio_from": 10}, "it unpacks to more than 250 times its size"),
    ],
)
def test_every_limit_stops_an_archive(tmp_path: Path, limits, words: str) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(zipped(dict.fromkeys("abc", b"0" * 200)))
    size = 0 if "ratio_from" in limits else path.stat().st_size
    with pytest.raises(SourceError, match=words):
        unpacked_names(path, Budget(size, **limits))


def test_archives_inside_an_archive_share_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vocmine.inputs.Budget", lambda size: Budget(size, max_members=3))
    found = opened(tmp_path, "e.zip", zipped({"a.zip": zipped({"1.csv": TABLE, "2.csv": TABLE}),
                                              "b.zip": zipped({"3.csv": TABLE})}))  # fmt: skip
    assert [*found.texts] == []
    assert "e.zip/a.zip is not read: it holds more than 3 files" in found.errors[0]


def test_names_alone_cannot_fill_the_memory(tmp_path: Path) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("q.csv")
        member.pax_headers = {"comment": "x" * (80 * 2**20)}
        archive.addfile(member)
    assert "250 times its size" in opened(tmp_path, "e.tgz", content.getvalue()).errors[0]


def test_an_xz_file_that_asks_for_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "_XZ_MEMORY", 2**20)
    assert "damaged" in opened(tmp_path, "q.csv.xz", lzma.compress(TABLE)).errors[0]


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(zipped({"a.csv": TABLE}))
    (tmp_path / "sitio").mkdir()

    whole = Path.open

    def full(path: Path, mode: str = "r", *rest: Any) -> Any:
        if mode == "xb":
            raise OSError(28, "No space left on device")
        return whole(path, mode, *rest)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(SourceError, match=r"e\.zip cannot be unpacked: No space left on device"):
        unpacked_names(path, Budget(1000))


def test_what_was_unpacked_goes_when_reading_ends(tmp_path: Path) -> None:
    found = opened(tmp_path, "q.csv.gz", gzip.compress(TABLE))
    assert not found.inputs[0].path.exists()
