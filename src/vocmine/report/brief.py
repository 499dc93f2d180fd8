"""What the workbook and the Markdown report say first, and how they were made: rules, no prose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.sheets import Value, impact_words
from vocmine.report.sheets_time import by_evidence, change_name, change_value
from vocmine.report.summary import FEW_MESSAGES
from vocmine.verdict import pyramid_verdict

if TYPE_CHECKING:
    from vocmine.priorities.rows import FrictionPoint
    from vocmine.report.decisions import Decisions
    from vocmine.report.sheets import Said
    from vocmine.trends.rows import Change

DECIMALS = 1


def shown(cell: Any, kind: str, said: Said) -> str:
    """A cell of a sheet as text: `10,5 %`, `−24,3`, `2 mar 2026`; empty where there is none."""
    if isinstance(cell, Value):
        return shown(cell.value, cell.kind, said)
    words = said.words
    if cell is None or cell == "":
        return ""
    if kind == "share":
        return words.percent(cell, 1, decimals=DECIMALS)
    if kind in ("change", "signed"):
        value = 100 * cell if kind == "change" else cell
        text = words.number(value, DECIMALS)
        return text if value <= 0 else f"+{text}"
    if kind in ("decimal", "p"):
        return words.number(cell, 2 if kind == "decimal" else 3)
    if kind == "date":
        return words.day(cell)
    return words.number(cell) if kind == "int" else str(cell)


def headlines(d: Decisions, said: Said) -> list[str]:
    """The sentences that a committee reads, each from figures that are in the sheets."""
    if not d.totals.messages:
        return [said("none_messages")]
    lines = [said("few_messages")] if d.totals.messages < FEW_MESSAGES else []
    if d.totals.negative is not None and d.totals.positive is not None:
        lines.append(
            said(
                "line_tone",
                messages=said.words.count("messages", d.totals.messages),
                negative=said.words.percent(d.totals.negative, 1),
                positive=said.words.percent(d.totals.positive, 1),
            )
        )
    lines += [_point(point, said) for point in d.points[:1]]
    lines += clock_lines(d, said)
    levels = [level for level in d.levels if not level.stage]
    if any(level.met + level.missed for level in levels):
        rows = [{"level": v.level, "met": v.met, "missed": v.missed} for v in levels]
        lines.append(pyramid_verdict(rows, said.words.lang))
    lines += [change_line(change, d, said) for change in d.changes[:1]]
    return lines + group_lines(d, said)[:1]


def _point(point: FrictionPoint, said: Said) -> str:
    owner = said("line_owner", owner=point.owner) if point.owner else ""
    return said(
        "line_point",
        point=said.words.point(point.friction, point.stage, point.touchpoint),
        messages=said.words.count("messages", point.messages),
        share=said.words.percent(point.share, 1, decimals=DECIMALS),
        impact=_loss(point, said),
        owner=owner,
    ).strip()


def _loss(point: FrictionPoint, said: Said) -> str:
    """What the point costs, where a loss is shown."""
    from vocmine.priorities.points import shows_loss

    impact = point.impact
    if impact is None or not shows_loss(impact):
        return ""
    decimals = DECIMALS if impact.metric == "nps" else 2
    low, points, high = (
        said.words.number(-end, decimals) for end in (impact.high, impact.effect, impact.low)
    )
    metric = said.code("metric", impact.metric)
    return said("line_impact", metric=metric, points=points, low=low, high=high)


def clock_lines(d: Decisions, said: Said) -> list[str]:
    """What is overdue and due soon, and whether answers were in time."""
    every = next((kind for kind in d.kinds if not kind.kind), None)
    if every is None or not every.messages:
        return []
    number = said.words.number
    lines = []
    if every.open:
        lines.append(
            said(
                "line_clock",
                today=said.words.day(d.options.today.isoformat()),
                red=number(every.red),
                amber=number(every.amber),
                open=number(every.open),
            )
        )
    if every.answered:
        share = said.words.percent(every.in_time, every.answered)
        lines.append(said("line_in_time", share=share, n=number(every.answered)))
    return lines


def change_line(change: Change, d: Decisions, said: Said) -> str:
    """One change in a sentence."""
    value, expected = (
        shown(change_value(change, figure), "", said) for figure in (change.value, change.expected)
    )
    kind = said.code("change_name", change.kind)
    return said(
        "line_change",
        period=said.words.period(change.period, d.grain),
        what=change_name(change, said),
        kind=kind[:1].upper() + kind[1:],
        value=value,
        expected=expected,
    )


def group_lines(d: Decisions, said: Said) -> list[str]:
    """The sure differences between groups, the surest first."""
    from vocmine.comparison.wording import column_name, finding, group_name

    return [
        said(
            "line_group",
            column=column_name(row.column, said.words),
            value=group_name(row, said.words),
            finding=finding(row, said.words),
        )
        for row in by_evidence(d)
        if row.sure
    ]


def figures(d: Decisions, said: Said) -> list[tuple[str, Value]]:
    """The headline figures with how each is written; those that are unknown are left out."""
    t = d.totals
    every = next((kind for kind in d.kinds if not kind.kind), None)
    found = [
        ("total_messages", Value(t.messages, "int")),
        ("total_insights", Value(t.insights, "int")),
        ("total_customers", Value(t.customers, "int")),
        ("total_negative", Value(t.negative, "share")),
        ("total_positive", Value(t.positive, "share")),
        ("total_high_effort", Value(t.high_effort, "share")),
        ("total_churn", Value(t.churn, "share")),
        ("total_urgent", Value(t.urgent, "share")),
        ("total_nps", Value(t.nps, "signed")),
        ("total_csat", Value(t.csat, "decimal")),
        ("total_score", Value(t.score, "decimal")),
    ]
    if every is not None and every.messages:
        found += [
            ("total_red", Value(every.red, "int")),
            ("total_amber", Value(every.amber, "int")),
            ("total_in_time", Value(every.share_in_time, "share")),
        ]
    return [(said(key), value) for key, value in found if value.value is not None]


def period_line(d: Decisions, said: Said) -> str:
    """From when to when the messages are."""
    words = said.words
    if not d.totals.first_day:
        return words.text("no_dates_line")
    first, last = (
        words.day(day, style="date_long") for day in (d.totals.first_day, d.totals.last_day)
    )
    if first == last:
        return words.text("period_day", first=first)
    return words.text("period_line", first=first, last=last)


def missing(d: Decisions, said: Said) -> list[str]:
    """What the data lack for some of the questions, and how to add it."""
    lines = []
    if d.totals.messages and not d.totals.dated:
        lines.append(said("none_dates"))
    if d.totals.messages and not d.totals.scored:
        lines.append(said("none_scores"))
    return lines


def method(d: Decisions, said: Said) -> list[str]:
    """How the figures came about, and what they cannot say."""
    from vocmine import __version__

    keys = ["machine", "copies", "severity"]
    if any(impact_words(point, said)[0] for point in d.points):
        keys.append("impact")
    if d.periods:
        keys.append("trend")
    if d.differences:
        keys.append("comparison")
    lines = [said("method_made", version=__version__), *(said(f"method_{key}") for key in keys)]
    if d.kinds:
        from vocmine.clock.rules import find_regime

        today = said.words.day(d.options.today.isoformat())
        regime = find_regime(d.options.country, d.options.regime)
        lines.append(said("method_clock", regime=regime.name, today=today))
    return lines
