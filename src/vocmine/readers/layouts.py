"""What the exports of a vendor look like, as data: one TOML file for each vendor.

The files that come with vocmine are in `vendors/`; a user's own are in the folder that
`VOCMINE_VENDORS` names, or else in `vendors` of the user's data folder. They are read once, when
the first table is opened. `docs/vendors.md` says how to write one.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from vocmine.errors import UsageError
from vocmine.folders import data_folder
from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OWN = "VOCMINE_VENDORS"
"""Environment variable that names the folder of the user's own layouts."""
KINDS = ("tickets", "reviews")
METRICS = {
    "first_reply_at": "when the company first answered",
    "answered_at": "when the answer that the law asks for was given, where the export knows it",
    "closed_at": "when the case was closed, or solved where the export knows no closing",
    "due_at": "until when the company had to answer",
    "updated_at": "when the record last changed",
    "status": "open, closed, … as the system says it",
    "priority": "as the system says it",
    "type": "kind of case: complaint, claim, petition, incident",
    "reason": "why the customer wrote, as the system or an agent sorted it",
    "area": "department, team or group in charge",
    "agent": "who attended to it",
    "product": "product or service it is about",
    "language": "language the export gives",
    "csat": "how satisfied the customer was with the attention, as the export gives it",
    "nps": "how likely the customer is to recommend, as the export gives it",
}
"""Common names in `extra` for what vendors call differently; those in `_at` hold ISO 8601 dates."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition on one value: it is one of some words, or the same as in a column.

    Args:
        key: Name of the value: a key of a turn, or a column.
        values: Words it may be, in lower case.
        unlike: Whether the condition is that it is none of `values`.
        same_as: Columns of the record, one of which must hold the same value.
    """

    key: str
    values: frozenset[str] = frozenset()
    unlike: bool = False
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turns:
    """Where the turns of a conversation are, and who said each.

    Args:
        list: Column with a JSON list of turns.
        cells: Column (and its repetitions) with turns as text; several in a cell with `pattern`.
        pattern: Cuts a cell in turns, with named groups that become the keys of a turn.
        opening: Columns with the first turn, best first, when it is not in the list.
        opening_customer: Who opened; without rules, the customer.
        body: Keys of a turn's words, best first; also `time` and `author`.
        html: Keys of those whose words are HTML.
        customer: Rules for turns of the customer; without rules, every turn is.
        bot: Rules for turns of a program; `private` for notes, `closing` for turns that close.
    """

    list: str = ""
    cells: str = ""
    pattern: re.Pattern[str] | None = None
    opening: tuple[str, ...] = ()
    opening_customer: tuple[Rule, ...] = ()
    body: tuple[str, ...] = ("body",)
    html: frozenset[str] = frozenset()
    time: tuple[str, ...] = ("time",)
    author: tuple[str, ...] = ("author",)
    customer: tuple[Rule, ...] = ()
    bot: tuple[Rule, ...] = ()
    private: tuple[Rule, ...] = ()
    closing: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are no customer's message: `reason` is counted."""

    rule: Rule
    reason: str


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of export of one vendor. Names of columns are plain (`aliases.plain`).

    Args:
        vendor: Name for people.
        export: Which of the vendor's exports, for people; may be empty.
        kind: `tickets` or `reviews`.
        needed: Columns that tell the export: one of each set must be there.
        fields: Field of `Message` to its columns, best first; none at all leaves it unmapped.
        context: Columns with words of the company.
        metrics: Name of `METRICS` to its columns, best first.
        html: Columns that hold HTML.
        values: Column to its codes and what they mean.
        skip: Rows to count and not to analyse.
        turns: The conversation, when the export has one.
        warning: What is missing from this export, and where it is.
        own: Whether the user wrote it.
    """

    vendor: str
    kind: str
    needed: tuple[frozenset[str], ...]
    export: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    context: tuple[str, ...] = ()
    metrics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    html: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skip: tuple[Skip, ...] = ()
    turns: Turns | None = None
    warning: str = ""
    own: bool = False

    @property
    def name(self) -> str:
        """`Zendesk (view)`: the vendor and which export."""
        return f"{self.vendor} ({self.export})" if self.export else self.vendor

    def fits(self, names: frozenset[str]) -> bool:
        """Whether a table with these plain column names is such an export."""
        return all(not names.isdisjoint(some) for some in self.needed)


def find_layout(columns: Iterable[str], kind: str = "") -> Layout | None:
    """The layout of a table with these columns, or None.

    The user's own layouts go before those of vocmine; among several, the one that asks for most
    columns wins, and then the one that allows fewest names for them.

    Args:
        columns: Names of the table's columns.
        kind: Only layouts of this kind; empty for any.

    Raises:
        UsageError: A layout of the user's is not valid; the message names file and key.
    """
    names = frozenset(map(plain, columns))
    found = [layout for layout in layouts() if kind in {"", layout.kind} and layout.fits(names)]
    return max(found, key=_precision, default=None)


def _precision(layout: Layout) -> tuple[bool, int, int]:
    return layout.own, len(layout.needed), -sum(map(len, layout.needed))


def layouts() -> Sequence[Layout]:
    """Every layout, the user's own first.

    Raises:
        UsageError: A layout of the user's is not valid, or `VOCMINE_VENDORS` is no folder.
    """
    given = os.environ.get(OWN, "")
    folder = Path(given).expanduser() if given else data_folder() / "vendors"
    if given and not folder.is_dir():
        raise UsageError(
            f"{OWN} names '{given}', which is no folder.",
            "Name a folder with one TOML file for each vendor, or unset it.",
        )
    own = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    # The time of the last change is part of the key: who writes a layout tries it at once.
    return _own(tuple((path, path.stat().st_mtime_ns) for path in own)) + _built_in()


@lru_cache(maxsize=1)
def _built_in() -> tuple[Layout, ...]:
    folder = files("vocmine.readers") / "vendors"
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(
        layout
        for name in found
        for layout in _parsed((folder / name).read_text("utf-8"), name, own=False)
    )


@lru_cache(maxsize=8)
def _own(paths: tuple[tuple[Path, int], ...]) -> tuple[Layout, ...]:
    return tuple(
        layout for path, _ in paths for layout in _parsed(_text_of(path), str(path), own=True)
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The layout '{path}' cannot be read: {error}.", "Save it as UTF-8, or take it away."
        ) from None


def _parsed(text: str, name: str, *, own: bool) -> Sequence[Layout]:
    from vocmine.readers.layout_files import parse_layouts

    return parse_layouts(text, name, own=own)
