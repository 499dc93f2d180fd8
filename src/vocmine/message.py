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
