"""Chapter: what kind of message each one is, with its tone, effort and urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report.chapters.draft import Bar, Content, Draft, Figure, Part, block

if TYPE_CHECKING:
    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row


MOODS = ("negative", "neutral", "positive")


def pqrs(draft: Draft) -> Content:
    """Messages of each PQRS kind."""
    words, rows = draft.words, draft.data["pqrs"]
    if absent := draft.missing("pqrs", "pqrs"):
        return {"absent": absent}
    if not rows:
        return {}
    names = [words.label("pqrs", row["pqrs"]) for row in rows]
    heads = ("col_kind", "col_messages", "col_share", "col_negative_m", "col_effort", "col_urgent")
    mix = block(
        # Under the clock it is no longer what the chapter is called.
        title=words.text("pqrs_title") if draft.decisions else "",
        bars=draft.bars(
            [
                mood_bar(draft, row, name, {"pqrs": row["pqrs"]})
                for row, name in zip(rows, names, strict=True)
            ],
            "pqrs_aria",
            name=names[0],
            n=words.number(rows[0]["messages"]),
        ),
        open=True,
        table=draft.table(heads, (_kind(draft, row) for row in rows)),
    )
    return {"absent": "", "note": words.text("pqrs_intro"), "blocks": [mix]}


def _kind(draft: Draft, row: Row) -> list[str | Figure]:
    find: Find = {"pqrs": row["pqrs"]}
    total = row["messages"]
    return [
        draft.words.label("pqrs", row["pqrs"]),
        draft.messages(total, find),
        draft.share(total, draft.total, find, {}),
        judged_share(draft, row, "negative", "with_tone", find, {"mood": "negative"}),
        judged_share(draft, row, "high_effort", "with_effort", find, {"flag": "effort"}),
        draft.share(row["urgent"], total, find | {"flag": "urgent"}, find),
    ]


def mood_bar(draft: Draft, row: Row, name: str, find: Find) -> Bar:
    """The messages that meet `find`, by their mood."""
    words = draft.words
    kinds = [(mood, words.text(f"col_{mood}_m")) for mood in MOODS]
    if row["unjudged"]:
        kinds.append(("unjudged", words.text("unjudged")))
    parts = (
        Part(mood, title, draft.messages(row[mood], find | {"mood": mood}), row[mood])
        for mood, title in kinds
    )
    return Bar(name, tuple(parts), draft.messages(row["messages"], find))


def judged_share(
    draft: Draft, row: Row, key: str, judged: str, find: Find, more: Find
) -> str | Figure:
    """Which part of the messages that meet `find` meet `more` too; a dash when none was judged."""
    # Nothing judged is not the same as none found.
    if not row[judged]:
        return "–"
    return draft.share(row[key], row["messages"], find | more, find)
