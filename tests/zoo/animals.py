"""What an animal of the zoo is: an export as bytes, and what reading it has to give.

Expectations are written by hand from what the format means. Where a format leaves room for more
than one right reading, the expectation says so: `ANY` is not looked at, `a|b` is either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vocmine.plugin import ReadOptions


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY: Any = _Any()
"""A field on which the file is silent, or on which readers may differ."""


@dataclass(frozen=True)
class Said:
    """A message.

    Args:
        text: Exactly the customer's words (line ends and outer space aside); with `flow`, any run
            of white space is one space.
        id: External id; `R_1#*` is any id that starts so. Alternatives with `|`.
        at: ISO date, naive or aware as the file tells; empty means that there is none.
            `2025-03-04T10:12:00~-05:00` may be naive, or aware with that offset.
        score: 1 to 5, None when there is none.
        channel: Letter case aside, part of the channel found.
        context: Words that stand in the context.
        kept: Words that stand somewhere: context, title or extra.
        extra: Columns of `extra` with their cells; numbers are compared as numbers.
    """

    text: str
    id: str = ANY
    at: str = ANY
    score: float | None = ANY
    channel: str = ANY
    country: str = ANY
    title: str = ANY
    context: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    """Words that stand nowhere in the text."""
    kept: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    flow: bool = False


@dataclass(frozen=True)
class Aside:
    """A record that is read and not analysed: `Skipped` with that reason (`a|b`; empty: any)."""

    reason: str = ""
    id: str = ANY


@dataclass(frozen=True)
class Lost:
    """A record that cannot be read, and is recorded: `Unreadable`, with a word of its sentence."""

    word: str = ""


@dataclass(frozen=True)
class AsideOrLost:
    """A record that is no message: skipped with any reason, or recorded as unreadable."""


Expected = Said | Aside | Lost | AsideOrLost


@dataclass(frozen=True)
class Refused:
    """The file as a whole cannot be read, and one sentence says why.

    Args:
        words: Words of the sentence; alternatives with `|`.
    """

    words: tuple[str, ...] = ()


Made = bytes | dict[str, bytes]
"""The bytes of one file, or of the files of a folder by their path inside it."""


@dataclass(frozen=True)
class Animal:
    """One export.

    Args:
        file: Its name, often without or with a wrong extension: content decides.
        make: Gives its bytes, the same ones every time.
        records: What reading it gives, in file order.
        source: Source plugin that reads it; alternatives with `|`.
        kind: Key of `FORMATS`: which line of the documentation it belongs to.
        named: Words that stand in the detection's format, reason or details (`a|b`: either).
        encoding: Name of the encoding that the detection gives.
        mapping: Field to column that the detection gives.
        warned: Words of the warnings (`a|b`: either), of the detection or of the reading.
        options: What the user says about it.
        refused: The whole file is refused.
        may_complain: Errors about parts of it are in order: it holds what cannot be read.
        ends_broken: Reading ends with an error or an `Unreadable`; `records` are those before.
    """

    file: str
    make: Callable[[], Made]
    records: tuple[Expected, ...] = ()
    source: str = "tickets"
    kind: str = "table"
    named: tuple[str, ...] = ()
    encoding: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    warned: tuple[str, ...] = ()
    options: ReadOptions = field(default_factory=ReadOptions)
    refused: Refused | None = None
    may_complain: bool = False
    ends_broken: bool = False
    name: str = ""

    @property
    def label(self) -> str:
        """What tests call it."""
        return self.name or self.file

    def write(self, folder: Path) -> Path:
        """Write it into a folder, and say where it is."""
        path = folder / self.file
        made = self.make()
        if isinstance(made, bytes):
            path.write_bytes(made)
            return path
        for inner, content in made.items():
            target = path / inner
            if inner.endswith("/"):
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return path
