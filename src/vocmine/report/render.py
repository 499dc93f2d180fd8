"""From the store to one HTML file that opens without a network."""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vocmine import __version__
from vocmine.errors import VocmineError
from vocmine.report import data, notes, summary
from vocmine.report.chapters import write_chapters
from vocmine.report.chapters.draft import Draft
from vocmine.report.cube import packed, read_columns
from vocmine.report.embedding import embed_json, look_up_fields, page_filters, payload
from vocmine.report.executive import executive
from vocmine.report.measured import measured_quality
from vocmine.report.periods import Timeline, set_periods
from vocmine.report.quality import data_quality
from vocmine.report.scope import Filters, report_scope
from vocmine.report.section_clock import overdue
from vocmine.report.section_list import decided_sections
from vocmine.report.section_parts import Sheet, pieces_of, quoted_points
from vocmine.report.verbatims import add_quotes, verbatims
from vocmine.report.why import mark_quotes
from vocmine.report.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlite_utils

    from vocmine.report.decisions import Decisions
    from vocmine.report.section_parts import Section
    from vocmine.report.sections import DrawnSection
    from vocmine.report.why import Why

__all__ = ["Filters", "render_report", "write_report"]

_DAYS = ("since", "until")
_STYLES = ("templates/report.css", "templates/sections.css")
_SCRIPTS = ("words", "cube", "state", "messages", "figures", "charts", "page")
"""Of the page, in `templates/`, in the order they build on each other."""


def render_report(
    db: sqlite_utils.Database,
    *,
    lang: str = "es",
    title: str = "",
    sections: Sequence[DrawnSection] = (),
    filters: Filters | None = None,
    why: Why | None = None,
    decisions: Decisions | None = None,
) -> str:
    """The report of a store as one HTML document without any outside reference.

    The store is read in one transaction and not written. A section whose analyzer did not run
    says so in one sentence; so does a plugin's section that failed.

    Args:
        db: An open store.
        lang: `es`, `pt` or `en`: words, numbers and dates.
        title: Heading; empty means a standing one.
        sections: Of plugins, drawn in `lang`; shown before the notes on data and method.
        filters: Which messages it is about; None means all of them.
        why: Explains the friction of insights, to mark words in quotes; None marks none.
        decisions: What goes beyond counts, of the same messages; None leaves it out.

    Raises:
        UsageError: When the report does not speak `lang`.
    """
    words = Wording(lang)
    chosen = filters or Filters()
    with report_scope(db, chosen) as present:
        timeline = set_periods(db)
        figures = _collect(db, timeline, chosen, decisions)
        points = figures["quoted"]
        figures["friction"]["marked"] = mark_quotes(points, why, words)
    draft = Draft(figures, timeline, present, words, decisions)
    decided = {}
    if decisions and draft.total:
        decided = decided_sections(Sheet(decisions, words, draft.charts, pieces_of(points)))
    context = _context(draft, title, chosen, decided) | {"plugin_sections": sections}
    return _encodable(_environment().get_template("report.html.j2").render(context))


def write_report(path: Path | str, html: str) -> Path:
    """Write a report so that the file is whole or not there; returns its path.

    Raises:
        VocmineError: When the folder is missing or cannot be written to.
    """
    target = Path(path)
    try:
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with temporary.open("x", encoding="utf-8", newline="\n") as file:
                file.write(html)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise VocmineError(
            f"The report '{target}' cannot be written: {error.strerror or error}.",
            "Check the folder, or choose another file with --report.",
        ) from error
    return target


def _collect(
    db: sqlite_utils.Database, timeline: Timeline, chosen: Filters, decisions: Decisions | None
) -> dict[str, Any]:
    friction = data.friction(db, timeline)
    if decisions:
        quoted = quoted_points(db, decisions)
    else:
        add_quotes(db, friction["points"])
        quoted = friction["points"]
    topics = data.topics(db)
    quality = data_quality(db, keep_duplicates=chosen.keep_duplicates)
    due = decisions.due if decisions else ()
    states = {row.message: row.state for row in due}
    cases = {row.message: row.kind_name for row in due if row.due}
    return {
        "cube": packed(read_columns(db, timeline, topics["topics"], states, cases)),
        "states": states,
        "cases": cases,
        "headline": data.headline(db),
        "friction": friction,
        "quoted": quoted,
        "journey": data.journey(db),
        "matrix": data.matrix(db),
        "pyramid": data.pyramid(db),
        "emotions": data.emotions(db),
        "pqrs": data.pqrs_mix(db),
        "topics": topics,
        "time": data.sentiment_over_time(db, timeline),
        "verbatims": verbatims(db, quoted, [row.message for row in overdue(due)]),
        "quality": quality | {"measured": measured_quality(quality["models"])},
    }


def _context(
    draft: Draft, title: str, filters: Filters, decided: Mapping[str, Section]
) -> dict[str, Any]:
    words, figures = draft.words, draft.data
    chapters = write_chapters(draft, decided) if draft.total else []
    chosen = [
        words.text(f"filter_{name}", value=words.day(value) if name in _DAYS else value)
        for name, value in filters.as_dict().items()
        if value
    ]
    found = figures["verbatims"]
    context: dict[str, Any] = {
        "lang": words.lang,
        "t": words.text,
        "count": words.count,
        "title": title or words.text("title_default"),
        "period": _period(figures["headline"], words),
        "selection": words.text("filter_line", filters=", ".join(chosen)) if chosen else "",
        "total": draft.total,
        "few": draft.total < summary.FEW_MESSAGES,
        "lines": executive(draft, decided),
        "tiles": summary.tiles(draft),
        "filters": page_filters(draft),
        "filters_off": figures["cube"] is None,
        "chapters": chapters,
        "chapter_names": {chapter["name"] for chapter in chapters},
        "sample": {
            "n": len(found["messages"]),
            "shown": words.number(len(found["messages"])),
            "total": words.number(found["total"]),
            "whole": len(found["messages"]) == found["total"],
        },
        "fields": look_up_fields(draft),
        "quality": notes.quality(figures["quality"], words, filtered=bool(chosen)),
        "method": notes.method(figures, words),
        "made_by": words.text("made_by", version=__version__),
        "data_of": _data_of(figures["quality"]["run"], words),
    }
    own = "\n".join(_asset(f"templates/{name}.js") for name in _SCRIPTS)
    scripts = [_asset("assets/echarts.min.js"), f'"use strict";\n(() => {{\n{own}\n}})();']
    return context | {
        "payload": embed_json(payload(draft)),
        "scripts": [Markup(script) for script in scripts],  # noqa: S704 - our own files
        "csp": _policy(scripts),
        "css": Markup("\n".join(_asset(name) for name in _STYLES)),  # noqa: S704
    }


def _period(head: dict[str, Any], words: Wording) -> str:
    if not head["first_day"]:
        return words.text("no_dates_line")
    first = words.day(head["first_day"], style="date_long")
    last = words.day(head["last_day"], style="date_long")
    key = "period_day" if first == last else "period_line"
    return words.text(key, first=first, last=last)


def _data_of(run: dict[str, Any] | None, words: Wording) -> str:
    moment = (run or {}).get("finished_at") or (run or {}).get("started_at") or ""
    return words.text("data_of", date=words.day(moment[:10], style="date_long")) if moment else ""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("vocmine.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _asset(name: str) -> str:
    return files("vocmine.report").joinpath(name).read_text("utf-8").strip()


def _policy(scripts: Sequence[str]) -> str:
    # Only these scripts, letter for letter; styles inline (charts set them); nothing from outside.
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()) for script in scripts)
    allowed = " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _encodable(html: str) -> str:
    # Half a surrogate pair (from an escaped JSON string) cannot be written as UTF-8.
    return html.encode("utf-8", "replace").decode("utf-8")
