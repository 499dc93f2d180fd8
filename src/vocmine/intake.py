"""From records to identified messages: ids, hashes, language, and reasons not to analyse."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice

from vocmine.cleaning import LOOKED_AT, LOOKED_AT_CHARACTERS, Cleaner
from vocmine.errors import PLUGIN_FAULTS, as_exception
from vocmine.message import Message, Record, Skipped, Unreadable, fault_of

MAX_CHARACTERS = 100_000
"""Longer texts are not a customer's message but a file in a cell; analysing one takes minutes."""

STORED_REASONS = frozenset({"no_words", "no_comment", "unsupported_language"})
"""Messages with these reasons are stored, so that they can be read, but carry no labels."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message with everything the store needs to know whether it is new."""

    message: Message
    external_id: str
    lang: str
    content_hash: str
    record_hash: str
    skip_reason: str = ""


@dataclass(slots=True)
class Chunk:
    """Some consecutive records of one input, sorted into what happens to them."""

    incoming: list[Incoming] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    records: int = 0

    @property
    def not_analysed(self) -> list[Skipped]:
        """What was skipped, and what is stored all the same but carries no labels."""
        stored = [
            Skipped(item.skip_reason, item.message.locator, item.external_id)
            for item in self.incoming
            if item.skip_reason
        ]
        return [*self.skipped, *stored]


@dataclass(frozen=True, slots=True)
class Period:
    """Messages from `since` (inclusive) to `until` (exclusive); None means open."""

    since: datetime | None = None
    until: datetime | None = None

    def reason_to_skip(self, moment: datetime | None) -> str:
        """Empty when the message is inside the period."""
        if self.since is None and self.until is None:
            return ""
        if moment is None:
            return "undated"
        local = moment.replace(tzinfo=None)
        if (self.since and local < self.since) or (self.until and local >= self.until):
            return "outside_period"
        return ""


class Intake:
    """Sorts the records of one input; remembers ids so that repeats are told apart.

    Args:
        country: ISO code for messages that do not tell theirs.
        period: Which messages to keep.
        cleaner: Mends the messages first; None leaves them as they are.
    """

    def __init__(
        self, *, country: str = "", period: Period | None = None, cleaner: Cleaner | None = None
    ) -> None:
        self.country = country
        self.period = period or Period()
        self.cleaner = cleaner
        self._seen: Counter[str] = Counter()

    def chunks(self, records: Iterable[Record], size: int) -> Iterator[Chunk]:
        """Chunks of at most `size` records, in order; every record is in exactly one list.

        An exception of `records` is raised after what came before it.
        """
        chunk = Chunk()
        messages: list[Message] = []
        failures: list[Exception] = []
        for record in mended(until_failure(records, failures), self.cleaner):
            chunk.records += 1
            if isinstance(record, Message):
                text, key = storable(record.text), storable(record.external_id)
                messages.append(replace(record, text=text, external_id=key))
            elif isinstance(record, Skipped):
                chunk.skipped.append(record)
            else:
                chunk.unreadable.append(record)
            if chunk.records == size:
                self._identify(chunk, messages)
                yield chunk
                chunk, messages = Chunk(), []
        if chunk.records:
            self._identify(chunk, messages)
            yield chunk
        if failures:
            raise failures[0]

    def _identify(self, chunk: Chunk, messages: Sequence[Message]) -> None:
        from vocmine.language import declines_to_comment, has_words, identify

        langs = identify([message.text[:2000] for message in messages])
        for message, lang in zip(messages, langs, strict=True):
            reason = self.period.reason_to_skip(message.created_at)
            if not reason and len(message.text) > MAX_CHARACTERS:
                reason = "too_long"
            content = _content_hash(message, self.country)
            external_id, repeated = self._external_id(message, content)
            if repeated:
                reason = "already_read"
            elif not reason and not message.text.strip():
                reason = "empty_text"
            elif not reason and not has_words(message.text):
                reason = "no_words"
            elif not reason and declines_to_comment(message.text):
                reason = "no_comment"
            elif not reason and lang == "other":
                reason = "unsupported_language"
            if reason and reason not in STORED_REASONS:
                chunk.skipped.append(Skipped(reason, message.locator, external_id))
            else:
                record = _record_hash(message, content, lang, reason)
                chunk.incoming.append(Incoming(message, external_id, lang, content, record, reason))

    def _external_id(self, message: Message, content: str) -> tuple[str, bool]:
        """The key of a message in its source, and whether it repeats an earlier record whole.

        A repeated id with the same words and date is the same record twice; with other words, or
        the same on another day, it is another message that deserves its own row (`id#2`). Without
        an id, equal texts are equal opinions of several customers and all count.
        """
        own = message.external_id.strip()
        base = own or f"sha-{content[:16]}"
        if own:
            moment = message.created_at.isoformat() if message.created_at else ""
            same = f"{own}\x00{content}\x00{moment}"
            self._seen[same] += 1
            if self._seen[same] > 1:
                return own, True
        external_id, count = base, self._seen[base]
        # An export may use ids such as `A#2` itself.
        while self._seen[external_id]:
            count += 1
            external_id = f"{base}#{count}"
        self._seen[external_id] += 1
        self._seen[base] += external_id != base
        return external_id, False


def until_failure(records: Iterable[Record], failures: list[Exception]) -> Iterator[Record]:
    """Records up to an exception, which goes to `failures`; one that breaks the contract of
    `Message` comes as `Unreadable`."""
    iterator = iter(records)
    while True:
        try:
            record = next(iterator)
        except StopIteration:
            return
        except PLUGIN_FAULTS as error:
            failures.append(as_exception(error))
            return
        fault = fault_of(record)
        locator = str(getattr(record, "locator", ""))
        yield Unreadable(f"The source plugin is at fault: {fault}.", locator) if fault else record


def mended(records: Iterator[Record], cleaner: Cleaner | None) -> Iterator[Record]:
    """Records with their messages mended, after a look at the first of them."""
    if cleaner is None:
        return records
    first: list[Record] = []
    characters = 0
    for record in islice(records, LOOKED_AT):
        first.append(record)
        characters += len(record.text) if isinstance(record, Message) else 0
        if characters > LOOKED_AT_CHARACTERS:
            break
    cleaner.learn([record for record in first if isinstance(record, Message)])
    return (
        cleaner.clean(record) if isinstance(record, Message) else record
        for record in chain(first, records)
    )


def storable(text: str) -> str:
    """Text that SQLite and UTF-8 can hold, character for character so that offsets stay true.

    A lone surrogate becomes U+FFFD and NUL, at which SQLite's functions stop reading, a space.
    """
    if "\x00" in text:
        text = text.replace("\x00", " ")
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


def _content_hash(message: Message, country: str) -> str:
    """SHA-256 of what analysis reads."""
    return _sha([message.text, message.score, message.country or country])


def _record_hash(message: Message, content: str, lang: str, reason: str) -> str:
    """SHA-256 of everything that the store keeps of a message."""
    moment = message.created_at.isoformat() if message.created_at else ""
    given = [message.title, moment, message.channel, message.author, message.context]
    return _sha([content, lang, reason, *given, dict(message.extra)])


def _sha(parts: list[object]) -> str:
    # json escapes what is not ASCII, lone surrogates too, so any text has a hash.
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()
