"""Section: what each area must act on: its friction points, its words, its overdue cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.readers.aliases import plain
from vocmine.report.chapters.draft import address
from vocmine.report.section_clock import kind_name, overdue
from vocmine.report.section_parts import Section, Sheet, anchor, point_find
from vocmine.report.section_points import full_name, impact_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.clock.rows import Due
    from vocmine.priorities.rows import FrictionPoint

POINTS = 5
QUOTES = 2
LATE = 5


def areas_section(sheet: Sheet) -> Section:
    """One part for each area that owns a friction point, the heaviest first."""
    owners = sheet.decisions.owners
    if not owners:
        return {"absent": sheet.words.text("friction_none")}
    late = overdue(sheet.decisions.due)
    known = {plain(owner) for owner in owners}
    elsewhere = sum(1 for row in late if plain(row.area) not in known)
    return {
        "absent": "",
        "areas": [_area(sheet, owner, late) for owner in owners],
        "elsewhere": sheet.words.count("areas_elsewhere", elsewhere) if elsewhere else "",
    }


def _area(sheet: Sheet, owner: str, late: Sequence[Due]) -> dict[str, Any]:
    words = sheet.words
    points = [point for point in sheet.decisions.points if point.owner == owner]
    cases = [row for row in late if plain(row.area) == plain(owner)]
    more = []
    if len(points) > POINTS:
        more.append(words.count("area_more_points", len(points) - POINTS))
    if len(cases) > LATE:
        more.append(words.count("area_more_cases", len(cases) - LATE))
    figures = [words.count("area_points", len(points))]
    if cases:
        figures.append(words.count("area_cases", len(cases)))
    return {
        "name": owner,
        "id": anchor("area", owner),
        "figures": words.listing(figures),
        "points": [_point(sheet, point) for point in points[:POINTS]],
        "overdue": [_case(sheet, row) for row in cases[:LATE]],
        "more": more,
    }


def _point(sheet: Sheet, point: FrictionPoint) -> dict[str, Any]:
    words, more = sheet.words, list[str]()
    told = impact_text(sheet, point)
    n = sheet.messages(point.messages, point_find(point))
    figures = words.pieces("messages", point.messages, n=n)
    if told:
        more.append(f"{told['metric']} {told['fall']} {told['interval']}")
    else:
        more.append(f"{words.text('col_severity')} {words.number(point.severity)}")
    if point.trend.direction in ("up", "down"):
        more.append(words.text(f"trend_{point.trend.direction}"))
    return {
        "rank": words.number(point.rank),
        "name": full_name(sheet, point),
        "href": address(point_find(point)),
        "figures": [*figures, *(f" · {part}" for part in more)],
        "quotes": sheet.quotes(point.quotes[:QUOTES]),
    }


def _case(sheet: Sheet, row: Due) -> dict[str, str]:
    told = sheet.words.count(
        "case_late", row.days_late, kind=kind_name(sheet.words, row), due=sheet.day(row.due)
    )
    return {"external_id": row.external_id, "text": told}
