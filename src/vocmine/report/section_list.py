"""The sections of the decisions, in the order of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.report.section_areas import areas_section
from vocmine.report.section_clock import clock_section
from vocmine.report.section_comparison import comparison_section
from vocmine.report.section_journey import journey_section
from vocmine.report.section_points import points_section
from vocmine.report.section_promises import promises_section
from vocmine.report.section_pyramid import pyramid_section
from vocmine.report.section_time import time_section

if TYPE_CHECKING:
    from collections.abc import Callable

    from vocmine.report.section_parts import Section, Sheet

SECTIONS: dict[str, Callable[[Sheet], Section]] = {
    "points": points_section,
    "areas": areas_section,
    "journey": journey_section,
    "pyramid": pyramid_section,
    "promises": promises_section,
    "clock": clock_section,
    "time": time_section,
    "comparison": comparison_section,
}
"""Name of a section (its id, its template `section_NAME.html.j2`, its strings `NAME_title` and
`nav_NAME`) to what fills it."""


def decided_sections(sheet: Sheet) -> dict[str, Section]:
    """Every section that has something to say, in the order of the page."""
    made = {name: fill(sheet) for name, fill in SECTIONS.items()}
    return {name: section for name, section in made.items() if section}
