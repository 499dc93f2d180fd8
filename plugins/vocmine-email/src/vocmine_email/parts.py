"""The body of a message: which parts are its words, which are attachments, and their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING

from vocmine.readers.markup import html_to_text
from vocmine_email import headers
from vocmine_email.charsets import decode, tidy

if TYPE_CHECKING:
    from collections.abc import Callable

_PARSER = BytesParser(policy=headers.RawHeaders())
_PART_START = re.compile(rb"\n--[^\r\n]{1,200}\r?\n")
_BASE64 = re.compile(rb"(?im)^content-transfer-encoding:[ \t]*base64")
_TEXT_TYPE = re.compile(rb"(?im)^content-type:[ \t]*(?:text|multipart|message)/")
_SIZE_TO_ELIDE = 2**17
_MAX_PART_HEADER = 2**13
_MAX_DEPTH = 40
_MAX_PARTS = 2000
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
    """

    text: str = ""
    attachments: list[str] = field(default_factory=list)
    attached: list[Message] = field(default_factory=list)
    invitation: bool = False
    types: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)


def parse(raw: bytes) -> Message:
    """Parse a message; the bytes of big attachments are left out before parsing.

    Raises:
        ValueError: When there is no header at all.
        RecursionError: When parts are nested beyond reason.
    """
    message = _PARSER.parsebytes(without_big_attachments(raw))
    if not message.keys():
        raise ValueError("it has no headers")
    return message


def without_big_attachments(raw: bytes) -> bytes:
    """Drop base64 bodies of parts that are neither text nor multipart, in long messages."""
    if len(raw) < _SIZE_TO_ELIDE:
        return raw
    pieces: list[bytes] = []
    kept = 0
    for start in _PART_START.finditer(raw):
        if start.start() < kept:
            continue
        header = raw[start.end() : start.end() + _MAX_PART_HEADER].replace(b"\r\n", b"\n")
        header = header.partition(b"\n\n")[0]
        if not _BASE64.search(header) or _TEXT_TYPE.search(header):
            continue
        body = _blank_line(raw, start.end())
        end = raw.find(b"\n--", body)  # base64 has no "-": this is the next boundary
        if body < 0 or end < 0:
            continue
        pieces.append(raw[kept:body])
        kept = end
    pieces.append(raw[kept:])
    return b"".join(pieces)


def extract(message: Message, *, fallback: str = "") -> Content:
    """Find the words of a message among its parts.

    Args:
        message: As `parse` gives it.
        fallback: Charset for text that declares none and is not UTF-8.
    """
    content = Content()
    words = _words(message, content, fallback, 0)
    # Some programs name the body itself: it is the body when there is no other.
    content.text = "\n\n".join(words or content.named)
    return content


def _words(message: Message, content: Content, fallback: str, depth: int) -> list[str]:
    """Texts of a part and its children, in order; fills `content` on the way."""
    kind = message.get_content_type()
    content.types.append(kind)
    if depth > _MAX_DEPTH or len(content.types) > _MAX_PARTS:
        return []
    if kind == "message/rfc822" or kind == "message/global":
        return _attached_message(message, content, fallback)
    if message.is_multipart():
        children = [part for part in message.get_payload() if isinstance(part, Message)]
        if kind == "multipart/alternative":
            return _alternative(children, content, fallback, depth)
        return [words for part in children for words in _words(part, content, fallback, depth + 1)]
    if kind == "text/calendar":
        content.invitation = content.invitation or depth == 0 or _is_method(message)
        content.attachments.append(_file_name(message, fallback) or kind)
        return []
    name = _file_name(message, fallback)
    if name or message.get_content_disposition() == "attachment":
        content.attachments.append(name or kind)
        if kind in _READERS and message.get_content_disposition() != "attachment":
            content.named.append(_READERS[kind](message, fallback))
        return []
    # A multipart without its boundary is what a broken mailer makes of plain text.
    if kind in _READERS or kind.startswith("multipart/"):
        words = _READERS.get(kind, _plain)(message, fallback)
        return [words] if words.strip() else []
    if not message["content-id"]:  # a nameless picture of the HTML body is no attachment
        content.attachments.append(kind)
    return []


def _alternative(children: list[Message], content: Content, fallback: str, depth: int) -> list[str]:
    """Of several forms take the plain text, unless it only says "see the HTML"."""
    best: list[str] = []
    plain_first = sorted(children, key=lambda part: part.get_content_type() != "text/plain")
    for part in plain_first:
        if part.get_content_type() == "text/calendar":
            content.invitation = True
            content.types.append("text/calendar")
            continue
        if best and part.get_content_maintype() == "text":
            content.types.append(part.get_content_type())
            continue
        words = _words(part, content, fallback, depth + 1)
        if not best and words and not _is_stub(words):
            best = words
    return best


def _is_stub(words: list[str]) -> bool:
    joined = "".join(words)
    return len(joined) < 300 and _STUB.match(joined) is not None


def _attached_message(message: Message, content: Content, fallback: str) -> list[str]:
    payload = message.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        content.attached.append(payload[0])
        subject = headers.text(payload[0]["subject"], fallback=fallback)
        content.attachments.append(_file_name(message, fallback) or subject or "message/rfc822")
    return []


def _is_method(message: Message) -> bool:
    """Whether a calendar part asks for or gives an answer; a file attached for keeping does not."""
    return message.get_content_disposition() != "attachment" and not message.get_filename()


def _file_name(message: Message, fallback: str) -> str:
    try:
        return headers.text(message.get_filename(), fallback=fallback)
    except (LookupError, ValueError, TypeError):  # RFC 2231 continuations gone wrong
        return "attachment"


def _payload(message: Message, fallback: str) -> str:
    data = message.get_payload(decode=True)
    charset = message.get_param("charset") or ""
    if isinstance(charset, tuple):
        charset = charset[2] or ""
    return tidy(decode(data, str(charset), fallback=fallback)) if isinstance(data, bytes) else ""


def _plain(message: Message, fallback: str) -> str:
    words = _payload(message, fallback)
    if str(message.get_param("format") or "").lower() == "flowed":
        delete_space = str(message.get_param("delsp") or "").lower() == "yes"
        return unflow(words, delete_space=delete_space)
    return words


def _html(message: Message, fallback: str) -> str:
    return html_to_text(_payload(message, fallback))


_READERS: dict[str, Callable[[Message, str], str]] = {
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


def _blank_line(raw: bytes, start: int) -> int:
    """Where the body of a part begins, given where its header does; -1 when it never does."""
    found = [
        at + len(mark)
        for mark in (b"\n\n", b"\n\r\n")
        if (at := raw.find(mark, start, start + _MAX_PART_HEADER)) >= 0
    ]
    return min(found, default=-1)
