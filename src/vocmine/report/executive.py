"""The first page: five sentences with figures, made by rules from the data and from nothing else.

A sentence whose figures are not there is left out, and the next in line takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vocmine.priorities.points import shows_loss
from vocmine.report.chapters.draft import Figure
from vocmine.verdict import pyramid_verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vocmine.priorities.rows import FrictionPoint
    from vocmine.report.chapters.draft import Draft, Find

MOST = 5
LEAST_FOR_STAGE = 10
_NEWS = ("new", "spike", "level", "drift")


@dataclass(frozen=True, slots=True)
class Key:
    """Words that the eye should find first."""

    strong: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the first page.

    Args:
        label: What it answers: `Qué duele`.
        pieces: Texts, figures and key words, in order.
        chapter: Where there is more; empty without one.
    """

    label: str
    pieces: list[Any]
    chapter: str


def executive(draft: Draft, decided: Mapping[str, Any]) -> list[Line]:
    """What hurts, where, who must act, what is overdue, what is new, whether the base holds.

    Args:
        draft: Figures and words.
        decided: Sections of decisions; changes are told as the one of time tells them.
    """
    told = {
        "pain": _pain(draft),
        "stage": _stage(draft),
        "owner": _owner(draft),
        "overdue": _overdue(draft),
        "new": _new(draft, decided),
        "base": _base(draft),
        "alert": _alert(draft),
        "tone": _tone(draft),
    }
    found = [name for name, line in told.items() if line]
    # The stage and the moods give way: the point that hurts names its stage already.
    while len(found) > MOST:
        found.remove(next(name for name in ("tone", "alert", "stage") if name in found))
    return [line for name in found if (line := told[name])]


def _line(draft: Draft, name: str, chapter: str, pieces: list[Any]) -> Line:
    return Line(draft.words.text(f"exec_{name}_label"), pieces, chapter)


def _pain(draft: Draft) -> Line | None:
    words = draft.words
    if draft.decisions and draft.decisions.points:
        return _line(draft, "pain", "friction", _decided_pain(draft, draft.decisions.points[0]))
    for point in draft.data["friction"]["points"][:1]:
        find: Find = {key: point[key] for key in ("friction", "stage", "touchpoint")}
        find |= {"tone": "negative"}
        pieces = words.pieces(
            "sum_pain",
            point=_name(draft, point["friction"], point["stage"], point["touchpoint"]),
            messages=Figure(words.count("messages", point["messages"]), find),
            share=draft.share(point["messages"], draft.total, find, {}),
        )
        return _line(draft, "pain", "friction", pieces)
    return None


def _decided_pain(draft: Draft, point: FrictionPoint) -> list[Any]:
    words, impact = draft.words, point.impact
    find: Find = {
        "friction": point.friction,
        "stage": point.stage,
        "touchpoint": point.touchpoint,
        "tone": "negative",
    }
    given = {
        "point": _name(draft, point.friction, point.stage, point.touchpoint),
        "messages": Figure(words.count("messages", point.messages), find),
        "share": draft.share(point.messages, draft.total, find, {}),
    }
    if impact and shows_loss(impact):
        decimals = 0 if impact.metric == "nps" else 1
        ends = sorted((abs(impact.low), abs(impact.high)))
        fall = words.number(abs(impact.effect), decimals)
        return words.pieces(
            "exec_pain_impact",
            **given,
            fall=words.text(f"exec_fall_{impact.metric}", n=fall),
            low=words.number(ends[0], decimals),
            high=words.number(ends[1], decimals),
        )
    return words.pieces("exec_pain_severity", **given, severity=words.number(point.severity))


def _name(draft: Draft, friction: str, stage: str, touchpoint: str) -> Key:
    name = draft.words.point(friction, stage, touchpoint)
    return Key(name[:1].upper() + name[1:])


def _stage(draft: Draft) -> Line | None:
    words = draft.words
    judged = [
        row
        for row in draft.data["journey"]["stages"]
        if row["insights"] >= LEAST_FOR_STAGE and row["negative"]
    ]
    if not judged:
        return None
    worst = max(judged, key=lambda row: (row["negative"] / row["insights"], row["insights"]))
    find: Find = {"stage": worst["stage"]}
    bad = find | {"tone": "negative"}
    share = words.percent(worst["negative"], worst["insights"])
    pieces = words.pieces(
        "sum_stage",
        stage=Key(words.label("stage", worst["stage"], capital=False)),
        share=Figure(share, bad, "insight_share", find),
        mentions=Figure(words.count("mentions", worst["insights"]), find),
    )
    return _line(draft, "stage", "journey", pieces)


def _owner(draft: Draft) -> Line | None:
    if draft.decisions is None:
        return None
    points = draft.decisions.points
    weight: dict[str, float] = {}
    for point in points:
        weight[point.owner] = weight.get(point.owner, 0.0) + max(0.0, point.weight)
    named = {owner: value for owner, value in weight.items() if owner}
    total = sum(weight.values())
    if not named or not total:
        return None
    first = max(named, key=lambda owner: named[owner])
    words = draft.words
    pieces = words.pieces(
        f"exec_owner_{points[0].ranked_by}",
        owner=Key(first),
        n=words.number(sum(point.owner == first for point in points)),
        total=words.count("exec_points", len(points)),
        share=words.percent(named[first], total),
    )
    return _line(draft, "owner", "areas", pieces)


def _overdue(draft: Draft) -> Line | None:
    if draft.decisions is None:
        return None
    words, found = draft.words, draft.decisions
    whole = next((kind for kind in found.kinds if not kind.kind), None)
    if whole is None or not whole.messages:
        return None
    today = words.day(found.options.today.isoformat(), style="date_long")
    if not whole.answered:
        # An export without dates of answer makes every old message look overdue.
        return _line(draft, "overdue", "pqrs", words.pieces("exec_overdue_unknown"))
    red: Find = {"due": "red"}
    amber: Find = {"due": "amber"}
    given: dict[str, Any] = {
        "today": today,
        "red": Figure(words.count("exec_cases", whole.red), red),
        "amber": Figure(words.count("exec_soon", whole.amber), amber),
    }
    if not whole.red:
        return _line(draft, "overdue", "pqrs", words.pieces("exec_overdue_none", **given))
    late = max(row.days_late for row in found.due if row.state == "red")
    pieces = words.pieces("exec_overdue", **given, late=words.count("exec_days", late))
    return _line(draft, "overdue", "pqrs", pieces)


def _new(draft: Draft, decided: Mapping[str, Any]) -> Line | None:
    if draft.decisions is None or len(draft.decisions.periods) < 2:
        return None
    told = decided.get("time", {}).get("changes", ())
    pairs = [
        (change, line)
        for change, line in zip(draft.decisions.changes, told, strict=False)
        if change.kind in _NEWS
    ]
    if not pairs:
        return _line(draft, "new", "time", draft.words.pieces("exec_new_none"))
    change, line = max(pairs, key=lambda pair: (pair[0].period, -pair[0].p_value))
    pieces: list[Any] = [line["text"]]
    if change.friction:
        place = {key: getattr(change, key) for key in ("friction", "stage", "touchpoint")}
        pieces += [" ", Figure(draft.words.text("see_messages"), place | {"tone": "negative"})]
    return _line(draft, "new", "time", pieces)


def _base(draft: Draft) -> Line | None:
    if not draft.data["headline"]["with_sentiment"]:
        return None
    rest = pyramid_verdict(draft.data["pyramid"], draft.words.lang)
    pieces: list[Any] = []
    # The verdict names the counts of one level; those become figures.
    for level in draft.data["pyramid"]:
        find: Find = {"pyramid": level["level"]}
        missed = draft.insights(level["missed"], find | {"tone": "negative"})
        judged = draft.insights(level["judged"], find | {"tone": ("negative", "positive")})
        before, found, after = rest.partition(f": {missed.text} ")
        middle, also, end = after.partition(f" {draft.words.number(level['judged'])} ")
        if found and also:
            pieces, rest = [f"{before}: ", missed, f" {middle} ", judged], f" {end}"
            break
    return _line(draft, "base", "pyramid", [*pieces, rest])


def _alert(draft: Draft) -> Line | None:
    head, words = draft.data["headline"], draft.words
    parts = [
        Figure(text, {"flag": flag})
        for n, text, flag in (
            (head["urgent"], words.count("part_urgent", head["urgent"]), "urgent"),
            (head["churn"], words.text("part_churn", n=words.number(head["churn"])), "churn"),
            (
                head["high_effort"],
                words.text("part_effort", n=words.number(head["high_effort"])),
                "effort",
            ),
        )
        if n
    ]
    if not parts:
        return None
    listed: list[Any] = [parts[0]]
    for part in parts[1:-1]:
        listed += [", ", part]
    if len(parts) > 1:
        listed += words.pieces("and", first="", last=parts[-1])
    return _line(draft, "alert", "pqrs", words.pieces("sum_alert", parts=listed))


def _tone(draft: Draft) -> Line | None:
    head, words = draft.data["headline"], draft.words
    if not head["with_sentiment"]:
        return None
    negative: Find = {"mood": "negative"}
    positive: Find = {"mood": "positive"}
    pieces = words.pieces(
        "sum_tone",
        n=words.number(head["messages"]),
        negative=draft.share(head["negative"], head["messages"], negative, {}),
        positive=draft.share(head["positive"], head["messages"], positive, {}),
    )
    return _line(draft, "tone", "time", pieces)
