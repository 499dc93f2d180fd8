"""From the store to one HTML file that opens without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vocmine import __version__
from vocmine.catalogue import label_set
from vocmine.errors import VocmineError
from vocmine.report import data, notes, summary
from vocmine.report.chapters import write_chapters
from vocmine.report.chapters.draft import Draft
from vocmine.report.periods import Timeline, set_periods
from vocmine.report.quality import data_quality
from vocmine.report.scope import Filters, report_scope
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
_NAMED = ("friction", "stage", "pyramid", "touchpoint", "pqrs", "sentiment")
_FILTERS = ("friction", "stage", "touchpoint", "pyramid", "pqrs")
_STYLES = ("templates/report.css", "templates/sections.css")
_SCRIPTS = ("assets/echarts.min.js", "templates/report.js")


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
        figures = _collect(db, timeline, chosen)
        points = quoted_points(db, decisions) if decisions else figures["friction"]["points"]
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


def _collect(db: sqlite_utils.Database, timeline: Timeline, chosen: Filters) -> dict[str, Any]:
    friction = data.friction(db, timeline)
    add_quotes(db, friction["points"])
    return {
        "headline": data.headline(db),
        "friction": friction,
        "journey": data.journey(db),
        "matrix": data.matrix(db),
        "pyramid": data.pyramid(db),
        "emotions": data.emotions(db),
        "pqrs": data.pqrs_mix(db),
        "topics": data.topics(db),
        "time": data.sentiment_over_time(db, timeline),
        "verbatims": verbatims(db, friction["points"]),
        "quality": data_quality(db, keep_duplicates=chosen.keep_duplicates),
    }


def _context(
    draft: Draft, title: str, filters: Filters, decided: Mapping[str, Section]
) -> dict[str, Any]:
    words, figures = draft.words, draft.data
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
        "sentences": summary.sentences(figures, words),
        "tiles": summary.tiles(figures, words),
        "chapters": write_chapters(draft, decided) if draft.total else [],
        "sample": {
            "n": len(found["messages"]),
            "shown": words.number(len(found["messages"])),
            "total": words.number(found["total"]),
            "whole": len(found["messages"]) == found["total"],
        },
        "selects": _selects(found["messages"], words),
        "quality": notes.quality(figures["quality"], words, filtered=bool(chosen)),
        "method": notes.method(figures, words),
        "made_by": words.text("made_by", version=__version__),
        "data_of": _data_of(figures["quality"]["run"], words),
    }
    scripts = [_asset(name) for name in _SCRIPTS]
    return context | {
        "payload": embed_json(_payload(draft)),
        "scripts": [Markup(script) for script in scripts],  # noqa: S704 - our own files
        "csp": _policy(scripts),
        "css": Markup("\n".join(_asset(name) for name in _STYLES)),  # noqa: S704
    }


def _payload(draft: Draft) -> dict[str, Any]:
    """What the page's script reads: chart options, messages and the words to show them with."""
    words, messages = draft.words, draft.data["verbatims"]["messages"]
    keys = ("tone_negative", "tone_neutral", "tone_positive", "no_insight", "cut", "unsure")
    return {
        "charts": draft.charts,
        "messages": messages,
        "unsure": data.UNSURE,
        "names": {name: _names(name, words) for name in _NAMED},
        "days": {row["day"]: words.day(row["day"]) for row in messages if "day" in row},
        "words": {key: words.text(key) for key in keys}
        | {
            "flags": {flag: words.text(f"flag_{flag}") for flag in ("urgent", "churn", "effort")},
            "confidence": words.text("confidence", share=words.text("percent")),
            "found": [words.text("found_none"), *words.pair("found")],
        },
    }


def _names(labels: str, words: Wording) -> dict[str, str]:
    return {code: words.label(labels, code) for code in label_set(labels).codes}


def _selects(messages: Sequence[dict[str, Any]], words: Wording) -> list[dict[str, Any]]:
    selects = []
    for name in _FILTERS:
        if name == "pqrs":
            used = {message["pqrs"] for message in messages if "pqrs" in message}
        else:
            used = {insight[name] for message in messages for insight in message["insights"]}
        codes = [code for code in label_set(name).codes if code in used]
        if name in ("friction", "pyramid"):
            codes = [code for code in codes if code != "none"]
        selects.append(
            {
                "name": name,
                "title": words.text(f"filter_{name}"),
                "any": words.text("any_level" if name == "pyramid" else f"any_{name}"),
                "options": [(code, words.label(name, code)) for code in codes],
            }
        )
    return [select for select in selects if select["options"]]


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


def embed_json(value: object) -> Markup:
    """JSON that can stand inside a `<script>` element whatever its strings hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above


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
