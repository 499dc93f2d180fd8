"""The first figures of a selection in one row, for comparing parts of the messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.store.reading import (
    count_copies,
    count_messages,
    distribution,
    first_and_last_day,
    friction_rows,
    journey_rows,
)

if TYPE_CHECKING:
    from vocmine.store.database import Store
    from vocmine.store.filters import Filter


def overview_row(store: Store, chosen: Filter) -> dict[str, Any]:
    """How many messages, how they feel, and the friction point of most of them.

    Figures of analyzers that were not run are None. Numbers are of messages, those of `insights`
    apart; `share_negative` is of messages, 0 to 1.
    """
    messages = count_messages(store, chosen)
    first, last = first_and_last_day(store, chosen)
    row: dict[str, Any] = {
        "messages": messages,
        "copies": count_copies(store, chosen),
        "insights": sum(stage["insights"] for stage in journey_rows(store, chosen)),
        "first_day": first or None,
        "last_day": last or None,
    }
    sentiment = distribution(store, "sentiment", "sentiment", chosen)
    judged = "sentiment" in store.db.table_names()
    for name in ("negative", "positive"):
        found = sentiment.get(name, 0) + sentiment.get(f"very_{name}", 0)
        row[name] = found if judged else None
    row["share_negative"] = round(row["negative"] / messages, 4) if judged and messages else None
    for name, table, column, code in (
        ("claims", "pqrs", "pqrs", "claim"),
        ("grievances", "pqrs", "pqrs", "grievance"),
        ("urgent", "pqrs", "urgent", "1"),
        ("high_effort", "effort", "effort", "3"),
        ("churn", "effort", "churn", "1"),
    ):
        there = table in store.db.table_names()
        row[name] = distribution(store, table, column, chosen).get(code, 0) if there else None
    worst = friction_rows(store, chosen, 1)
    for name in ("friction", "stage", "touchpoint"):
        row[name] = worst[0][name] if worst else None
    row["friction_messages"] = worst[0]["messages"] if worst else 0
    return row
