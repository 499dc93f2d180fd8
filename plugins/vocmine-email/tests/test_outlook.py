"""Outlook's .msg files are read as the mail they were. The files are written here, by hand."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vocmine.errors import SourceError
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import ReadOptions
from vocmine_email.source import EmailSource

pytest.importorskip("olefile")

ReadBytes = Callable[..., list[Record]]
Tree = Mapping[str, "bytes | Tree"]

END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(tree: Tree) -> bytes:
    """A version 3 compound file ([MS-CFB]); every stream shorter than 4096 bytes."""
    entries: list[bytes] = []
    small = bytearray()

    def add(name: str, kind: int, child: int, start: int, size: int, right: int) -> bytes:
        text = name.encode("utf-16-le").ljust(64, b"\0")
        length = len(name) * 2 + 2
        links = struct.pack("<III", FREE, right, child)
        return text + struct.pack("<HBB", length, kind, 1) + links + bytes(36) + (
            struct.pack("<IQ", start, size)
        )  # fmt: skip

    def walk(node: Tree) -> int:
        """Add the children as a list that goes to the right; the number of the first."""
        first = len(entries) if node else FREE
        places = list(range(first, first + len(node)))
        entries.extend(b"" for _ in node)
        for at, (name, value) in zip(places, node.items(), strict=True):
            right = at + 1 if at + 1 in places else FREE
            if isinstance(value, bytes):
                start = len(small) // 64 if value else END
                entries[at] = add(name, 2, FREE, start, len(value), right)
                small.extend(value.ljust(-(-len(value) // 64) * 64, b"\0"))
            else:
                entries[at] = add(name, 1, walk(value), 0, 0, right)
        return first

    entries.append(b"")
    child = walk(tree)
    entries[0] = add("Root Entry", 5, child, 0, len(small), FREE)
    while len(entries) % 4:
        entries.append(add("", 0, FREE, 0, 0, FREE))
    mini_fat = bytearray()
    for entry in entries:
        start, size = struct.unpack_from("<IQ", entry, 116)
        if entry[66] == 2 and size:
            count = -(-size // 64)
            links = [*range(start + 1, start + count), END]
            mini_fat += struct.pack(f"<{count}I", *links)
    blocks = [b"".join(entries), bytes(mini_fat), bytes(small)]
    counts = [max(1, -(-len(block) // 512)) for block in blocks]
    fat: list[int] = []
    for count in counts:
        fat += [*range(len(fat) + 1, len(fat) + count), END]
    starts = [0, counts[0], counts[0] + counts[1]]
    entries[0] = add("Root Entry", 5, child, starts[2], len(small), FREE)
    blocks[0] = b"".join(entries)
    fat_count = -(-(len(fat) + 4) // 128)
    fat_at = len(fat)
    fat += [FAT] * fat_count
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, starts[0], 0,
                          4096, starts[1], counts[1], END, 0, fat_at)  # fmt: skip
    header += struct.pack(f"<{fat_count - 1}I", *range(fat_at + 1, fat_at + fat_count))
    padded = [b.ljust(n * 512, b"\0") for b, n in zip(blocks, counts, strict=True)]
    return header.ljust(512, b"\xff") + b"".join(padded) + table


def message(
    texts: Mapping[int, str], *, fixed: Mapping[int, int] | None = None, header: int = 32,
    **others: bytes | Tree,
) -> Tree:  # fmt: skip
    """The storage of a message: text properties, numbers, and what else is in it."""
    rows = [struct.pack("<HHIQ", 0x40, tag, 6, value) for tag, value in (fixed or {}).items()]
    tree: dict[str, bytes | Tree] = {
        f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in texts.items()
    }
    tree["__properties_version1.0"] = bytes(header) + b"".join(rows)
    return tree | others


def ticks(moment: datetime) -> int:
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7


SENT = datetime(2025, 3, 3, 15, 12, tzinfo=UTC)
NOTE = {
    0x001A: "IPM.Note",
    0x0037: "Reclamación",
    0x0042: "Ana Pérez",
    0x5D02: "ana@example.com",
    0x0E04: "Servicio al Cliente",
    0x1035: "<1@example.com>",
    0x1000: "No abre la app.\r\n\r\nCordialmente,\r\nAna Pérez\r\n",
}


def without(*tags: int) -> dict[int, str]:
    return {tag: text for tag, text in NOTE.items() if tag not in tags}


def test_a_message_gives_the_fields_of_a_mail(read: ReadBytes) -> None:
    [record] = read(compound(message(NOTE, fixed={0x0039: ticks(SENT)})), country="CO")
    assert record == Message(
        "No abre la app.",
        external_id="1@example.com",
        created_at=SENT,
        title="Reclamación",
        channel="email",
        author="Ana Pérez <ana@example.com>",
        country="CO",
        context="Cordialmente,\nAna Pérez",
        locator="message 1",
        extra={"thread": "1@example.com"},
    )


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "queja.dat"
    path.write_bytes(compound(message(NOTE)))
    detection = EmailSource().detect(path, ReadOptions())
    assert (detection.score, detection.format) == (0.98, "Outlook message")


def test_other_compound_files_are_left_to_others(tmp_path: Path) -> None:
    path = tmp_path / "libro.msg"
    path.write_bytes(compound({"Workbook": b"x" * 100}))
    assert EmailSource().detect(path, ReadOptions()).score == 0


def test_without_its_reader_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "queja.msg"
    path.write_bytes(compound(message(NOTE)))
    monkeypatch.setitem(sys.modules, "olefile", None)
    with pytest.raises(SourceError, match=r"'queja.msg' is an Outlook message .*vocmine\[msg\]"):
        EmailSource().detect(path, ReadOptions())


def test_headers_that_came_over_the_network_win(read: ReadBytes) -> None:
    network = (
        "Microsoft Mail Internet Headers Version 2.0\r\nFrom: Luis <luis@example.com>\r\n"
        "Date: Mon, 03 Mar 2025 10:12:00 -0500\r\nReferences: <0@example.com>\r\n"
        "Content-Type: multipart/alternative;\r\n\tboundary=x\r\nMIME-Version: 1.0\r\n"
    )
    [record] = read(compound(message(NOTE | {0x007D: network})))
    assert isinstance(record, Message)
    assert record.text == "No abre la app."
    assert record.author == "Luis <luis@example.com>"
    assert record.title == "Reclamación"
    assert record.extra["thread"] == "0@example.com"


def test_html_is_read_when_there_is_no_plain_text(read: ReadBytes) -> None:
    page = "<p>No abre la app en mi teléfono</p>".encode("cp1252")
    tree = message(without(0x1000), fixed={0x3FDE: 1252}, __substg1_0=page)
    tree = {name.replace("__substg1_0", "__substg1.0_10130102"): v for name, v in tree.items()}
    [record] = read(compound(tree))
    assert isinstance(record, Message)
    assert record.text == "No abre la app en mi teléfono"


def test_rich_text_is_read_when_there_is_nothing_else(read: ReadBytes) -> None:
    compress = pytest.importorskip("compressed_rtf").compress
    rich = compress(rb"{\rtf1\ansi\ansicpg1252 No abri\'f3 la app.\par Nadie responde.}")
    [record] = read(compound(message(without(0x1000)) | {"__substg1.0_10090102": rich}))
    assert isinstance(record, Message)
    assert record.text == "No abrió la app.\nNadie responde."


def test_old_files_hold_text_of_a_code_page(read: ReadBytes) -> None:
    tree = dict(message(without(0x1000), fixed={0x3FFD: 1252}))
    tree["__substg1.0_1000001E"] = "¿Cuándo llega?".encode("cp1252")
    [record] = read(compound(tree))
    assert isinstance(record, Message)
    assert record.text == "¿Cuándo llega?"


def test_attachments_are_listed_and_pictures_of_the_body_are_not(read: ReadBytes) -> None:
    file = message({0x3707: "factura marzo.pdf"}, header=8)
    picture = message({0x3712: "image001"}, header=8)
    tree = message(NOTE) | {
        "__attach_version1.0_#00000000": file,
        "__attach_version1.0_#00000001": picture,
    }
    [record] = read(compound(tree))
    assert isinstance(record, Message)
    assert record.extra["attachments"] == "factura marzo.pdf"


def test_a_message_forwarded_as_attachment_is_read(read: ReadBytes) -> None:
    inner = message({0x001A: "IPM.Note", 0x0042: "Luis", 0x5D02: "luis@example.com",
                     0x1000: "No llegó la tarjeta."}, header=24)  # fmt: skip
    attached = message({}, fixed={0x3705: 5}, header=8) | {"__substg1.0_3701000D": inner}
    tree = message(NOTE | {0x1000: " ", 0x0037: "RV"}) | {"__attach_version1.0_#00000000": attached}
    [record] = read(compound(tree))
    assert isinstance(record, Message)
    assert record.text == "No llegó la tarjeta."
    assert record.author == "Luis <luis@example.com>"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("IPM.Schedule.Meeting.Request", "calendar"),
        ("IPM.Schedule.Meeting.Resp.Pos", "calendar"),
        ("REPORT.IPM.Note.NDR", "bounce"),
        ("REPORT.IPM.Note.DR", "auto_reply"),
        ("REPORT.IPM.Note.IPNRN", "auto_reply"),
        ("IPM.Note.Rules.OofTemplate.Microsoft", "auto_reply"),
        ("IPM.Contact", "not_email"),
        ("IPM.Note.SMIME", "encrypted"),
    ],
)
def test_the_class_of_a_message_says_what_nobody_wrote(
    read: ReadBytes, kind: str, reason: str
) -> None:
    texts = NOTE | {0x001A: kind}
    if kind.endswith("SMIME"):
        del texts[0x1000]
    [record] = read(compound(message(texts)))
    assert isinstance(record, Skipped)
    assert record.reason == reason


def test_an_address_inside_exchange_is_no_address(read: ReadBytes) -> None:
    texts = NOTE | {0x5D02: "", 0x0065: "/O=BANCO/OU=EXCHANGE/CN=ANA"}
    [record] = read(compound(message(texts)))
    assert isinstance(record, Message)
    assert record.author == "Ana Pérez"


@pytest.mark.parametrize("keep", [600, 1100, 2000])
def test_a_file_cut_short_is_unreadable(read: ReadBytes, keep: int) -> None:
    [record] = read(compound(message(NOTE))[:keep])
    assert isinstance(record, Unreadable)


def test_an_impossible_date_is_none(read: ReadBytes) -> None:
    [record] = read(compound(message(NOTE, fixed={0x0039: 2**64 - 1})))
    assert isinstance(record, Message)
    assert record.created_at is None
