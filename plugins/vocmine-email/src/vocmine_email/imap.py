"""A folder of an IMAP server, read and never changed: EXAMINE, BODY.PEEK, and nothing else.

Memory is that of a batch of messages (8 MiB), or of one message when that is longer.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vocmine.errors import SourceError
from vocmine_email.headers import identifier
from vocmine_email.imap_address import Address, Secret, decode_folder, encode_folder
from vocmine_email.mailbox import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

TIMEOUT_SECONDS = 60
_BATCH_MESSAGES = 100
_BATCH_BYTES = 8 * 2**20
_SEARCHED_AT_ONCE = 50_000
"""UIDs asked for in one search, whose answer is one line: the client reads 1 MB of a line."""
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_WHEN = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_LISTED = re.compile(rb'\([^)]*\) (?:"[^"]*"|NIL) "?((?:[^"\\]|\\.)+)"?$')
_REPR = re.compile(r"\[b(['\"])(.*?)\1\]", re.DOTALL)
"""What a server said, as the client writes it into its errors."""
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server has it, and when it arrived (seconds since 1970; 0: unknown)."""

    uid: int
    raw: bytes
    arrived: float = 0.0


@contextmanager
def open_folder(address: Address, secret: Secret) -> Iterator[Folder]:
    """Connect, log in and open the folder for reading.

    Raises:
        SourceError: Says what failed (name, network, certificate, login, folder) and what to do.
    """
    try:
        client = _connect(address)
    except (OSError, imaplib.IMAP4.error) as error:
        raise _unconnected(address, error) from None
    try:
        _log_in(client, address, secret)
        yield Folder(client, address)
    except (OSError, imaplib.IMAP4.abort) as error:
        raise SourceError(
            f"The connection to {address.host} was lost: {_words(error)}.",
            "Run the same command again: it goes on where this one stopped.",
        ) from None
    except imaplib.IMAP4.error as error:  # BAD: it does not understand, or does not want to
        raise SourceError(
            f"{address.host} refused to give the mail of '{address.folder}': {_words(error)}.",
            "Run the same command again: it goes on where this one stopped. If it is refused "
            "again, try another folder, or '--since' with a later day.",
        ) from None
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()


class Folder:
    """An open folder: `validity` is its UIDVALIDITY (RFC 3501, 2.3.1.1), `count` its messages."""

    def __init__(self, client: imaplib.IMAP4, address: Address) -> None:
        self._client = client
        name = encode_folder(address.folder).replace("\\", "\\\\").replace('"', '\\"')
        status, data = client.select(f'"{name}"', readonly=True)
        if status != "OK":
            raise self._no_folder(address)
        self.count = int(data[0] or 0)
        self.validity = self._number("UIDVALIDITY")
        self._next = self._number("UIDNEXT")

    def uids(self, after: int, since: date | None = None) -> Iterator[list[int]]:
        """UIDs above `after`, in order, of messages that arrived on or after a day."""
        if not self.count:
            return
        day = f" SINCE {since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}" if since else ""
        last = self._next - 1 if self._next else self._highest()
        step = _SEARCHED_AT_ONCE if self.count > _SEARCHED_AT_ONCE else max(1, last - after)
        for start in range(after + 1, last + 1, step):
            span = f"{start}:{min(start + step - 1, last)}"
            answer = self._ask("SEARCH", f"UID {span}{day}")
            found = sorted({int(uid) for line in answer if line for uid in line.split()})
            if usable := [uid for uid in found if uid > after]:
                yield usable

    def messages(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """Batches of messages, in the order of their UIDs; those deleted meanwhile are missing."""
        for at in range(0, len(uids), _BATCH_MESSAGES):
            asked = uids[at : at + _BATCH_MESSAGES]
            sizes = self._attributes(asked, "(UID RFC822.SIZE)", _SIZE)
            batch: list[int] = []
            total = 0
            for uid in asked:
                size = min(int(sizes.get(uid, b"0")), MAX_MESSAGE_BYTES)
                if batch and total + size > _BATCH_BYTES:
                    yield self._bodies(batch)
                    batch, total = [], 0
                batch.append(uid)
                total += size
            yield self._bodies(batch)

    def identifiers(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-ID of each message that has one."""
        found = {}
        for at in range(0, len(uids), _BATCH_MESSAGES):
            wanted = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
            for facts, literal in self._fetch(uids[at : at + _BATCH_MESSAGES], wanted):
                uid, value = _UID.search(facts), literal.partition(b":")[2].decode("latin-1")
                if uid and value.strip():
                    found[int(uid[1])] = identifier(value)
        return found

    def _bodies(self, uids: Sequence[int]) -> list[Fetched]:
        wanted = f"(UID INTERNALDATE BODY.PEEK[]<0.{MAX_MESSAGE_BYTES}>)"
        found = []
        for facts, literal in self._fetch(uids, wanted):
            if uid := _UID.search(facts):
                found.append(Fetched(int(uid[1]), literal, _arrived(facts)))
        return sorted(found, key=lambda fetched: fetched.uid)

    def _fetch(self, uids: Sequence[int], wanted: str) -> Iterator[tuple[bytes, bytes]]:
        """(what is said beside it, literal) of every answer that has a literal."""
        answer = self._ask("FETCH", ",".join(map(str, uids)), wanted)
        for at, item in enumerate(answer):
            if isinstance(item, tuple):
                after = answer[at + 1] if at + 1 < len(answer) else b""
                yield item[0] + (after if isinstance(after, bytes) else b""), item[1]

    def _attributes(
        self, uids: Sequence[int], wanted: str, pattern: re.Pattern[bytes]
    ) -> dict[int, bytes]:
        found = {}
        for line in self._ask("FETCH", ",".join(map(str, uids)), wanted):
            if isinstance(line, bytes) and (uid := _UID.search(line)) and (
                value := pattern.search(line)
            ):  # fmt: skip
                found[int(uid[1])] = value[1]
        return found

    def _highest(self) -> int:
        """The last UID, of a server that does not say which one it gives next."""
        status, data = self._client.fetch("*", "(UID)")
        _check("FETCH", status, data)
        lines = (line for line in data if isinstance(line, bytes))
        found = map(_UID.search, lines)
        return max((int(uid[1]) for uid in found if uid), default=0)

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        status, data = self._client.uid(command, *arguments)
        _check(command, status, data)
        return data

    def _number(self, name: str) -> int:
        value = self._client.response(name)[1][0]
        return int(value) if isinstance(value, bytes) and value.isdigit() else 0

    def _no_folder(self, address: Address) -> SourceError:
        answer: list[Any] = []
        with suppress(imaplib.IMAP4.error):  # of two refusals the first one is told
            answer = self._client.list()[1]
        lines = (line for line in answer if isinstance(line, bytes))
        listed = (found[1] for line in lines if (found := _LISTED.search(line)))
        names = [decode_folder(name.decode("ascii", "replace")) for name in listed]
        folders = ", ".join(f"'{name}'" for name in names[:20])
        return SourceError(
            f"There is no folder '{address.folder}' on {address.host}, or it cannot be read.",
            f"It has: {folders}." if folders else "Check its name in the mail program.",
        )


def _check(command: str, status: str, data: list[Any]) -> None:
    """Turn a NO into the error that the client makes of a BAD."""
    if status != "OK":
        raise imaplib.IMAP4.error(f"{command} command error: {status} {data!r:.150}")


def _connect(address: Address) -> imaplib.IMAP4:
    if address.tls == "implicit":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(
            address.host, address.port, ssl_context=context, timeout=TIMEOUT_SECONDS
        )
    client = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT_SECONDS)
    if address.tls == "starttls":
        client.starttls(ssl.create_default_context())
    return client


def _log_in(client: imaplib.IMAP4, address: Address, secret: Secret) -> None:
    user = address.user
    try:
        if secret.is_token:
            answer = f"user={user}\1auth=Bearer {secret.value}\1\1"
            client.authenticate("XOAUTH2", lambda challenge: b"" if challenge else answer.encode())
        elif (user + secret.value).isascii():
            client.login(user, secret.value)
        else:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{secret.value}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise SourceError(
            f"{address.host} refuses the login of {user}: {_words(error)}.",
            "Check the user and the password. Gmail wants a password for apps, Microsoft 365 a "
            "token in VOCMINE_IMAP_TOKEN; and IMAP may have to be switched on there.",
        ) from None


def _unconnected(address: Address, error: Exception) -> SourceError:
    where = f"{address.host}, port {address.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return SourceError(
            f"The certificate of {where} is not to be trusted: {error.verify_message}.",
            "Check the server's name. If your company has an authority of its own, name its file "
            "in the environment variable SSL_CERT_FILE.",
        )
    if isinstance(error, ssl.SSLError):
        return SourceError(f"{where} does not speak TLS.", "Try '--tls starttls', or another port.")
    if isinstance(error, socket.gaierror):
        return SourceError(f"There is no server named {address.host}.", "Check its spelling.")
    if isinstance(error, imaplib.IMAP4.error):
        return SourceError(
            f"{where} does not answer as a mail server does: {_words(error)}.",
            "Check the port, and '--tls'.",
        )
    return SourceError(
        f"{where} cannot be reached: {_words(error)}.", "Check the network, the name and the port."
    )


def _words(error: Exception) -> str:
    """What a server or the system says, on one line."""
    said = error.args[-1] if error.args else type(error).__name__
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    text = _REPR.sub(r"\2", text)
    return " ".join(text.split())[:200].rstrip(".") or type(error).__name__


def _arrived(facts: bytes) -> float:
    import time

    found = _WHEN.search(facts)
    moment = imaplib.Internaldate2tuple(b'INTERNALDATE "' + found[1] + b'"') if found else None
    try:
        return time.mktime(moment) if moment else 0.0
    except (OverflowError, ValueError):
        return 0.0
