"""The tiles of the first page: headline figures, each a link to its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.journey.judging import HALF as MET
from vocmine.report.chapters.draft import Figure

if TYPE_CHECKING:
    from vocmine.report.chapters.draft import Draft, Find

FEW_MESSAGES = 50
_TILES: tuple[tuple[str, str, str, Find], ...] = (
    ("tile_negative", "negative", "with_sentiment", {"mood": "negative"}),
    ("tile_positive", "positive", "with_sentiment", {"mood": "positive"}),
    ("tile_complaints", "complaints", "with_pqrs", {"pqrs": ("claim", "grievance")}),
    ("tile_effort", "high_effort", "with_effort", {"flag": "effort"}),
    ("tile_churn", "churn", "with_effort", {"flag": "churn"}),
    ("tile_urgent", "urgent", "with_pqrs", {"flag": "urgent"}),
)


def tiles(draft: Draft) -> list[dict[str, Any]]:
    """Headline figures: `name`, `value`, `note` (pieces) and `tone` (`bad` draws the eye)."""
    words, head = draft.words, draft.data["headline"]
    total = head["messages"]
    shown = [
        {
            "name": words.text("tile_messages"),
            "value": draft.messages(total, {}),
            "note": words.pieces(
                "tile_messages_sub", head["insights"], n=draft.insights(head["insights"], {})
            ),
            "tone": "plain",
        }
    ]
    for name, key, needed, find in _TILES:
        known = bool(head[needed])
        note: list[Any] = [words.text("not_available")]
        if known:
            part, whole = draft.messages(head[key], find), draft.messages(total, {})
            note = words.pieces("of_messages", n=part, total=whole)
        shown.append(
            {
                "name": words.text(name),
                "value": draft.share(head[key], total, find, {}) if known else "–",
                "note": note,
                "tone": "bad" if name == "tile_negative" and head[key] else "plain",
            }
        )
    return [*shown, _base(draft)]


def _base(draft: Draft) -> dict[str, Any]:
    words, base = draft.words, draft.data["pyramid"][0]
    judged = base["judged"]
    both: Find = {"pyramid": base["level"], "tone": ("negative", "positive")}
    note: list[Any] = [words.text("not_available")]
    if draft.data["headline"]["with_sentiment"]:
        level = words.label("pyramid", base["level"], capital=False)
        note = words.pieces("tile_base_sub", judged, n=draft.insights(judged, both), level=level)
    share = words.percent(base["met"], judged)
    return {
        "name": words.text("tile_base"),
        "value": Figure(share, both | {"tone": "positive"}, "insight_share", both)
        if judged
        else "–",
        "note": note,
        "tone": "bad" if judged and base["share_met"] <= MET else "plain",
    }
