"""The `email` source: mailboxes as a stream of messages in the customers' own words."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import Detection, ReadOptions
from vocmine_email import headers, mailbox, outlook, parts
from vocmine_email.automatic import judge, own_label
from vocmine_email.company import Company
from vocmine_email.own_words import OwnWords, Writer, own_words
from vocmine_email.threads import Threads
from vocmine_email.voice import tells_a_case
from vocmine_email.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vocmine_email.mime import Part
    from vocmine_email.quotes import Kind

MAPPING = {
    "text": "body",
    "external_id": "Message-ID",
    "created_at": "Date",
    "title": "Subject",
    "author": "From",
}
_KEPT_HEADERS = word_set(
    "from subject date message-id to cc reply-to in-reply-to references x-gmail-labels x-gm-thrid"
)
_FORMATS = {"mbox": "mbox", "eml": "eml", "maildir": "Maildir", "msg": "Outlook message"}
_FORWARD_SUBJECT = re.compile(r"\s*(?:rv|fwd?|enc|reenv(?:iado)?|i|tr)\s*:", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|res|aw|resp(?:uesta)?)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_RAW_CHARS = 2000
_LOOKED_AT = 300
_LOOKED_AT_BYTES = 32 * 2**20
"""How much of a mailbox is read to find out whose it is, whichever ends first."""


class EmailSource:
    """Reads mbox files (Gmail Takeout too), Maildir folders, and single eml and msg files."""

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        """Look at the first 64 KiB or at the folder, and at some mails to tell whose mailbox it is.

        Scores: 0.98 for an mbox (dated `From ` line, then headers) or a folder with cur, new and
        tmp; 0.95 for a message with a From header and a Date, Message-ID, Received, Return-Path
        or MIME-Version; 0.9 for an mbox whose separator has no date or a Maildir with a missing
        folder, and for an Outlook message 0.98; 0.6 for text that starts with From and one more
        known header; 0.0 for the rest. The detail `company` says whose mailbox it seems to be.

        Raises:
            SourceError: An Outlook message, and its reader is not installed.
        """
        found = mailbox.sniff(path)
        if found.kind is None:
            return Detection(0.0, reason=found.reason)
        if found.kind == "msg":
            outlook.require(path.name)
        takeout = "X-GM-THRID" in found.headers
        warnings = (
            ("A Gmail Takeout can hold spam and trash: look at the column labels.",)
            if takeout
            else ()
        )
        details: dict[str, str] = {"kind": found.kind}
        if company := str(_company(path, found.kind, options)):
            details["company"] = company
        return Detection(
            found.score,
            format=_FORMATS[found.kind] + (" (Gmail Takeout)" if takeout else ""),
            reason=found.reason,
            mapping=dict(MAPPING),
            columns=tuple(name for name in found.headers if name.lower() in _KEPT_HEADERS),
            details=details,
            warnings=warnings,
        )

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        """Yield one record for every message of the mailbox, in order, with locator `message N`.

        `options.encoding` is the charset of text that declares none; `options.country` goes to
        every message; `options.company` names addresses and domains of the company, whose mail
        is not the customer's; a mapping means nothing for mail and is not used.

        Raises:
            OSError: When a file cannot be opened.
        """
        kind = mailbox.sniff(path).kind or ("maildir" if path.is_dir() else "eml")
        reader = _Reader(options, _company(path, kind, options))
        for number, raw in enumerate(mailbox.messages(path, kind), start=1):
            yield reader.record(raw, f"message {number}")


def _company(path: Path, kind: mailbox.Kind, options: ReadOptions) -> Company:
    if options.company:
        return Company.named(options.company)
    return Company.of_mailbox(_first(path, kind))


def _first(path: Path, kind: mailbox.Kind) -> Iterator[bytes]:
    left = _LOOKED_AT_BYTES
    for message in islice(mailbox.messages(path, kind), _LOOKED_AT):
        yield message.raw
        left -= len(message.raw)
        if left < 0:
            return


class _Reader:
    """What is known about a mailbox while its messages stream past."""

    def __init__(self, options: ReadOptions, company: Company) -> None:
        self.options = options
        self.company = company
        self.threads = Threads()

    def record(self, raw: mailbox.RawMessage, locator: str) -> Record:
        if raw.error:
            return Unreadable(f"The message cannot be read: {raw.error}.", locator)
        try:
            return _Mail(self, raw, locator).record()
        # Mail is written by thousands of programs and decoders raise what they meet (LookupError,
        # TypeError, RecursionError…): one message must not end a run.
        except Exception as error:
            why = str(error) if isinstance(error, ValueError) else type(error).__name__
            return Unreadable(
                f"The message cannot be read: {why}.",
                locator,
                raw=raw.raw[:_RAW_CHARS].decode("utf-8", "replace"),
            )


class _Mail:
    """One message on its way to a record."""

    def __init__(self, reader: _Reader, raw: mailbox.RawMessage, locator: str) -> None:
        self.reader = reader
        self.mail: Part = parts.parse(raw.raw)
        self.raw = raw
        self.locator = locator
        self.options = reader.options
        self.fallback = reader.options.encoding
        self.external_id = headers.identifier(self.mail["message-id"])
        self.thread = reader.threads.root(self.mail, self.external_id)
        self.subject = self._text("subject")
        self.sender = Writer(*headers.author(self.mail["from"], fallback=self.fallback))
        self.house = reader.company.of_mail(self.mail, self.sender.address)

    def record(self) -> Record:
        if not str(self.sender):
            return self._skip("not_email", "no From header")
        content = parts.extract(self.mail, fallback=self.fallback)
        verdict = judge(self.mail, content, address=self.sender.address, subject=self.subject)
        if verdict.reason:
            return self._skip(verdict.reason, verdict.detail)
        labels = self._labels()
        if own := own_label(labels):
            return self._skip("no_customer_text", f"sent by the mailbox's owner (label '{own}')")
        if not content.text.strip() and not content.attached:
            return self._skip("empty_text", self.subject or ", ".join(content.attachments)[:200])
        words = own_words(
            content,
            self.sender,
            is_forward=self._is_forward,
            is_ours=self._is_ours,
            fallback=self.fallback,
        )
        if self._is_company_turn(words):
            return self._skip("company_reply", f"written by {self.sender.address}")
        if not words.text:
            quoted = words.answers and self._is_answer()
            return self._skip("only_quoted" if quoted else "no_customer_text", self.subject)
        return Message(
            words.text,
            external_id=self.external_id,
            created_at=headers.moment(
                self.mail["date"], self.mail.get_all("received"), self.raw.envelope
            ),
            title=self.subject,
            channel="email",
            author=str(words.writer),
            country=self.options.country,
            context=words.context,
            locator=self.locator,
            extra=self._extra(labels, content, words, verdict.flag),
        )

    def _is_company_turn(self, words: OwnWords) -> bool:
        if words.passed_on and not self.house.owns(words.writer.address):
            return False
        answers = words.answers or self._is_answer()
        return self.reader.company.wrote(self.mail, self.sender.address, answers=answers)

    def _is_ours(self, writer: Writer, words: str) -> bool:
        """Whether words are the company's: a colleague's "por favor gestionar" above a forward."""
        if not self.house.owns(writer.address):
            return False
        if writer != self.sender or self.house.wrote(self.mail, writer.address, answers=True):
            return True
        # Students and employees write to their own institution about what happened to them.
        return not (self.house.answers_outside(self.mail) or tells_a_case(words))

    def _is_forward(self, kind: Kind) -> bool:
        """Whether the mail below is passed on, not answered. Outlook writes both alike."""
        if kind == "forward" or _FORWARD_SUBJECT.match(self.subject):
            return True
        return not self._is_answer()

    def _is_answer(self) -> bool:
        return bool(_REPLY_SUBJECT.match(self.subject) or self.mail["in-reply-to"])

    def _labels(self) -> list[str]:
        labels = [label.strip() for label in self._text("x-gmail-labels").split(",")]
        return [label for label in (*labels, self.raw.folder) if label]

    def _extra(
        self, labels: list[str], content: parts.Content, words: OwnWords, flag: str
    ) -> dict[str, str]:
        pairs = {
            "in_reply_to": headers.identifier(self.mail["in-reply-to"]),
            "references": headers.identifiers(self.mail["references"]),
            "labels": ", ".join(labels),
            "thread": self.thread,
            "attachments": ", ".join(content.attachments),
            "forwarded": "yes" if words.passed_on else "",
            "auto_reply": flag,
            "cut": "after 32 MiB" if self.raw.cut else "",
        }
        if self.options.keep_names:  # authors become pseudonyms, extra columns do not
            for name in ("to", "cc", "reply-to"):
                people = headers.people(self.mail[name], fallback=self.fallback)
                pairs[name.replace("-", "_")] = people
            pairs["forwarded_by"] = str(self.sender) if words.passed_on else ""
        return {name: value for name, value in pairs.items() if value}

    def _text(self, name: str) -> str:
        return headers.text(self.mail[name], fallback=self.fallback)

    def _skip(self, reason: str, detail: str) -> Skipped:
        return Skipped(reason, self.locator, self.external_id, detail)
