"""The corrections that a store keeps, as labelled messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.evaluation.gold import GoldMessage
from vocmine.evaluation.labels import NO_LABEL
from vocmine.evaluation.points import Point
from vocmine.store.correcting import INSIGHT_FIELDS, MANY, MESSAGE_FIELDS
from vocmine.store.labelled import labelled_rows

if TYPE_CHECKING:
    from vocmine.store.database import Store


def corrected_messages(store: Store) -> list[GoldMessage]:
    """Messages that were corrected, each with what people said of it and of its insights."""
    made: dict[tuple[str, str], GoldMessage] = {}
    for row in labelled_rows(store):
        key = (row["source"], row["external_id"])
        message = made.setdefault(key, GoldMessage(row["text"], row["external_id"]))
        if row["quote"] is None:
            given = {name: row[name] for name in MESSAGE_FIELDS if row[name] is not None}
            if emotions := given.pop("emotions", None):
                said = () if emotions in NO_LABEL else emotions.split(MANY)
                message.sets["emotions"] = frozenset(said)
            message.labels |= given
        elif row["action"] is None:
            labels = {name: row[name] for name in INSIGHT_FIELDS if row[name] is not None}
            end = row["start"] + len(row["quote"])
            message.points = [*(message.points or ()), Point(row["start"], end, labels)]
    return list(made.values())
