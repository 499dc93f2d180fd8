"""The first screen: sentences and tiles, made by rules from the figures and from nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.verdict import MET, pyramid_verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report.data import Row
    from vocmine.report.wording import Wording

FEW_MESSAGES = 50
LEAST_FOR_STAGE = 10


def sentences(data: Row, words: Wording) -> list[str]:
    """Three to five sentences with the figures a committee asks for first."""
    head = data["headline"]
    lines = []
    if head["with_sentiment"]:
        lines.append(
            words.text(
                "sum_tone",
                n=words.number(head["messages"]),
                negative=words.percent(head["negative"], head["messages"]),
                positive=words.percent(head["positive"], head["messages"]),
            )
        )
    lines += [
        words.text(
            "sum_pain",
            point=words.point(point["friction"], point["stage"], point["touchpoint"]),
            messages=words.count("messages", point["messages"]),
            share=words.percent(point["messages"], head["messages"]),
        )
        for point in data["friction"]["points"][:1]
    ]
    lines += _worst_stage(data["journey"]["stages"], words)
    if head["with_sentiment"]:
        lines.append(pyramid_verdict(data["pyramid"], words.lang))
    parts = [
        text
        for n, text in (
            (head["urgent"], words.count("part_urgent", head["urgent"])),
            (head["churn"], words.text("part_churn", n=words.number(head["churn"]))),
            (head["high_effort"], words.text("part_effort", n=words.number(head["high_effort"]))),
        )
        if n
    ]
    if parts:
        lines.append(words.text("sum_alert", parts=words.listing(parts)))
    return lines


def _worst_stage(stages: Sequence[Row], words: Wording) -> list[str]:
    judged = [row for row in stages if row["insights"] >= LEAST_FOR_STAGE and row["negative"]]
    if not judged:
        return []
    worst = max(judged, key=lambda row: (row["negative"] / row["insights"], row["insights"]))
    return [
        words.text(
            "sum_stage",
            stage=words.label("stage", worst["stage"], capital=False),
            share=words.percent(worst["negative"], worst["insights"]),
            n=words.number(worst["insights"]),
        )
    ]


def tiles(data: Row, words: Wording) -> list[dict[str, Any]]:
    """Headline figures: `name`, `value`, `note` and `tone` (`bad` draws the eye)."""
    head = data["headline"]
    total = head["messages"]
    shown = [
        {
            "name": words.text("tile_messages"),
            "value": words.number(total),
            "note": words.count("tile_messages_sub", head["insights"]),
            "tone": "plain",
        }
    ]
    for name, key, needed in (
        ("tile_negative", "negative", "with_sentiment"),
        ("tile_positive", "positive", "with_sentiment"),
        ("tile_complaints", "complaints", "with_pqrs"),
        ("tile_effort", "high_effort", "with_effort"),
        ("tile_churn", "churn", "with_effort"),
        ("tile_urgent", "urgent", "with_pqrs"),
    ):
        known = bool(head[needed])
        note = words.text("of_messages", n=words.number(head[key]), total=words.number(total))
        shown.append(
            {
                "name": words.text(name),
                "value": words.percent(head[key], total) if known else "–",
                "note": note if known else words.text("not_available"),
                "tone": "bad" if name == "tile_negative" and head[key] else "plain",
            }
        )
    base = data["pyramid"][0]
    judged = base["judged"]
    level = words.label("pyramid", base["level"], capital=False)
    shown.append(
        {
            "name": words.text("tile_base"),
            "value": words.percent(base["met"], judged) if judged else "–",
            "note": words.count("tile_base_sub", judged, level=level)
            if head["with_sentiment"]
            else words.text("not_available"),
            "tone": "bad" if judged and base["share_met"] <= MET else "plain",
        }
    )
    return shown
