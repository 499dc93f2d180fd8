"""The body of a message: which parts are its words, which are attachments, and their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocmine.readers.markup import html_to_text
from vocmine_email import headers
from vocmine_email.charsets import decode, tidy
from vocmine_email.mime import MAX_DEPTH, MAX_PARTS, Part

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT_BYTES = 8 * 2**20
"""Of one text part this much is read: no person writes a hundredth of it."""
_MAX_STATUS_BYTES = 2**16
_SIGNED = re.compile(r"(?m)^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+: .*\n)*\n?")
_SIGNATURE = re.compile(
    r"(?m)^-----BEGIN PGP SIGNATURE-----\n(?:.{0,100}\n){0,200}?-----END PGP SIGNATURE-----\n?"
)
_STUB = re.compile(
    r"\W*(?:(?:this|your) (?:e-?mail|message|client)\b.{0,80}\b(?:html|view)"
    r"|(?:este|su|o seu|seu) (?:mensaje|correo|cliente|e-?mail)\b.{0,80}\bhtml)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class Content:
    """What a message holds.

    Args:
        text: The body: plain text if there is any, else its HTML as text.
        attachments: Names of the attached files (or their types), not opened.
        attached: Messages attached whole (a forward "as attachment").
        invitation: Whether the message is a calendar invitation or an answer to one.
        types: Content types of all parts, lower case.
        named: Texts shown inside the mail that have a file name all the same.
        status: What a delivery report says to programs.
    """

    text: str = ""
    attachments: list[str] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    invitation: bool = False
    types: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    status: bytes = b""


def parse(raw: bytes) -> Part:
    """Find the headers and the body of a message.

    Raises:
        ValueError: When there is no header at all.
    """
    if b"\n" not in raw[:_MAX_STATUS_BYTES]:
        raw = raw.replace(b"\r", b"\n")  # line ends of an old Macintosh
    message = Part(raw)
    if not message:
        raise ValueError("it has no headers")
    return message


def extract(message: Part, *, fallback: str = "") -> Content:
    """Find the words of a message among its parts.

    Args:
        message: As `parse` gives it.
        fallback: Charset for text that declares none and is not UTF-8.
    """
    content = Content()
    words = _words(message, content, fallback, 0)
    # Some programs name the body itself: it is the body when there is no other.
    text = "\n\n".join(words or content.named)
    content.text = _without_armor(text) if "-----BEGIN PGP SIGN" in text else text
    return content


def _without_armor(text: str) -> str:
    """What a PGP signature in the text signs (RFC 4880, 7)."""
    text = _SIGNATURE.sub("", _SIGNED.sub("", text))
    return "\n".join(line.removeprefix("- ") for line in text.split("\n"))


def _words(part: Part, content: Content, fallback: str, depth: int) -> list[str]:
    """Texts of a part and its children, in order; fills `content` on the way."""
    kind = part.kind()
    content.types.append(kind)
    if depth > MAX_DEPTH or len(content.types) > MAX_PARTS:
        return []
    if kind in {"message/rfc822", "message/global"}:
        return _attached_message(part, content, fallback)
    if kind == "message/delivery-status":
        content.status = part.decoded(_MAX_STATUS_BYTES)
        return []
    if children := part.children():
        if kind == "multipart/alternative":
            return _alternative(children, content, fallback, depth)
        return [
            words for child in children for words in _words(child, content, fallback, depth + 1)
        ]
    if kind == "text/calendar":
        content.invitation = content.invitation or depth == 0 or _is_method(part)
        content.attachments.append(_file_name(part, fallback) or kind)
        return []
    return _leaf(part, kind, content, fallback)


def _leaf(part: Part, kind: str, content: Content, fallback: str) -> list[str]:
    """The text of a part without parts; an attachment is listed instead."""
    name, disposition = _file_name(part, fallback), part.disposition()
    if name or disposition == "attachment":
        content.attachments.append(name or kind)
        if kind in _READERS and disposition != "attachment":
            content.named.append(_READERS[kind](part, fallback))
        return []
    # A multipart without its boundary is what a broken mailer makes of plain text.
    if kind in _READERS or kind.startswith("multipart/"):
        words = _READERS.get(kind, _plain)(part, fallback)
        return [words] if words.strip() else []
    if not part["content-id"]:  # a nameless picture of the HTML body is no attachment
        content.attachments.append(kind)
    return []


def _alternative(children: list[Part], content: Content, fallback: str, depth: int) -> list[str]:
    """Of several forms take the plain text, unless it only says "see the HTML"."""
    best: list[str] = []
    plain_first = sorted(children, key=lambda part: part.kind() != "text/plain")
    for part in plain_first:
        kind = part.kind()
        if kind == "text/calendar":
            content.invitation = True
            content.types.append(kind)
            continue
        if best and kind.startswith("text/"):
            content.types.append(kind)
            continue
        words = _words(part, content, fallback, depth + 1)
        if not best and words and not _is_stub(words):
            best = words
    return best


def _is_stub(words: list[str]) -> bool:
    joined = "".join(words)
    return len(joined) < 300 and _STUB.match(joined) is not None


def _attached_message(part: Part, content: Content, fallback: str) -> list[str]:
    for attached in part.children():
        if attached:
            content.attached.append(attached)
            subject = headers.text(attached["subject"], fallback=fallback)
            content.attachments.append(_file_name(part, fallback) or subject or "message/rfc822")
    return []


def _is_method(part: Part) -> bool:
    """Whether a calendar part asks for or gives an answer; a file attached for keeping does not."""
    return part.disposition() != "attachment" and not part.file_name()


def _file_name(part: Part, fallback: str) -> str:
    return headers.text(part.file_name(), fallback=fallback)


def _payload(part: Part, fallback: str) -> str:
    data = part.decoded(MAX_TEXT_BYTES)
    return tidy(decode(data, part.parameter("charset"), fallback=fallback))


def _plain(part: Part, fallback: str) -> str:
    words = _payload(part, fallback)
    if part.parameter("format").lower() == "flowed":
        return unflow(words, delete_space=part.parameter("delsp").lower() == "yes")
    return words


def _html(part: Part, fallback: str) -> str:
    return html_to_text(_payload(part, fallback))


_READERS: dict[str, Callable[[Part, str], str]] = {
    "text/plain": _plain,
    "text/html": _html,
    "application/xhtml+xml": _html,
    "text/enriched": _plain,
}


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Join the soft line breaks of `format=flowed` (RFC 3676); quoted lines stay as they are."""
    lines: list[str] = []
    open_line = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        stuffed = line[1:] if line.startswith(" ") else line
        if open_line and not quoted and stuffed != "-- ":
            lines[-1] = (lines[-1][:-1] if delete_space else lines[-1]) + stuffed
        else:
            lines.append(stuffed)
        open_line = stuffed.endswith(" ") and stuffed != "-- " and not quoted
    return "\n".join(line if line == "-- " else line.rstrip(" ") for line in lines)
