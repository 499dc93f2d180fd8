"""Where a mailbox is on a server, and the secret that opens it, which is never written anywhere."""

from __future__ import annotations

import base64
import ipaddress
import os
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from vocmine.errors import UsageError

Tls = Literal["implicit", "starttls", "none"]

PASSWORD, TOKEN = "VOCMINE_IMAP_PASSWORD", "VOCMINE_IMAP_TOKEN"
_PORTS = {"implicit": 993, "starttls": 143, "none": 143}
_EXAMPLE = "For example: vocmine fetch imap://ana@correo.example.com/INBOX --to buzon.mbox"
_SHIFTED = re.compile(r"&([^-]*)-")
_UNSAFE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Address:
    """One folder of one user on one server."""

    user: str
    host: str
    port: int
    folder: str
    tls: Tls

    @classmethod
    def parse(cls, url: str, tls: Tls = "implicit") -> Address:
        """Read `imap://user@host/folder`; the folder is INBOX unless it is named.

        Raises:
            UsageError: When it is no such address, holds a password, or asks for a connection
                that everybody on the way could read.
        """
        try:
            parts = urlsplit(url)
            port, host = parts.port or _PORTS[tls], parts.hostname or ""
        except ValueError:
            raise UsageError("That is no address of a mailbox.", _EXAMPLE) from None
        if parts.password is not None:
            # The address is not repeated here: it would put the password on the screen again.
            raise UsageError(
                "The address of a mailbox must not hold its password.",
                f"Leave it out, and set {PASSWORD} in the environment.",
            )
        if parts.scheme not in {"imap", "imaps"} or not host or not parts.username:
            raise UsageError(f"'{url}' is no address of a mailbox.", _EXAMPLE)
        if tls == "none" and not _is_this_machine(host):
            raise UsageError(
                f"Without TLS the password would travel to {host} in the open.",
                "Leave '--tls none' out; it is for servers on this machine.",
            )
        # "?" and "#" are letters of a folder's name here, not of a query.
        folder = url.split("://", 1)[1].partition("/")[2]
        return cls(unquote(parts.username), host, port, unquote(folder) or "INBOX", tls)

    def __str__(self) -> str:
        return f"imap://{self.user}@{self.host}:{self.port}/{self.folder}"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password, or a token of OAuth 2.0. It has no readable form, so that no log shows it."""

    value: str
    is_token: bool = False


def secret_of(address: Address) -> Secret:
    """What opens a mailbox: from the environment, else from the system's keyring.

    Raises:
        UsageError: When there is none; says where to put it.
    """
    if token := os.environ.get(TOKEN):
        return Secret(token, is_token=True)
    if password := os.environ.get(PASSWORD) or _from_keyring(address):
        return Secret(password)
    raise UsageError(
        f"There is no password for {address.user} on {address.host}.",
        f"Set {PASSWORD} in the environment (or {TOKEN}, for Microsoft 365 and others that want "
        "OAuth), or keep it in the system's keyring: pip install 'vocmine[imap]' and "
        f"'keyring set vocmine {address.user}@{address.host}'.",
    )


def _from_keyring(address: Address) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password("vocmine", f"{address.user}@{address.host}") or ""
    except KeyringError:  # a server without a desktop has no keyring to ask
        return ""


def encode_folder(name: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501, 5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        data = base64.b64encode(found[0].encode("utf-16-be")).rstrip(b"=")
        return f"&{data.decode().replace('/', ',')}-"

    return _UNSAFE.sub(shifted, name.replace("&", "&-"))


def decode_folder(name: str) -> str:
    """The same back; what is not well formed stays as it is."""

    def plain(found: re.Match[str]) -> str:
        if not found[1]:
            return "&"
        data = found[1].replace(",", "/")
        try:
            return base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-16-be")
        except ValueError:
            return found[0]

    return _SHIFTED.sub(plain, name)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
