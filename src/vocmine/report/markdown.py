"""The report as Markdown: short enough for an e-mail, a wiki page or a chat with the team."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vocmine.report.brief import (
    change_line,
    clock_lines,
    figures,
    group_lines,
    headlines,
    method,
    missing,
    period_line,
    shown,
)
from vocmine.report.sheets import (
    Said,
    Sheet,
    areas_sheet,
    emotion_words,
    promises_sheet,
    warning_words,
)
from vocmine.report.sheets_time import in_order, kinds_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vocmine.clock.rows import Due
    from vocmine.priorities.rows import FrictionPoint
    from vocmine.report.decisions import Decisions
    from vocmine.report.wording import Wording

POINTS, LINES, QUOTES = 10, 10, 2
_SIGNS = re.compile(r"[\\`*_\[\]|~#]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto)(?=:)|\bwww(?=\.)")


def escaped(text: str) -> str:
    """A text of others that Markdown shows letter for letter, on one line.

    Signs of Markdown and of HTML lose their meaning, and so does what would become a link.
    """
    line = " ".join(text.split())
    line = _SIGNS.sub(r"\\\g<0>", _ENTITY.sub("&amp;", line))
    line = line.replace("<", "&lt;").replace(">", "&gt;")
    line = _LIST.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", line)
    # A no-break of width zero keeps an address from turning into a link that somebody may follow.
    return _LINK.sub("\\g<0>\N{WORD JOINER}", line)


def markdown_report(d: Decisions, words: Wording, title: str = "", selection: str = "") -> str:
    """The report as Markdown text (CommonMark with tables).

    Args:
        d: What it says.
        words: Of its language.
        title: Heading; empty means a standing one.
        selection: What the report was filtered by, in words; may be empty.
    """
    said = Said(words)
    head = [f"# {escaped(title or words.text('title_default'))}", period_line(d, said)]
    head += [escaped(selection)] if selection else []
    summary = _list(map(escaped, [*headlines(d, said), *missing(d, said)]))
    parts = [*head, f"## {said('sheet_summary')}", summary]
    if d.totals.messages:
        rows = [[name, shown(value, "", said)] for name, value in figures(d, said)]
        parts.append(_table([said("figure"), said("value")], rows))
        parts += _sections(d, said)
    parts += [f"## {said('sheet_method')}", _list(map(escaped, method(d, said)))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sections(d: Decisions, said: Said) -> Iterator[str]:
    for key, text in (
        ("brief_first", _points(d, said)),
        ("sheet_areas", _sheet(areas_sheet(d, said), said) if d.points else ""),
        ("brief_clock", _clock(d, said)),
        ("sheet_journey", _journey(d, said)),
        ("sheet_pyramid", _pyramid(d, said)),
        ("sheet_promises", _promises(d, said)),
        ("brief_changes", _changes(d, said)),
        ("sheet_comparison", _comparison(d, said)),
    ):
        if text:
            yield f"## {said(key)}"
            yield text


def _points(d: Decisions, said: Said) -> str:
    if not d.points:
        return said("none_points")
    items = [_point(point, said) for point in d.points[:POINTS]]
    return "\n".join(items) + _more(len(d.points) - POINTS, said)


def _point(point: FrictionPoint, said: Said) -> str:
    words = said.words
    name = words.point(point.friction, point.stage, point.touchpoint)
    share = words.percent(point.share, 1, decimals=1)
    facts = [f"{words.count('messages', point.messages)} ({share})"]
    if point.impact is not None:
        low, effect, high = (
            shown(value, "signed", said)
            for value in (point.impact.low, point.impact.effect, point.impact.high)
        )
        facts.append(f"{said.code('metric', point.impact.metric)} {effect} ({low}; {high})")
    if point.trend.direction in ("up", "down"):
        facts.append(said.code("trend", point.trend.direction).lower())
    if warning := warning_words(point, said):
        facts.append(warning)
    topic = f" – {escaped(point.topic)}" if point.topic else ""
    lines = [f"{point.rank}. **{name[:1].upper()}{name[1:]}**{topic}: {'; '.join(facts)}."]
    if point.owner:
        lines[0] += f" {said('brief_owner', owner=escaped(point.owner))}."
    # Below the text of the item, whatever the width of its number.
    indent = " " * len(f"{point.rank}. ")
    lines += [f"{indent}> «{escaped(quote.text)}»  " for quote in point.quotes[:QUOTES]]
    return "\n".join(lines)


def _clock(d: Decisions, said: Said) -> str:
    late = [row for row in in_order(d) if row.state == "red"]
    parts = [" ".join(clock_lines(d, said))]
    if d.kinds:
        parts.append(_sheet(kinds_sheet(d, said, brief=True), said))
    if late:
        parts.append(f"**{said('brief_overdue')}**")
        parts.append(
            _list(_late(row, said) for row in late[:LINES]) + _more(len(late) - LINES, said)
        )
    return "\n\n".join(part for part in parts if part)


def _late(row: Due, said: Said) -> str:
    from vocmine.clock.listing import cue_names

    late = said("brief_late", n=said.words.number(row.days_late))
    cues = cue_names(row.cues, said.words.lang) or ""
    facts = [late, *filter(None, (escaped(row.area), cues))]
    return f"{escaped(row.external_id)} ({row.kind_name}): {'; '.join(facts)}"


def _journey(d: Decisions, said: Said) -> str:
    rows = [
        [
            said.label("stage", stage.stage) or stage.stage,
            said.words.number(stage.insights),
            shown(stage.net, "change", said),
            emotion_words(stage, said),
            said.code("moment", stage.moment),
        ]
        for stage in d.stages
        if stage.insights
    ]
    heads = ("stage", "insights", "net", "emotions", "moment")
    return _table([said(key) for key in heads], rows)


def _pyramid(d: Decisions, said: Said) -> str:
    rows = []
    for level in d.levels:
        if level.stage:
            continue
        share = shown(level.share_met, "share", said)
        if level.low is not None and level.high is not None:
            share += f" ({shown(level.low, 'share', said)} – {shown(level.high, 'share', said)})"
        verdict = said.code("verdict", level.verdict)
        rows.append([said.label("pyramid", level.level), share, verdict])
    return _table([said(key) for key in ("level", "share_met", "verdict")], rows)


def _promises(d: Decisions, said: Said) -> str:
    sheet = promises_sheet(d, said)
    lines = [
        said(
            "line_promise",
            promise=f"«{escaped(gap.promise)}»",
            broken=said.words.number(gap.broken),
            kept=said.words.number(gap.kept),
        )
        for gap in d.promises[:LINES]
        if gap.kept or gap.broken
    ]
    return _list(lines) + (_more(len(sheet.rows) - LINES, said) if lines else "")


def _changes(d: Decisions, said: Said) -> str:
    lines = [escaped(change_line(change, d, said)) for change in d.changes[:LINES]]
    more = _more(len(d.changes) - LINES, said)
    lines += [
        said(
            "line_event",
            event=escaped(event.name),
            before=shown(event.before, "share", said),
            after=shown(event.after, "share", said),
            low=shown(event.low, "change", said),
            high=shown(event.high, "change", said),
        )
        for event in d.events
        if event.before is not None and event.after is not None
    ]
    if not d.periods:
        return ""
    return _list(lines) + more if lines else said("none_changes")


def _comparison(d: Decisions, said: Said) -> str:
    if not d.differences:
        return ""
    lines = list(map(escaped, group_lines(d, said)))
    if not lines:
        return said("none_sure")
    return _list(lines[:LINES]) + _more(len(lines) - LINES, said)


def _more(left: int, said: Said) -> str:
    return f"\n\n… {said('more_rows', n=said.words.number(left))}" if left > 0 else ""


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _sheet(sheet: Sheet, said: Said) -> str:
    rows = [
        [shown(cell, kind, said) for cell, (_, kind) in zip(row, sheet.columns, strict=True)]
        for row in sheet.rows
    ]
    return _table([heading for heading, _ in sheet.columns], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [heads, ["---"] * len(heads), *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
