"""Mailboxes are told by their content and streamed whole: no message lost, no sentence split."""

from __future__ import annotations

import io
import mailbox as standard
import tracemalloc
from collections.abc import Callable, Sequence
from email.generator import BytesGenerator
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine_email.mailbox import sniff, sniff_bytes, split_mbox
from vocmine_email.source import EmailSource

if TYPE_CHECKING:
    from pathlib import Path

MakeMail = Callable[..., EmailMessage]
MakeMbox = Callable[[Sequence[EmailMessage | bytes]], bytes]

ENVELOPE = b"From ana@example.com Mon Mar  3 10:12:00 2025\n"
HEADERS = b"From: ana@example.com\nSubject: x\nDate: Mon, 3 Mar 2025 10:12:00 -0500\n\n"


def split(data: bytes, **options: int) -> list[bytes]:
    return [message.raw for message in split_mbox(io.BytesIO(data), **options)]


class TestSeparators:
    def test_each_message_is_given_without_its_separator(self) -> None:
        data = ENVELOPE + HEADERS + b"uno\n\n" + ENVELOPE + HEADERS + b"dos\n"
        assert split(data) == [HEADERS + b"uno\n", HEADERS + b"dos\n"]

    @pytest.mark.parametrize(
        "envelope",
        [
            b"From 1723853304940284153@xxx Fri Feb 04 17:10:22 +0000 2022",
            b"From - Mon Mar  3 10:12:00 2025",
            b"From MAILER-DAEMON Mon Mar  3 10:12:00 2025",
            b"From ana@example.com  Mon Mar  3 10:12 2025",
            b"From ana@example.com 2025-03-03 10:12:00",
            b"From -",
            b"From ana@example.com",
            b"From ",
        ],
    )
    def test_separators_of_many_programs_are_known(self, envelope: bytes) -> None:
        one = envelope + b"\n" + HEADERS + b"uno\n\n"
        assert len(split(one * 3)) == 3
        assert len(split((one * 3).replace(b"\n", b"\r\n"))) == 3

    @pytest.mark.parametrize(
        "line",
        [
            b"From the first day: it failed.",
            b"From: Bogota",
            b"From Monday 10:12 to 2025 nothing works",
            b"From now on I will not pay",
            b"From",
            b"Froma 2025 10:12",
        ],
    )
    def test_a_sentence_that_begins_with_from_is_text(self, line: bytes) -> None:
        data = ENVELOPE + HEADERS + b"Hola\n\n" + line + b"\nadios\n"
        assert split(data) == [HEADERS + b"Hola\n\n" + line + b"\nadios\n"]

    def test_a_missing_empty_line_before_a_dated_separator_is_forgiven(self) -> None:
        assert len(split(ENVELOPE + HEADERS + b"uno\n" + ENVELOPE + HEADERS + b"dos")) == 2

    def test_a_broken_message_keeps_its_place(self) -> None:
        assert len(split(ENVELOPE + b"\x00\x01\n\n" + ENVELOPE + HEADERS + b"dos\n")) == 2

    def test_escaped_from_lines_are_given_back(self) -> None:
        data = ENVELOPE + HEADERS + b">From Bogota\n>>From Cali\n> From lejos\n"
        assert split(data) == [HEADERS + b"From Bogota\n>From Cali\n> From lejos\n"]

    def test_the_envelope_is_kept_for_its_date(self) -> None:
        [message] = split_mbox(io.BytesIO(ENVELOPE + HEADERS + b"uno"))
        assert message.envelope == "ana@example.com Mon Mar  3 10:12:00 2025"

    @pytest.mark.parametrize("shift", range(-12, 13))
    def test_a_separator_across_two_blocks_is_found(self, shift: int) -> None:
        filler = b"x" * (2**20 - len(ENVELOPE + HEADERS) + shift - 2)
        data = ENVELOPE + HEADERS + filler + b"\n\n" + ENVELOPE + HEADERS + b"dos\n"
        assert [len(raw) for raw in split(data)] == [
            len(HEADERS) + len(filler) + 1,
            len(HEADERS) + 4,
        ]

    def test_an_empty_mailbox_has_no_messages(self) -> None:
        assert split(b"") == []
        assert split(b"hola\n") == []


class TestNoMessageIsLost:
    BODIES = st.lists(
        st.lists(
            st.sampled_from(
                ["hola", "From aquí", "From x@y Mon Mar  3 10:12:00 2025", ">From", "", "De: x"]
            )
        ).map("\n".join),
        min_size=1,
        max_size=8,
    )

    @given(BODIES)
    def test_as_many_as_the_standard_library_wrote_come_back(self, bodies: list[str]) -> None:
        stream = io.BytesIO()
        for body in bodies:
            message = EmailMessage()
            message["From"] = "a@example.com"
            message["Subject"] = "x"
            message.set_content(body)
            # The writer of the standard library escapes "From " at the start of lines.
            stream.write(ENVELOPE)
            BytesGenerator(stream, mangle_from_=True).flatten(message)
            stream.write(b"\n")
        stream.seek(0)
        assert len(list(split_mbox(stream))) == len(bodies)

    def test_a_mailbox_of_the_standard_library_gives_one_record_per_message(
        self, tmp_path: Path, mail: MakeMail
    ) -> None:
        path = tmp_path / "correo.mbox"
        box = standard.mbox(path)
        for number in range(40):
            box.add(
                mail(
                    f"Reclamo número {number}.\n\nFrom aquí no sale nada.\n",
                    Message_ID=f"<{number}@x>",
                )
            )
        box.flush()
        records = list(EmailSource().read(path, ReadOptions()))
        assert [record.locator for record in records] == [f"message {n}" for n in range(1, 41)]
        assert [record.external_id for record in records] == [f"{n}@x" for n in range(40)]
        assert all("\n\nFrom aquí no sale nada." in record.text for record in records)  # type: ignore[union-attr]
        box.close()

    @given(st.binary())
    def test_any_bytes_are_split_without_an_error(self, data: bytes) -> None:
        assert isinstance(split(ENVELOPE + data), list)


class TestMemory:
    def test_a_mailbox_of_many_messages_needs_the_memory_of_a_few(self, tmp_path: Path) -> None:
        path = tmp_path / "grande.mbox"
        with path.open("wb") as stream:
            for _ in range(60):
                stream.write(ENVELOPE + HEADERS + b"No llega.\n" + b"A" * 76 * 13_000 + b"\n\n")
        assert path.stat().st_size > 55 * 2**20
        tracemalloc.start()
        with path.open("rb") as stream:
            count = sum(1 for _ in split_mbox(stream))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == 60
        assert peak < 12 * 2**20

    def test_a_huge_message_is_cut_and_its_neighbours_are_whole(self) -> None:
        huge = HEADERS + b"No llega.\n" + b"A" * (8 * 2**20) + b"\n\n"
        data = ENVELOPE + huge + ENVELOPE + HEADERS + b"dos\n"
        first, second = split_mbox(io.BytesIO(data), limit=2**20)
        assert first.cut
        assert first.raw.startswith(HEADERS + b"No llega.\n")
        assert len(first.raw) < 2**20
        assert not second.cut
        assert second.raw == HEADERS + b"dos\n"


class TestDetection:
    def test_a_takeout_mailbox_is_recognised(
        self, tmp_path: Path, mail: MakeMail, mbox: MakeMbox
    ) -> None:
        path = tmp_path / "Todo el correo, incluido Spam y Papelera.mbox"
        path.write_bytes(mbox([mail(X_GM_THRID="123", X_Gmail_Labels="Recibidos")]))
        detection = EmailSource().detect(path, ReadOptions())
        assert detection.score == 0.98
        assert detection.format == "mbox (Gmail Takeout)"
        assert detection.mapping["text"] == "body"
        assert "X-GM-THRID" in detection.columns
        assert "MIME-Version" not in detection.columns  # it is not kept
        assert detection.warnings

    def test_an_eml_is_recognised_whatever_its_extension(
        self, tmp_path: Path, mail: MakeMail
    ) -> None:
        path = tmp_path / "mensaje.txt"
        path.write_bytes(mail().as_bytes())
        detection = EmailSource().detect(path, ReadOptions())
        assert (detection.score, detection.format) == (0.95, "eml")

    def test_a_byte_order_mark_and_empty_lines_before_the_headers_are_forgiven(
        self, mail: MakeMail
    ) -> None:
        assert sniff_bytes(b"\xef\xbb\xbf" + mail().as_bytes()).kind == "eml"
        assert sniff_bytes(b"\r\n\r\n" + ENVELOPE + HEADERS).kind == "mbox"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"id;texto\n1;Hola\n",
            b'{"text": "Hola", "from": "x"}\n',
            b'[{"subject": "x"}]',
            b"From the first day it failed.\nNothing works.\n",
            b"De: Ana\nPara: Luis\n\nHola\n",
            b"Subject: x\nText: y\n",
            b"From: Bogota\n\nHola\n",
            b"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\n",
            b"BEGIN:VCALENDAR\nVERSION:2.0\n",
            b"PK\x03\x04\x00\x00",
            b"\x00\x01\x02\x03" * 100,
            b"From: <Saved by Blink>\nSnapshot-Content-Location: https://example.com\nSubject: x\n"
            b"Date: Mon, 3 Mar 2025 10:12:00 -0000\nMIME-Version: 1.0\n\n",
            b"https://example.com/a\nhttps://example.com/b\n",
        ],
    )
    def test_foreign_files_score_zero(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "ajeno.eml"
        path.write_bytes(content)
        assert EmailSource().detect(path, ReadOptions()).score == 0.0

    def test_what_is_not_there_scores_zero(self, tmp_path: Path) -> None:
        assert EmailSource().detect(tmp_path / "nada.mbox", ReadOptions()).score == 0.0

    @given(st.binary(max_size=300))
    def test_no_bytes_break_it(self, head: bytes) -> None:
        assert 0.0 <= sniff_bytes(head).score <= 1.0


class TestMaildir:
    def make(self, path: Path, mail: MakeMail, names: Sequence[str]) -> None:
        for folder in ("cur", "new", "tmp"):
            (path / folder).mkdir(parents=True)
        for name in names:
            (path / name).write_bytes(mail(f"Soy {name}.").as_bytes())

    def test_a_folder_with_cur_new_and_tmp_is_read_in_order_of_arrival(
        self, tmp_path: Path, mail: MakeMail
    ) -> None:
        self.make(
            tmp_path, mail, ["cur/1741000001.a:2,S", "new/1741000002.b", "cur/1741000003.c:2,"]
        )
        (tmp_path / "tmp/1741000004.d").write_bytes(b"a medias")
        detection = EmailSource().detect(tmp_path, ReadOptions())
        assert (detection.score, detection.format) == (0.98, "Maildir")
        records = list(EmailSource().read(tmp_path, ReadOptions()))
        assert [record.text for record in records if isinstance(record, Message)] == [
            "Soy cur/1741000001.a:2,S.",
            "Soy new/1741000002.b.",
            "Soy cur/1741000003.c:2,.",
        ]
        assert [record.locator for record in records] == ["message 1", "message 2", "message 3"]

    def test_subfolders_are_labels(self, tmp_path: Path, mail: MakeMail) -> None:
        self.make(tmp_path, mail, ["cur/1"])
        self.make(tmp_path / ".Quejas", mail, ["cur/2"])
        labels = [
            record.extra.get("labels") for record in EmailSource().read(tmp_path, ReadOptions())
        ]  # type: ignore[union-attr]
        assert labels == [None, "Quejas"]

    def test_a_maildir_whose_empty_folders_were_lost_is_known_by_its_mail(
        self, tmp_path: Path, mail: MakeMail
    ) -> None:
        (tmp_path / "cur").mkdir()
        assert sniff(tmp_path).score == 0.0
        (tmp_path / "cur/1").write_bytes(mail().as_bytes())
        assert sniff(tmp_path).score == 0.9

    def test_other_folders_score_zero(self, tmp_path: Path) -> None:
        (tmp_path / "new").mkdir()
        (tmp_path / "new/datos.csv").write_bytes(b"a;b\n1;2\n")
        assert EmailSource().detect(tmp_path, ReadOptions()).score == 0.0
        assert EmailSource().detect(tmp_path / "new", ReadOptions()).score == 0.0
