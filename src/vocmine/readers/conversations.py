"""Conversations: which turns are the customer's, and what the company said when."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vocmine.readers.aliases import plain
from vocmine.readers.dates import DateReader
from vocmine.readers.json_reader import flatten
from vocmine.readers.markup import cell_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from vocmine.readers.layouts import Rule, Turns

Side = Literal["customer", "agent", "bot", "note"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a conversation.

    Args:
        side: Who said it; a `note` is private, among agents.
        body: The words as plain text, without blank edges; empty when nothing was said.
        author: Name or id of who said it, when known.
        at: When.
        closes: Whether it closed the case.
    """

    side: Side
    body: str
    author: str = ""
    at: datetime | None = None
    closes: bool = False

    def labelled(self) -> str:
        """The words behind who said them and when: `[agent Luis, 2026-03-04 10:12] Hola`."""
        moment = self.at.isoformat(" ", "minutes")[:16] if self.at else ""
        facts = ", ".join(filter(None, (f"{self.side} {self.author}".strip(), moment)))
        return f"[{facts}] {self.body}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one record.

    Args:
        turns: In the order in which they were said.
        by_company: Whether the company opened it and nobody answered.
    """

    turns: Sequence[Turn]
    by_company: bool = False

    @property
    def text(self) -> str:
        """The customer's turns, a blank line between them."""
        return "\n\n".join(t.body for t in self.turns if t.side == "customer" and t.body)

    @property
    def context(self) -> str:
        """What everybody else said, with who said it."""
        said = (t.labelled() for t in self.turns if t.side != "customer" and t.body)
        return "\n\n".join(said)

    def first_reply_at(self) -> datetime | None:
        """When an agent first answered a customer; notes and bots are no answers."""
        asked = False
        for turn in self.turns:
            if asked and turn.side == "agent" and turn.body and turn.at:
                return turn.at
            asked = asked or turn.side == "customer"
        return None

    def closed_at(self) -> datetime | None:
        """When it was last closed, unless the customer wrote again afterwards."""
        closed = None
        for turn in self.turns:
            if turn.closes and turn.at:
                closed = turn.at
            elif turn.side == "customer" and turn.body:
                closed = None
        return closed


class ConversationReader:
    """Finds the turns in the rows of one table.

    Args:
        turns: Where the layout says they are.
        columns: The table's columns.
        html: Plain names of columns that hold HTML.
        created_at: Position of the date of the record, the date of its opening; -1 for none.
        month_first: How dates such as `03/04/2025` are read.
    """

    def __init__(
        self,
        turns: Turns,
        columns: Sequence[str],
        html: frozenset[str] = frozenset(),
        created_at: int = -1,
        *,
        month_first: bool = False,
    ) -> None:
        self._layout = turns
        at: dict[str, int] = {}
        for position, column in enumerate(columns):
            at.setdefault(plain(column), position)
        self._at = at
        self._list = at.get(turns.list, -1) if turns.list else -1
        repeated = re.compile(rf"{re.escape(turns.cells)}(?: \d+)?") if turns.cells else None
        self._cells = [p for name, p in at.items() if repeated and repeated.fullmatch(name)]
        self._opening = [at[name] for name in turns.opening if name in at]
        self._opening_html = [name in html for name in turns.opening if name in at]
        self._created_at = created_at
        self._dates = DateReader(month_first)
        self.columns = frozenset(
            columns[position] for position in (self._list, *self._cells) if position >= 0
        )
        """Columns with turns, which are not kept once the turns are read."""
        self.opening_columns = frozenset(columns[position] for position in self._opening)

    def read(self, cells: Sequence[str], beyond: Mapping[str, str]) -> Conversation | None:
        """The conversation of a row, or None when the row has none that can be read.

        Args:
            cells: The row.
            beyond: Cells beyond the table's columns; turns among them are read too.
        """
        opening = self._first(cells)
        values = self._listed(cells) if self._list >= 0 else list(self._written(cells, beyond))
        if values is None:
            return None
        if values and not self._opening and not self._tells(values):
            return None
        own = self._customers_own(values, cells)
        turns = [self._turn(value, own) for value in values]
        if all(turn.at and turn.at.tzinfo for turn in turns) or all(
            turn.at and not turn.at.tzinfo for turn in turns
        ):
            turns.sort(key=lambda turn: turn.at)  # type: ignore[arg-type,return-value]
        if opening and not (turns and turns[0].body == opening.body):
            turns.insert(0, opening)
        if not turns:
            return None
        # Without an opening of its own the subject may still be the customer's words.
        told = opening is not None or not self._opening
        return Conversation(turns, told and all(turn.side != "customer" for turn in turns))

    def is_turn(self, cell: str) -> bool:
        """Whether a cell beyond the columns of the header holds turns."""
        pattern = self._layout.pattern
        return bool(self._cells and pattern and pattern.match(cell))

    def _first(self, cells: Sequence[str]) -> Turn | None:
        for position, html in zip(self._opening, self._opening_html, strict=True):
            body = cell_words(cells[position]) if html else cells[position].strip()
            if body:
                side: Side = "customer" if self._opened_by_customer(cells) else "agent"
                date = cells[self._created_at] if self._created_at >= 0 else ""
                return Turn(side, body, at=self._dates.read(date))
        return None

    def _opened_by_customer(self, cells: Sequence[str]) -> bool:
        rules = self._layout.opening_customer
        value = {
            rule.key: cells[self._at[name]]
            for rule in rules
            if (name := plain(rule.key)) in self._at
        }
        return not rules or _any(rules, value)

    def _listed(self, cells: Sequence[str]) -> list[dict[str, str]] | None:
        """The turns of the JSON list; None when the cell holds something else."""
        cell = cells[self._list].strip()
        if not cell:
            return []
        try:
            found: Any = json.loads(cell)
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, list):
            return None
        return [flatten(value) for value in found if isinstance(value, dict)]

    def _written(self, cells: Sequence[str], beyond: Mapping[str, str]) -> Iterator[dict[str, str]]:
        pattern = self._layout.pattern
        every = [cells[position] for position in self._cells]
        every += [cell for cell in beyond.values() if self.is_turn(cell)]
        for cell in every:
            found = [match.groupdict("") for match in pattern.finditer(cell)] if pattern else []
            if found:
                yield from found
            elif cell.strip():
                yield {"body": cell}

    def _tells(self, values: Sequence[Mapping[str, str]]) -> bool:
        """Whether the turns say who wrote them."""
        keys = [rule.key for rule in self._layout.customer]
        return not keys or any(value.get(key) for value in values for key in keys)

    def _customers_own(
        self, values: Sequence[Mapping[str, str]], cells: Sequence[str]
    ) -> dict[str, set[str]]:
        """Key of a turn to what it holds in the customer's turns of this row."""
        found: dict[str, set[str]] = {}
        for rule in self._layout.customer:
            if rule.same_as:
                own = {cells[self._at[name]].strip() for name in rule.same_as if name in self._at}
                if not own - {""} and not self._layout.opening:
                    # Who opened a ticket that names no requester is the customer.
                    public = (v for v in values if not _any(self._layout.private, v))
                    own = {next(public, {}).get(rule.key, "")}
                found[rule.key] = own - {""}
        return found

    def _turn(self, value: Mapping[str, str], own: Mapping[str, set[str]]) -> Turn:
        layout = self._layout
        body = ""
        for key in layout.body:
            given = value.get(key, "")
            body = cell_words(given) if key in layout.html else given.strip()
            if body:
                break
        return Turn(
            self._side(value, own),
            body,
            _first_of(value, layout.author),
            self._dates.read(_first_of(value, layout.time)),
            closes=_any(layout.closing, value),
        )

    def _side(self, value: Mapping[str, str], own: Mapping[str, set[str]]) -> Side:
        layout = self._layout
        if _any(layout.private, value):
            return "note"
        if _any(layout.bot, value):
            return "bot"
        for rule in layout.customer:
            held = rule.same_as and value.get(rule.key, "").strip() in own[rule.key]
            if held or (not rule.same_as and _holds(rule, value)):
                return "customer"
        return "agent" if layout.customer else "customer"


def _any(rules: Iterable[Rule], value: Mapping[str, str]) -> bool:
    return any(_holds(rule, value) for rule in rules)


def _holds(rule: Rule, value: Mapping[str, str]) -> bool:
    return (value.get(rule.key, "").strip().lower() in rule.values) != rule.unlike


def _first_of(value: Mapping[str, str], keys: Iterable[str]) -> str:
    return next((given for key in keys if (given := value.get(key, "").strip())), "")
