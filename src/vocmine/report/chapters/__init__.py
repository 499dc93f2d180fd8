"""The chapters of the page, one module each, in the order they are read.

To add one:

1. Write `chapters/NAME.py` with a function that takes the `Draft` and returns its `Content`: a
   dict with `absent` (a sentence that says what is missing and how to add it, else empty), `note`
   and `blocks` (each made by `draft.block`). A chapter that needs markup of its own names a
   template and returns the keys that it reads. Codes become words through `draft.words`; a number
   becomes a `Figure` (`draft.messages`, `draft.insights`, `draft.share`, `draft.net`), which
   links it to its messages and lets the page count it again under a filter; a chart is left with
   `draft.chart` and needs a description.
2. Add it to `CHAPTERS`, where its place in the tuple is its place in the page and in the
   navigation; its name is its HTML id, which links keep, so it does not change.
3. Add `nav_NAME` and `NAME_title` to `strings.json`, in every language.

A chapter may begin with a section of what was decided (`report/section_*.py`): `decided` names it,
and its template is `templates/section_DECIDED.html.j2`, which reads it as `s`. Without decisions
the chapter is what is counted alone, and one that has nothing counted is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vocmine.report.chapters.emotions import emotions
from vocmine.report.chapters.friction import friction
from vocmine.report.chapters.journey import journey
from vocmine.report.chapters.pqrs import pqrs
from vocmine.report.chapters.pyramid import pyramid
from vocmine.report.chapters.time import over_time
from vocmine.report.chapters.topics import topics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vocmine.report.chapters.draft import Content, Draft


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the page.

    Args:
        name: Its HTML id, and the key of its strings.
        counted: Writes what is counted; None when there is nothing to count.
        decided: Name of the section of decisions that it begins with; may be empty.
        template: What writes the counted part.
        stand_in: Whether the section of decisions tells all of what is counted, so that the counts
            are shown only under a filter, which the section cannot follow.
    """

    name: str
    counted: Callable[[Draft], Content] | None = None
    decided: str = ""
    template: str = "blocks.html.j2"
    stand_in: bool = False


CHAPTERS = (
    Chapter("friction", friction, decided="points", template="friction.html.j2"),
    Chapter("journey", journey, decided="journey", stand_in=True),
    Chapter("pyramid", pyramid, decided="pyramid", stand_in=True),
    Chapter("pqrs", pqrs, decided="clock"),
    Chapter("time", over_time, decided="time"),
    Chapter("comparison", decided="comparison"),
    Chapter("areas", decided="areas"),
    Chapter("promises", decided="promises"),
    Chapter("emotions", emotions),
    Chapter("topics", topics),
)


def write_chapters(draft: Draft, decided: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every chapter that has something to say, for the template of the page.

    Args:
        draft: Figures and words.
        decided: Sections of decisions by their names; empty without decisions.

    Returns:
        For each: `name`; `key`, of its strings; `decided`, the name of its section, and `section`,
        what that reads; `template` and `content` of what is counted, and whether it only stands
        in for the section under a filter.
    """
    written = []
    for chapter in CHAPTERS:
        section = decided.get(chapter.decided)
        if section is None and chapter.counted is None:
            continue
        written.append(
            {
                "name": chapter.name,
                "key": chapter.decided if section else chapter.name,
                "decided": chapter.decided if section else "",
                "section": section,
                "template": chapter.template if chapter.counted else "",
                "content": chapter.counted(draft) if chapter.counted else None,
                "stand_in": chapter.stand_in and bool(section),
            }
        )
    return written
