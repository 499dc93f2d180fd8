"""What `vocmine fetch` needs besides a server: addresses, folder names, the file and its state."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.errors import SourceError, UsageError
from vocmine_email import register_commands
from vocmine_email.fetch import as_mbox, identifiers_in, prepare
from vocmine_email.imap import Fetched
from vocmine_email.imap_address import Address, decode_folder, encode_folder
from vocmine_email.mailbox import split_mbox

FOLDER = "imap://ana@correo.example:993/INBOX"


def test_the_plugin_adds_the_command_without_the_network() -> None:
    group = click.Group()
    register_commands(group)
    assert list(group.commands) == ["fetch"]


class TestAddresses:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("imap://ana@correo.example", ("ana", "correo.example", 993, "INBOX")),
            ("imaps://ana@correo.example:1993/", ("ana", "correo.example", 1993, "INBOX")),
            ("imap://ana@gmail.com@imap.gmail.com/[Gmail]/Todos", ("ana@gmail.com",
             "imap.gmail.com", 993, "[Gmail]/Todos")),
            ("imap://ana%40x.co@h.co/Reclamos%202025", ("ana@x.co", "h.co", 993, "Reclamos 2025")),
            ("imap://a@h.co/¿Qué?#1", ("a", "h.co", 993, "¿Qué?#1")),
        ],
    )  # fmt: skip
    def test_an_address_names_user_server_and_folder(
        self, url: str, expected: tuple[str, str, int, str]
    ) -> None:
        address = Address.parse(url)
        assert (address.user, address.host, address.port, address.folder) == expected

    @pytest.mark.parametrize(
        "url",
        ["correo.example", "http://a@h.co/", "imap://h.co/INBOX", "imap://a@h.co:x/", "imap:"],
    )
    def test_anything_else_is_refused_with_an_example(self, url: str) -> None:
        with pytest.raises(UsageError, match="no address of a mailbox"):
            Address.parse(url)

    def test_a_password_in_the_address_is_refused_and_not_repeated(self) -> None:
        with pytest.raises(UsageError, match="VOCMINE_IMAP_PASSWORD") as caught:
            Address.parse("imap://ana:secreta@h.co/")
        assert "secreta" not in str(caught.value)

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
    def test_without_tls_only_this_machine_is_talked_to(self, host: str) -> None:
        assert Address.parse(f"imap://a@{host}/", "none").port == 143
        with pytest.raises(UsageError, match="in the open"):
            Address.parse("imap://a@correo.example/", "none")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", "INBOX"),
        ("Reclamación", "Reclamaci&APM-n"),
        ("Quejas & más", "Quejas &- m&AOE-s"),
        ("📥", "&2D3c5Q-"),
    ],
)
def test_folders_are_written_in_modified_utf7(name: str, written: str) -> None:
    assert encode_folder(name) == written
    assert decode_folder(written) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_folder_name_comes_back(name: str) -> None:
    assert encode_folder(name).isascii()
    assert decode_folder(encode_folder(name)) == name


@given(st.lists(st.binary(min_size=1, max_size=80).map(lambda b: b"Subject: x\n\n" + b)))
def test_any_messages_written_one_after_another_come_apart_again(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("mbox") / "x.mbox"
    path.write_bytes(b"".join(as_mbox(Fetched(1, body)) for body in bodies))
    with path.open("rb") as stream:
        found = [message.raw.rstrip(b"\n") for message in split_mbox(stream)]
    assert found == [body.replace(b"\r\n", b"\n").strip(b"\n") for body in bodies]


class TestState:
    @pytest.fixture
    def target(self, tmp_path: Path) -> Path:
        path = tmp_path / "buzon.mbox"
        path.write_bytes(as_mbox(Fetched(1, b"Message-ID: <1@x.co>\n\nhola")))
        self.save(path, size=path.stat().st_size)
        return path

    def save(self, target: Path, **changed: object) -> None:
        state = {"folder": FOLDER, "validity": 7, "last_uid": 1} | changed
        target.with_name(".buzon.mbox.fetch.json").write_text(json.dumps(state))

    def test_a_file_goes_on_where_it_stopped(self, target: Path) -> None:
        state = prepare(target, FOLDER, None)
        assert (state.last_uid, state.validity) == (1, 7)

    def test_a_removed_file_is_begun_anew(self, target: Path) -> None:
        target.unlink()
        assert prepare(target, FOLDER, date(2025, 3, 1)).last_uid == 0

    def test_a_half_written_batch_is_taken_away(self, target: Path) -> None:
        whole = target.read_bytes()
        self.save(target, size=len(whole), writing=True)
        target.write_bytes(whole + b"From MAILER-DAEMON Mon Mar  3 10:12:00 2025\nSubj")
        prepare(target, FOLDER, None)
        assert target.read_bytes() == whole

    def test_a_file_that_somebody_changed_is_left_alone(self, target: Path) -> None:
        target.write_bytes(target.read_bytes() + b"x")
        with pytest.raises(SourceError, match="has changed since"):
            prepare(target, FOLDER, None)

    def test_another_folders_file_is_left_alone(self, target: Path) -> None:
        with pytest.raises(UsageError, match=f"holds mail of {FOLDER}"):
            prepare(target, "imap://otro@correo.example:993/INBOX", None)

    @pytest.mark.parametrize("broken", ["", "[]", "{}", '{"folder": 1, "x": 2}'])
    def test_a_file_that_was_not_fetched_is_left_alone(self, target: Path, broken: str) -> None:
        target.with_name(".buzon.mbox.fetch.json").write_text(broken)
        with pytest.raises(UsageError, match="not the work of"):
            prepare(target, FOLDER, None)

    def test_the_identifiers_of_a_file_are_known(self, target: Path) -> None:
        assert identifiers_in(target) == {hash("1@x.co")}
