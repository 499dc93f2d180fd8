"""What a source plugin yields: one `Message` per record, or a `Skipped` with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One complaint, review, ticket, e-mail or tweet, as the customer wrote it.

    Only `text` is analysed; everything else describes it or gives it context.
    """

    text: str
    """The customer's own words. Never empty: yield `Skipped` instead."""
    external_id: str = ""
    """The file's own identifier. Empty when the file has none; the engine then derives one."""
    created_at: datetime | None = None
    """When the customer wrote it (naive means local time of the export)."""
    title: str = ""
    """Subject or headline, when the export has one. Not part of `text`."""
    channel: str = ""
    author: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2 code, when the export tells."""
    score: float | None = None
    """Rating normalised to 1 to 5."""
    context: str = ""
    """Words that are not the customer's own (quoted replies, signatures, agent turns): kept, not
    analysed."""
    locator: str = ""
    """Where in the export it stands, for error messages: `row 12`, `message 3`."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Every other column of the record, as text, for filters and comparisons."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was read and is not analysed, with the reason that the run counts."""

    reason: str
    """A short stable code: `empty_text`, `rating_only`, `auto_reply`, `bounce`, …"""
    locator: str = ""
    external_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read. The run records it in `failures` and goes on."""

    error: str
    """One sentence: what is wrong with the record."""
    locator: str = ""
    external_id: str = ""
    raw: str = ""
    """The start of the raw record, for whoever mends the export."""


Record = Message | Skipped | Unreadable

_TEXTS = {
    Message: (
        "text", "external_id", "title", "channel", "author", "country", "context", "locator"
    ),
    Skipped: ("reason", "locator", "external_id", "detail"),
    Unreadable: ("error", "locator", "external_id", "raw"),
}  # fmt: skip


def fault_of(record: object) -> str:
    """How a record breaks the contract, as `'score' expects 1 to 5, got 70.0`; empty if not."""
    names = next((names for kind, names in _TEXTS.items() if isinstance(record, kind)), None)
    if names is None:
        return f"it gave {type(record).__name__} where a Message, Skipped or Unreadable is expected"
    for name in names:
        if not isinstance(value := getattr(record, name), str):
            return f"'{name}' expects text, got {type(value).__name__}"
    return _fault_of_message(record) if isinstance(record, Message) else ""


def _fault_of_message(message: Message) -> str:
    moment, score, extra = message.created_at, message.score, message.extra
    if moment is not None and not isinstance(moment, datetime):
        return f"'created_at' expects a datetime, got {type(moment).__name__}"
    if score is not None and not (isinstance(score, int | float) and 1 <= score <= 5):
        return f"'score' expects 1 to 5, got {score!r:.20}"
    if not isinstance(extra, Mapping):
        return f"'extra' expects a mapping, got {type(extra).__name__}"
    for name, value in extra.items():
        if not (isinstance(name, str) and isinstance(value, str)):
            return f"'extra' expects text for text, got {value!r:.20} for {name!r:.20}"
    return ""
