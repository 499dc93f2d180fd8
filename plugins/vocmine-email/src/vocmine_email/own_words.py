"""Whose words a mail is read for: the sender's, or those of the message that it passes on.

A forward is looked at level by level: what the sender added, the message below it, the one below
that, then messages attached whole. The first level with words counts; when the sender is of the
company, the first one that somebody outside wrote, so that "Por favor gestionar" loses nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine_email import headers, parts
from vocmine_email.quotes import forwarded_body, split_quotes
from vocmine_email.signatures import split_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vocmine_email.mime import Part
    from vocmine_email.quotes import Kind, Split

_MAX_FORWARDS = 5
_MAILTO = re.compile(r"[\[<(](?:mailto:)?([^\s<>()\[\]@]{1,64}@[^\s<>()\[\]@]{1,120})[\])>]", re.I)


@dataclass(frozen=True, slots=True)
class Writer:
    """Display name and address; either may be empty."""

    name: str = ""
    address: str = ""

    @classmethod
    def of_header(cls, value: str) -> Writer:
        """From the "De:" line of a forwarded message, also as `Ana [mailto:ana@example.com]`."""
        return cls(*headers.author(_MAILTO.sub(r"<\1>", value)))

    def __str__(self) -> str:
        return headers.person(self.name, self.address)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The words to analyse, what was around them, and whose they are.

    Args:
        text: Without quotes and signature; may be empty.
        context: All the rest, in order.
        writer: Who wrote `text`.
        passed_on: Whether somebody else than the sender did.
        answers: Whether the mail holds an earlier one.
    """

    text: str
    context: str
    writer: Writer
    passed_on: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    writer: Writer
    split: Split
    text: str
    signature: str
    header: str = ""
    attached: bool = False

    @classmethod
    def of(cls, body: str, writer: Writer, *, header: str = "", attached: bool = False) -> _Level:
        split = split_quotes(body, sender=writer.address)
        text, signature = split_signature(split.own, author=writer.name)
        return cls(writer, split, text, signature, header, attached)

    def all_of_it(self, *, without_history: bool) -> list[str]:
        quoted = self.split.quoted
        if without_history:
            quoted = quoted.removesuffix(self.split.history).strip()
        return [self.header, self.text, self.signature, quoted]


def own_words(
    content: parts.Content,
    sender: Writer,
    *,
    is_forward: Callable[[Kind], bool],
    is_ours: Callable[[Writer, str], bool],
    fallback: str = "",
) -> OwnWords:
    """Find the level of a mail that is read.

    Args:
        content: Body and attached messages.
        sender: Of the mail.
        is_forward: Whether a mail below the body, found by a rule of this kind, is passed on.
        is_ours: Whether somebody who wrote these words wrote them for the company.
        fallback: Charset for text that declares none.
    """
    levels: list[_Level] = []
    chosen = None
    for level in _levels(content, sender, is_forward, fallback):
        levels.append(level)
        if level.text and not is_ours(level.writer, level.text):
            chosen = len(levels) - 1
            break
    if chosen is None:  # the company alone speaks
        chosen = next((at for at, level in enumerate(levels) if level.text), 0)
    read = levels[chosen]
    return OwnWords(
        read.text,
        _context(levels, chosen, content, fallback),
        read.writer,
        passed_on=chosen > 0,
        answers=bool(levels[0].split.quoted),
    )


def _levels(
    content: parts.Content, sender: Writer, is_forward: Callable[[Kind], bool], fallback: str
) -> Iterator[_Level]:
    level = _Level.of(content.text, sender)
    for _ in range(_MAX_FORWARDS):
        yield level
        history = level.split.history
        below = forwarded_body(history) if history and is_forward(level.split.kind) else None
        if below is None:
            break
        level = _Level.of(below.body, Writer.of_header(below.author), header=below.header)
    for mail in content.attached[:_MAX_FORWARDS]:
        writer = Writer(*headers.author(mail["from"], fallback=fallback))
        yield _Level.of(_text_of(mail, fallback), writer, attached=True)


def _context(levels: list[_Level], chosen: int, content: parts.Content, fallback: str) -> str:
    """Everything but the chosen words, in order."""
    read = levels[chosen]
    pieces: list[str] = []
    for at, level in enumerate(levels[:chosen]):
        followed = not levels[at + 1].attached
        pieces += level.all_of_it(without_history=followed)
    pieces += [read.header, read.signature, read.split.quoted]
    attached = content.attached[:_MAX_FORWARDS]
    seen = sum(level.attached for level in levels[: chosen + 1])
    pieces += [_text_of(mail, fallback) for mail in attached[seen:]]
    return "\n\n".join(piece for piece in pieces if piece)


def _text_of(mail: Part, fallback: str) -> str:
    return parts.extract(mail, fallback=fallback).text
