"""Section: the clock of the PQRS: what is overdue, what is about to be, and who insists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.clock.rules import regimes
from vocmine.clock.words import words as clock_words
from vocmine.report.chapters.draft import Bar, Figure, Part, bar_chart
from vocmine.report.section_parts import Section, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vocmine.clock.rows import ClockKind, Due
    from vocmine.report.chapters.draft import Find
    from vocmine.report.data import Row
    from vocmine.report.wording import Wording

OVERDUE = 20
INSISTING = 10
LEAST_REPEATS = 1
OPEN = ("red", "amber", "green")
LIGHTS = {"red": "red", "amber": "amber", "green": "green", "answered": "grey"}
"""Figures of a kind to the state of its cases."""
NAMED = 5
"""File numbers named in a sentence."""


def clock_section(sheet: Sheet) -> Section:
    """The traffic light, the share in time, the overdue and who has come back."""
    words, found = sheet.words, sheet.decisions
    timed = [row for row in found.due if row.due]
    if not timed:
        return {"absent": words.text("clock_none" if found.totals.dated else "clock_undated")}
    late = overdue(found.due)
    return {
        "absent": "",
        "stand": words.text("clock_stand", today=words.day(found.options.today.isoformat())),
        "sentences": _sentences(sheet, timed),
        "lights": _lights(sheet),
        "bars": _open_bars(sheet),
        "table": _table(sheet),
        "overdue": _overdue_table(sheet, late[:OVERDUE]) if late else None,
        "overdue_more": words.count("overdue_more", len(late) - OVERDUE)
        if len(late) > OVERDUE
        else "",
        "insisting": _insisting(sheet),
        "notes": _notes(sheet, timed),
    }


def overdue(due: Iterable[Due]) -> list[Due]:
    """Open cases past their term, the latest and most urgent first."""
    late = [row for row in due if row.state == "red"]
    return sorted(late, key=lambda row: (-row.days_late, -len(row.cues), row.external_id))


def _whole(sheet: Sheet) -> ClockKind | None:
    return next((kind for kind in sheet.decisions.kinds if not kind.kind), None)


def _sentences(sheet: Sheet, timed: Sequence[Due]) -> list[list[Any]]:
    words, whole = sheet.words, _whole(sheet)
    if whole is None:
        return []
    lines: list[list[Any]] = []
    if whole.open:
        n = sheet.messages(whole.open, {"due": OPEN})
        lights = {light: sheet.messages(getattr(whole, light), {"due": light}) for light in OPEN}
        told = words.pieces("cases_open", whole.open, n=n)
        lines.append(words.pieces("clock_open", open=told, **lights))
    else:
        lines.append([words.text("clock_all_answered")])
    if whole.answered and whole.share_in_time is not None:
        days = whole.median_days or 0.0
        lines.append(
            words.pieces(
                "clock_in_time",
                whole.answered,
                n=sheet.messages(whole.answered, {"due": LIGHTS["answered"]}),
                share=sheet.share(whole.share_in_time),
                days=words.number(days, 0 if days == round(days) else 1),
            )
        )
    else:
        lines.append([words.text("clock_no_answers")])
    silent = [row for row in timed if row.silence == "positive" and row.state == "red"]
    if silent:
        named = words.listing([row.external_id for row in overdue(silent)[:NAMED]])
        lines.append([words.count("clock_silence", len(silent), files=named)])
    cued = sum(1 for row in timed if row.cues and row.state in ("red", "amber", "green"))
    if cued:
        lines.append([words.count("clock_cues", cued)])
    return lines


def _lights(sheet: Sheet) -> list[dict[str, Any]]:
    whole = _whole(sheet)
    if whole is None:
        return []
    words = sheet.words
    return [
        {
            "code": light,
            "name": words.text(f"light_{light}"),
            "value": sheet.messages(getattr(whole, light), {"due": state}),
            "note": words.text(f"light_{light}_note"),
        }
        for light, state in LIGHTS.items()
    ]


def _by_kind(sheet: Sheet) -> list[ClockKind]:
    return [kind for kind in sheet.decisions.kinds if kind.kind and kind.messages]


def kind_name(words: Wording, row: ClockKind | Due) -> str:
    """Name of a kind: the regime's own in Spanish, the catalogue's in other languages."""
    if words.lang == "es" and row.kind_name:
        return row.kind_name[:1].upper() + row.kind_name[1:]
    return words.label("pqrs", row.kind)


def _open_bars(sheet: Sheet) -> Row | None:
    """Open cases: those that were answered would dwarf what is left to do."""
    kinds = [kind for kind in _by_kind(sheet) if kind.open]
    bars = [
        Bar(
            kind_name(sheet.words, kind),
            tuple(
                Part(
                    light,
                    sheet.words.text(f"light_{light}"),
                    sheet.messages(getattr(kind, light), {"case": kind.kind_name, "due": light}),
                    getattr(kind, light),
                )
                for light in OPEN
            ),
            sheet.messages(kind.open, {"case": kind.kind_name, "due": OPEN}),
        )
        for kind in kinds
    ]
    return bar_chart(bars, sheet.words.text("clock_aria")) if bars else None


def _table(sheet: Sheet) -> dict[str, Any]:
    words, whole = sheet.words, _whole(sheet)

    def row(kind: ClockKind, name: str) -> list[str | Figure]:
        days = "–" if kind.median_days is None else words.number(kind.median_days, 1)
        find: Find = {"case": kind.kind_name} if kind.kind else {}
        timed = find | {"due": tuple(LIGHTS.values())}
        return [
            name,
            sheet.messages(kind.messages, timed),
            *(
                sheet.messages(getattr(kind, light), find | {"due": state})
                for light, state in LIGHTS.items()
            ),
            sheet.share(kind.share_in_time),
            days,
        ]

    rows = [row(kind, kind_name(sheet.words, kind)) for kind in _by_kind(sheet)]
    if whole:
        rows.append(row(whole, words.text("all_kinds")))
    heads = (
        "col_kind",
        "col_messages",
        "light_red",
        "light_amber",
        "light_green",
        "light_answered",
        "col_in_time",
        "col_median_days",
    )
    return sheet.table(heads, rows)


def _overdue_table(sheet: Sheet, late: Sequence[Due]) -> dict[str, Any]:
    """File number, kind, area, cues, due date and days late."""
    words, said = sheet.words, clock_words(sheet.words.lang)
    heads = ("col_file_number", "col_kind", "col_area", "col_cues", "col_due", "col_days_late")
    return sheet.table(
        heads,
        (
            [
                row.external_id,
                kind_name(sheet.words, row) + ("" if row.verified else " *"),
                row.area or "–",
                words.listing([said[f"cue_{cue}"] for cue in row.cues]) or "–",
                sheet.day(row.due),
                words.number(row.days_late),
            ]
            for row in late
        ),
        words_in=4,
    )


def _insisting(sheet: Sheet) -> dict[str, Any] | None:
    words, said = sheet.words, clock_words(sheet.words.lang)
    back = [
        row
        for row in sheet.decisions.due
        if row.repeats >= LEAST_REPEATS and row.days_left is not None
    ]
    if not back:
        return None
    first = sorted(back, key=lambda row: (-row.repeats, -row.days_late, row.external_id))
    table = sheet.table(
        ("col_file_number", "col_kind", "col_state", "col_received", "col_repeats"),
        (
            [
                row.external_id,
                kind_name(sheet.words, row),
                said[f"state_{row.state}"],
                sheet.day(row.received),
                words.number(row.repeats),
            ]
            for row in first[:INSISTING]
        ),
        words_in=4,
    )
    return table | {"note": words.count("insisting_note", len(back))}


def _notes(sheet: Sheet, timed: Sequence[Due]) -> list[str]:
    words, due = sheet.words, sheet.decisions.due
    lines = []
    doubtful = {row.rule for row in timed if not row.verified}
    if doubtful:
        n = sum(1 for row in timed if not row.verified)
        sources = "; ".join(dict.fromkeys(source_of(rule) for rule in sorted(doubtful)))
        lines.append(words.count("clock_unverified", n, rules=sources))
    if copies := sum(len(row.copies) for row in timed):
        lines.append(words.count("clock_copies", copies))
    undated = len(due) - len(timed)
    if undated:
        lines.append(words.count("clock_without_term", undated))
    lines.append(words.text("clock_no_advice"))
    return lines


def source_of(rule: str) -> str:
    """The law or other source of a rule; its identifier where it has none."""
    known = {one.id: one.source for regime in regimes() for one in regime.rules}
    return known.get(rule) or rule
