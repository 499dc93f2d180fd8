"""Chapter: what the messages talk about, with the words that tell each topic apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report.chapters.draft import Content, Draft, Figure, block
from vocmine.report.chapters.pqrs import judged_share, mood_bar

if TYPE_CHECKING:
    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row


def topics(draft: Draft) -> Content:
    """Topics by number of messages, with their terms and tone."""
    words, found = draft.words, draft.data["topics"]
    if absent := draft.missing("topic", "topics", "segment_topics"):
        return {"absent": absent}
    if not found["topics"]:
        return {}
    names = [row["name"] for row in found["topics"]]
    shown = words.text(
        "topics_shown", shown=words.number(len(names)), total=words.number(found["total"])
    )
    bars = block(
        bars=draft.bars(
            [
                mood_bar(draft, row, row["name"], {"topic": str(row["id"])})
                for row in found["topics"]
            ],
            "topics_aria",
        ),
        open=True,
        table=draft.table(
            ("col_topic", "col_terms", "col_messages", "col_share", "col_share_negative"),
            (_topic(draft, row) for row in found["topics"]),
            words_in=2,
        ),
        after=[shown] if found["total"] > len(names) else [],
    )
    return {"absent": "", "note": words.text("topics_intro"), "blocks": [bars]}


def _topic(draft: Draft, row: Row) -> list[str | Figure]:
    find: Find = {"topic": str(row["id"])}
    return [
        row["name"],
        ", ".join(row["terms"][:6]),
        draft.messages(row["messages"], find),
        draft.share(row["messages"], draft.total, find, {}),
        judged_share(draft, row, "negative", "with_tone", find, {"mood": "negative"}),
    ]
