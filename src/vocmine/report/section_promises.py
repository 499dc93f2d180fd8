"""Section: what was promised, and how often customers say it was kept or broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.report.section_parts import Section, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.journey.rows import PromiseGap

SHOWN = 10
FEW = 5
"""Messages under which a share says nothing."""


def promises_section(sheet: Sheet) -> Section:
    """Promises of the team, and those found in the text, most broken first."""
    words, gaps = sheet.words, sheet.decisions.promises
    told = [gap for gap in gaps if gap.kept + gap.broken]
    silent = [gap.promise for gap in gaps if gap.given and not gap.kept + gap.broken]
    lines = []
    if silent:
        lines.append(words.text("promises_silent", promises=words.listing(silent)))
    if not any(gap.given for gap in gaps):
        lines.append(words.text("promises_hint"))
    if not told:
        return {"absent": " ".join([words.text("promises_none"), *lines])}
    if len(told) > SHOWN:
        lines.insert(0, words.count("promises_more", len(told) - SHOWN))
    return {
        "absent": "",
        "table": _table(sheet, told[:SHOWN]),
        "promises": [_told(sheet, gap) for gap in told[:SHOWN]],
        "after": lines,
    }


def _broken(sheet: Sheet, gap: PromiseGap) -> str:
    if gap.kept + gap.broken < FEW:
        return sheet.words.text("promise_few")
    return sheet.words.text("promise_share", share=sheet.share(gap.share_broken))


def _table(sheet: Sheet, gaps: Sequence[PromiseGap]) -> dict[str, Any]:
    words = sheet.words
    return sheet.table(
        ("col_promise", "col_origin", "promise_broken", "promise_kept", "col_share_broken"),
        (
            [
                gap.promise,
                words.text("promise_given" if gap.given else "promise_found"),
                words.number(gap.broken),
                words.number(gap.kept),
                sheet.share(gap.share_broken),
            ]
            for gap in gaps
        ),
        words_in=2,
    )


def _told(sheet: Sheet, gap: PromiseGap) -> dict[str, Any]:
    """A promise with its bar, in percent of the messages that judge it, its figures and proof."""
    words, proof, judged = sheet.words, sheet.decisions.proof, gap.kept + gap.broken
    figures = [
        words.text(f"promise_{key}_n", messages=words.count("messages", n))
        for key, n in (("broken", gap.broken), ("kept", gap.kept))
        if n
    ]
    return {
        "name": gap.promise[:1].upper() + gap.promise[1:],
        "origin": "" if gap.given else words.text("promise_found"),
        "broken": _broken(sheet, gap),
        "bars": [
            {"tone": tone, "width": f"{100 * n / judged:.1f}"}
            for tone, n in (("negative", gap.broken), ("positive", gap.kept))
            if n
        ],
        "figures": words.listing(figures),
        "quotes": sheet.quotes(proof[key] for key in gap.quotes if key in proof),
    }
