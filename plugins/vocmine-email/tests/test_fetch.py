"""`vocmine fetch` against a real IMAP server on this machine: what is new, and nothing changed."""

from __future__ import annotations

import base64
import re
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vocmine.errors import VocmineError
from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine_email.fetch_command import fetch
from vocmine_email.imap_address import Secret
from vocmine_email.source import EmailSource

CERTIFICATE = Path(__file__).with_name("localhost.pem")
SECRET = "clave-muy-secreta"


@dataclass
class Mailbox:
    """What the server holds, and what was asked of it."""

    messages: dict[int, bytes] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)
    validity: int = 7
    folders: tuple[str, ...] = ("INBOX", "Reclamaci&APM-n")
    tls: bool = False
    says_next: bool = True
    dies_at: int = 0
    """UID whose body ends the connection; 0 for none."""
    refused: dict[str, str] = field(default_factory=dict)
    """What is answered to some commands instead of what they ask for."""
    commands: list[str] = field(default_factory=list)

    def add(self, *uids: int, body: str = "No abre la app.", day: int = 3) -> None:
        for uid in uids:
            head = f"From: ana@example.com\r\nMessage-ID: <{uid}@example.com>\r\nSubject: Caso"
            self.messages[uid] = f"{head}\r\n\r\n{body} Número {uid}.\r\n".encode()
            self.days[uid] = date(2025, 3, day)


class Handler(socketserver.StreamRequestHandler):
    """The commands that a client which only reads needs (RFC 3501)."""

    server: Server

    def handle(self) -> None:
        box = self.server.box
        self.say("* OK listo")
        while line := self.rfile.readline():
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            words = rest.split(" ")
            name = (" ".join(words[:2]) if words[0].upper() == "UID" else words[0]).upper()
            box.commands.append(rest)
            answer = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
            if refusal := box.refused.get(name):
                self.say(f"{tag} {refusal}")
                continue
            self.say(f"{tag} {answer(rest) if answer else 'BAD unknown'} (done)")
            if name == "LOGOUT":
                return

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def do_capability(self, _: str) -> str:
        self.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2")
        return "OK"

    def do_login(self, rest: str) -> str:
        return "OK" if SECRET in rest else "NO [AUTHENTICATIONFAILED] Invalid credentials"

    def do_authenticate(self, rest: str) -> str:
        self.say("+ ")
        given = base64.b64decode(self.rfile.readline()).decode()
        ok = given.endswith("\0contraseña") or "auth=Bearer ficha\1" in given
        return "OK" if ok else "NO no"

    def do_list(self, _: str) -> str:
        self.say(*(f'* LIST (\\HasNoChildren) "/" "{name}"' for name in self.server.box.folders))
        return "OK"

    def do_examine(self, rest: str) -> str:
        box = self.server.box
        if rest.partition(" ")[2].strip('"') not in box.folders:
            return "NO no such mailbox"
        self.say(f"* {len(box.messages)} EXISTS", f"* OK [UIDVALIDITY {box.validity}] ok")
        if box.says_next:
            self.say(f"* OK [UIDNEXT {max(box.messages, default=0) + 1}] ok")
        return "OK [READ-ONLY] done"

    def do_fetch(self, _: str) -> str:
        self.say(f"* {len(self.server.box.messages)} FETCH (UID {max(self.server.box.messages)})")
        return "OK"

    def do_uid_search(self, rest: str) -> str:
        found = re.search(r"UID (\d+):(\d+)(?: SINCE (\d+)-Mar-2025)?$", rest)
        assert found
        first, last = int(found[1]), int(found[2])
        box = self.server.box
        day = int(found[3] or 1)
        uids = (u for u in box.messages if first <= u <= last and box.days[u].day >= day)
        self.say("* SEARCH " + " ".join(map(str, uids)))
        return "OK"

    def do_uid_fetch(self, rest: str) -> str:
        box = self.server.box
        for number, uid in enumerate(box.messages, start=1):
            raw = box.messages[uid]
            if str(uid) not in rest.split(" ")[2].split(","):
                continue
            if "RFC822.SIZE" in rest:
                self.say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
                continue
            if uid == box.dies_at:
                self.say(f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}", "From")
                self.connection.shutdown(socket.SHUT_RDWR)
                return "BYE"
            if "HEADER" in rest:
                raw = f"Message-ID: <{uid}@example.com>\r\n\r\n".encode()
            when = f'INTERNALDATE "{box.days[uid].day:02d}-Mar-2025 10:12:00 -0500"'
            self.say(f"* {number} FETCH (FLAGS (\\Recent))")
            self.say(f"* {number} FETCH (UID {uid} {when} BODY[] {{{len(raw)}}}")
            self.wfile.write(raw + b")\r\n")
        return "OK"

    def do_logout(self, _: str) -> str:
        self.say("* BYE")
        return "OK"


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, box: Mailbox) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.box = box

    def finish_request(self, request: object, client_address: object) -> None:
        if self.box.tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            try:
                request = context.wrap_socket(request, server_side=True)  # type: ignore[arg-type]
            except (ssl.SSLError, OSError):
                return  # a client that does not trust us
        super().finish_request(request, client_address)  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that a test cuts is no error of the server."""


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    monkeypatch.setenv("VOCMINE_IMAP_PASSWORD", SECRET)
    monkeypatch.delenv("VOCMINE_IMAP_TOKEN", raising=False)
    return Mailbox()


@pytest.fixture
def port(box: Mailbox) -> Iterator[int]:
    with Server(box) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


Run = Callable[..., Result]


@pytest.fixture
def run(port: int, tmp_path: Path) -> Run:
    """`run("INBOX", "--limit", "2")`: the command, to `buzon.mbox`, on this machine."""

    def runner(folder: str = "INBOX", *options: str, tls: str = "none") -> Result:
        url = f"imap://ana@localhost:{port}/{folder}"
        target = str(tmp_path / "buzon.mbox")
        return CliRunner().invoke(fetch, [url, "--to", target, "--tls", tls, *options])

    return runner


def uids_in(folder: Path) -> list[int]:
    records = EmailSource().read(folder / "buzon.mbox", ReadOptions())
    return [int(r.external_id.partition("@")[0]) for r in records if isinstance(r, Message)]


def error_of(result: Result) -> VocmineError:
    assert isinstance(result.exception, VocmineError), result.output
    return result.exception


class TestCopying:
    def test_every_message_comes_as_it_is_and_nothing_is_marked(
        self, box: Mailbox, run: Run, tmp_path: Path
    ) -> None:
        box.add(3, 4, 9, body="Señores:\r\nFrom ayer no abre.\r\nY From hoy tampoco.")
        assert run().exit_code == 0
        assert uids_in(tmp_path) == [3, 4, 9]
        first, *_ = EmailSource().read(tmp_path / "buzon.mbox", ReadOptions())
        assert isinstance(first, Message)
        assert first.text.startswith("Señores:\nFrom ayer no abre.\nY From hoy tampoco. Número 3.")
        assert first.created_at is not None
        assert first.created_at.isoformat() == "2025-03-03T15:12:00+00:00"
        asked = " ".join(box.commands)
        assert "EXAMINE" in asked
        assert "SELECT" not in asked
        assert "STORE" not in asked
        assert "BODY[" not in asked

    def test_the_next_run_copies_only_what_is_new(
        self, box: Mailbox, run: Run, tmp_path: Path
    ) -> None:
        box.add(1, 2)
        run()
        before = (tmp_path / "buzon.mbox").read_bytes()
        box.add(5)
        result = run()
        assert "1 new messages" in result.output
        assert (tmp_path / "buzon.mbox").read_bytes().startswith(before)
        assert uids_in(tmp_path) == [1, 2, 5]
        assert "0 new messages" in run().output

    def test_a_limit_is_gone_on_from(self, box: Mailbox, run: Run, tmp_path: Path) -> None:
        box.add(*range(1, 8))
        run("INBOX", "--limit", "3")
        assert uids_in(tmp_path) == [1, 2, 3]
        run("INBOX", "--limit", "3")
        run("INBOX", "--limit", "3")
        assert uids_in(tmp_path) == [1, 2, 3, 4, 5, 6, 7]

    def test_mail_from_before_a_day_stays_there(
        self, box: Mailbox, run: Run, tmp_path: Path
    ) -> None:
        box.add(1, 2, day=3)
        box.add(3, day=20)
        run("INBOX", "--since", "2025-03-15")
        assert uids_in(tmp_path) == [3]
        assert "--since 2025-03-15" in error_of(run()).message

    def test_a_renumbered_folder_is_compared_by_message_id(
        self, box: Mailbox, run: Run, tmp_path: Path
    ) -> None:
        box.add(1, 2)
        run()
        box.add(3)
        box.validity = 8
        result = run()
        assert "renumbered INBOX" in result.output
        assert uids_in(tmp_path) == [1, 2, 3]
        assert "0 new" in run().output

    def test_a_server_that_does_not_say_its_next_uid_is_asked_for_the_last(
        self, box: Mailbox, run: Run, tmp_path: Path
    ) -> None:
        box.says_next = False
        box.add(4, 800)
        run()
        assert uids_in(tmp_path) == [4, 800]

    def test_an_empty_folder_is_no_error(self, box: Mailbox, run: Run) -> None:
        assert "0 new messages" in run().output

    def test_a_folder_may_have_any_letters(self, box: Mailbox, run: Run, tmp_path: Path) -> None:
        box.add(1)
        assert run("Reclamación").exit_code == 0
        assert uids_in(tmp_path) == [1]

    def test_a_lost_connection_is_gone_on_from(
        self, box: Mailbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("vocmine_email.imap._BATCH_MESSAGES", 2)
        box.add(*range(1, 6))
        box.dies_at = 4
        error = error_of(run())
        assert "was lost" in error.message
        assert "goes on" in error.hint
        assert uids_in(tmp_path) == [1, 2]
        box.dies_at = 0
        run()
        assert uids_in(tmp_path) == [1, 2, 3, 4, 5]


class TestSecrets:
    @pytest.mark.parametrize("options", [(), ("--quiet",)])
    def test_the_password_is_written_nowhere(
        self, box: Mailbox, run: Run, tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        box.add(1)
        result = run("INBOX", *options)
        assert result.exit_code == 0
        assert SECRET not in result.output
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(files) == 2
        assert all(SECRET.encode() not in path.read_bytes() for path in files)
        assert (tmp_path / "buzon.mbox").stat().st_mode & 0o077 == 0
        assert SECRET not in repr(Secret(SECRET))

    def test_a_refused_login_says_so_without_the_password(
        self, box: Mailbox, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOCMINE_IMAP_PASSWORD", "otra-clave")
        error = error_of(run())
        assert "localhost refuses the login of ana" in error.message
        assert "otra-clave" not in str(error)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("VOCMINE_IMAP_PASSWORD", "contraseña"), ("VOCMINE_IMAP_TOKEN", "ficha")],
    )
    def test_other_letters_and_tokens_open_it_too(
        self, box: Mailbox, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        monkeypatch.setenv(name, value)
        assert run().exit_code == 0

    def test_without_one_it_says_where_to_put_it(
        self, box: Mailbox, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("VOCMINE_IMAP_PASSWORD")
        monkeypatch.setitem(sys.modules, "keyring", None)
        error = error_of(run())
        assert error.message == "There is no password for ana on localhost."
        assert "VOCMINE_IMAP_PASSWORD" in error.hint
        assert box.commands == []


class TestServers:
    def test_a_certificate_nobody_vouches_for_is_refused(self, box: Mailbox, run: Run) -> None:
        box.tls = True
        error = error_of(run(tls="implicit"))
        assert "certificate" in error.message
        assert "SSL_CERT_FILE" in error.hint

    def test_a_certificate_of_the_companys_own_may_be_named(
        self, box: Mailbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        box.tls = True
        box.add(1)
        assert run(tls="implicit").exit_code == 0
        assert uids_in(tmp_path) == [1]

    def test_a_server_without_tls_is_told(self, box: Mailbox, run: Run) -> None:
        assert "does not speak TLS" in error_of(run(tls="implicit")).message

    def test_an_unknown_folder_names_those_there_are(self, box: Mailbox, run: Run) -> None:
        error = error_of(run("Quejas"))
        assert "There is no folder 'Quejas' on localhost" in error.message
        assert error.hint == "It has: 'INBOX', 'Reclamación'."

    @pytest.mark.parametrize("command", ["EXAMINE", "UID SEARCH", "UID FETCH", "FETCH"])
    @pytest.mark.parametrize("answer", ["BAD Unknown argument", "NO [UNAVAILABLE] Try later"])
    def test_a_refused_command_is_one_sentence(
        self, box: Mailbox, run: Run, command: str, answer: str
    ) -> None:
        box.add(1, 2)
        box.says_next = command != "FETCH"
        box.refused = {command: answer}
        said = "BAD Unknown argument." if answer.startswith("BAD") else ""
        assert re.search(f"INBOX.*{said}", error_of(run()).message)

    @pytest.mark.parametrize("answer", ["BAD Unknown command", "NO not now"])
    def test_a_server_that_lists_no_folders_still_says_which_is_missing(
        self, box: Mailbox, run: Run, answer: str
    ) -> None:
        box.refused = {"LIST": answer}
        error = error_of(run("Quejas"))
        assert "There is no folder 'Quejas' on localhost" in error.message
        assert error.hint == "Check its name in the mail program."

    def test_a_refusal_is_gone_on_from(self, box: Mailbox, run: Run, tmp_path: Path) -> None:
        box.add(1, 2, 3)
        box.refused = {"UID FETCH": "BAD busy"}
        assert "goes on" in error_of(run()).hint
        box.refused = {}
        run()
        assert uids_in(tmp_path) == [1, 2, 3]

    def test_a_server_that_is_not_there_is_told(self, tmp_path: Path, box: Mailbox) -> None:
        with Server(box) as server:
            free = server.server_address[1]
        command = [f"imap://a@localhost:{free}/", "--to", str(tmp_path / "x"), "--tls", "none"]
        assert "cannot be reached" in error_of(CliRunner().invoke(fetch, command)).message
