"""The corrections that a store keeps, as labelled messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.evaluation.gold import GoldMessage
from vocmine.evaluation.points import Point
from vocmine.store.correcting import EXISTS, MANY, text_hash, typed

if TYPE_CHECKING:
    from vocmine.heads import Code
    from vocmine.store.database import Store


def corrected_messages(store: Store) -> list[GoldMessage]:
    """Messages that were corrected, each with what people said of it and of its insights.

    Corrections of words that changed since are left out, and so are insights that were removed.
    """
    made: dict[int, GoldMessage] = {}
    spans: dict[int, dict[tuple[int, int], dict[str, Code]]] = {}
    for key, text, digest, start, end, field, value in store.conn.execute(
        "SELECT m.id, m.text, c.text_sha256, c.start, c.end, c.field, c.value "
        "FROM corrections AS c JOIN messages AS m ON m.external_id = c.external_id "
        "AND (m.source_id = c.source_id OR EXISTS (SELECT 1 FROM message_sources AS s "
        "WHERE s.message_id = m.id AND s.source_id = c.source_id)) "
        "WHERE c.undone_at IS NULL AND c.replaced_by IS NULL ORDER BY m.id, c.id"
    ):
        if digest != text_hash(text):
            continue
        message = made.setdefault(key, GoldMessage(text, f"message {key}"))
        if start is not None:
            labels = spans.setdefault(key, {}).setdefault((start, end), {})
            labels[field] = typed(field, value)
        elif field == "emotions":
            message.sets[field] = frozenset(value.split(MANY) if value else ())
        else:
            message.labels[field] = typed(field, value)
    for key, own in spans.items():
        made[key].points = [
            Point(start, end, _said(labels))
            for (start, end), labels in sorted(own.items())
            if labels.get(EXISTS) != "no"
        ]
    return list(made.values())


def _said(labels: dict[str, Any]) -> dict[str, Code]:
    return {field: code for field, code in labels.items() if field != EXISTS}
