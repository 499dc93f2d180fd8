"""Corrections as rows of labels, as `vocmine train` and `vocmine correct` take them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vocmine.store.correcting import (
    COUNTS,
    EXISTS,
    INSIGHT_FIELDS,
    MESSAGE_FIELDS,
    NO,
    OF_MESSAGE,
    text_hash,
    typed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.store.database import Store

NOTHING = "none"
"""Value of emotions where a person said that there is none."""

COLUMNS = (
    *("external_id", "source", "text", "quote", "start", "action"),
    *MESSAGE_FIELDS,
    *INSIGHT_FIELDS,
    *("author", "note"),
)


def labelled_rows(store: Store, ids: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """What people say of messages and insights: a row for each message and each insight.

    Corrections of words that changed since are left out.

    Args:
        ids: Messages to take; None means all.
    """
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for (
        key,
        external_id,
        source,
        text,
        digest,
        start,
        end,
        field,
        value,
        author,
        note,
    ) in store.conn.execute(
        "SELECT m.id, m.external_id, s.name, m.text, c.text_sha256, c.start, c.end, c.field, "
        "c.value, c.author, c.note FROM corrections AS c "
        f"JOIN messages AS m ON {OF_MESSAGE} JOIN sources AS s ON s.id = m.source_id "
        f"WHERE {COUNTS} "
        "AND (? IS NULL OR m.id IN (SELECT value FROM json_each(?))) ORDER BY m.id, c.id",
        [None if ids is None else 1, json.dumps(list(ids or ()))],
    ):
        if digest != text_hash(text):
            continue
        place = (key, -1 if start is None else start, -1 if end is None else end)
        row = rows.setdefault(place, dict.fromkeys(COLUMNS))
        row |= {"external_id": external_id, "source": source, "text": text}
        row |= {"author": author or row["author"], "note": note or row["note"]}
        if start is not None:
            row |= {"quote": text[start:end], "start": start}
        if field != EXISTS:
            # A blank cell would say that nobody looked.
            row[field] = typed(field, value) if value else NOTHING
        elif value == NO:
            row["action"] = "remove"
    for place in sorted(rows):
        yield rows[place]
