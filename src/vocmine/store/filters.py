"""Which messages and insights a list or a figure is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

_SIGNS = {"negative": "< 0", "neutral": "= 0", "positive": "> 0"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which insights to read; empty fields do not filter."""

    friction: str = ""
    stage: str = ""
    phase: str = ""
    pyramid: str = ""
    touchpoint: str = ""
    polarity: str = ""
    """`negative`, `neutral` or `positive`."""
    since: str = ""
    until: str = ""
    source: str = ""
    messages: Sequence[int] | None = None
    """Ids of messages; None means all."""
    keep_duplicates: bool = False
    """Figures count every copy of a message; lists hold copies in any case."""
    part: int | None = None
    """Only the messages of this part of the table that `vocmine.store.parts.parts` makes."""

    @property
    def is_open(self) -> bool:
        """Whether every message passes."""
        return replace(self, keep_duplicates=False) == Filter()

    def message_where(self) -> tuple[str, list[Any]]:
        """SQL condition over `m` (messages) and `s` (sources), with its parameters."""
        conditions = ["m.skip_reason IS NULL"]
        values: list[Any] = []
        for value, sql in (
            (self.since, "m.created_at >= ?"),
            (self.until, "m.created_at < ?"),
            (self.source, "s.name = ?"),
        ):
            if value:
                conditions.append(sql)
                values.append(value)
        if self.messages is not None:
            conditions.append("m.id IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(self.messages)))
        if self.part is not None:
            conditions.append("m.id IN (SELECT message_id FROM temp.parts WHERE part = ?)")
            values.append(self.part)
        return " AND ".join(conditions), values

    def where(self) -> tuple[str, list[Any]]:
        """SQL condition over `i` (insights), `m` and `s`, with its parameters."""
        return self._of_insights(*self.message_where())

    def counted_messages(self) -> tuple[str, list[Any]]:
        """As `message_where`, of copies the first that passes only: what figures count."""
        where, values = self.message_where()
        if self.keep_duplicates:
            return where, values
        # The first of those that pass: with --since, the first of the group may lie before it.
        whole, of_whole = replace(self, part=None).message_where()
        return (
            f"{where} AND (m.id NOT IN (SELECT message_id FROM duplicates) OR m.id IN ("
            "SELECT min(m.id) FROM duplicates AS d JOIN messages AS m ON m.id = d.message_id "
            f"JOIN sources AS s ON s.id = m.source_id WHERE {whole} GROUP BY d.first_id))",
            [*values, *of_whole],
        )

    def counted(self) -> tuple[str, list[Any]]:
        """As `where`, of copies the first that passes only: what figures count."""
        return self._of_insights(*self.counted_messages())

    def _of_insights(self, sql: str, values: list[Any]) -> tuple[str, list[Any]]:
        conditions, values = [sql], list(values)
        for name in ("friction", "stage", "phase", "pyramid", "touchpoint"):
            if value := getattr(self, name):
                conditions.append(f"i.{name} = ?")
                values.append(value)
        if self.polarity:
            conditions.append(f"i.polarity {_SIGNS[self.polarity]}")
        return " AND ".join(conditions), values
