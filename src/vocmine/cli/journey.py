"""`vocmine journey`: before, during and after the purchase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import by_option, keep_duplicates_option, print_figures
from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import LOOSEN, chosen_filter, open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.store.reading import Filter

COLUMNS = ("place", "insights", "bar", "negative", "positive", "mean_polarity", "messages")
BARS = {100: 20, 0: 7}
"""Width of a terminal from which on the longest bar has so many characters."""


@click.command(
    epilog="""\b
Examples:
  vocmine journey
  vocmine journey --since 2026-01-01 --until 2026-04-01 --lang en
  vocmine journey --by channel
  vocmine journey --format csv > recorrido.csv"""
)
@by_option
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def journey(
    db: str, format_: str, lang: str, by: str, keep_duplicates: bool, **filters: str | None
) -> None:
    """Show the journey: how much is said at each stage, and how well it goes there.

    Mean polarity goes from -2 (very negative) to 2 (very positive). The table adds a line for each
    phase; json, jsonl and csv hold one row for each stage. Copies of a message count once.
    """
    from vocmine.cli.output import note, print_rows
    from vocmine.display import headings
    from vocmine.store.listing import phase_rows
    from vocmine.store.reading import journey_rows

    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)

        def table(part: Filter, title: str) -> None:
            shown = _grouped(phase_rows(store, part), journey_rows(store, part), lang)
            columns = headings(COLUMNS, lang)
            print_rows(shown, format_, columns=columns, title=title, lang=lang)

        if not any(row["insights"] for row in journey_rows(store, chosen)):
            note(f"No insight in this store or period. {LOOSEN}")
        print_figures(
            store,
            chosen,
            by,
            format_,
            lang,
            rows=lambda part: journey_rows(store, part),
            table=table,
        )


def _grouped(
    phases: Sequence[Mapping[str, Any]], stages: Sequence[Mapping[str, Any]], lang: str
) -> list[dict[str, Any]]:
    """Each phase, its stages below; what has no phase only when something was said."""
    from vocmine.cli.output import console
    from vocmine.display import name_of

    terminal = console().width
    full = next(characters for width, characters in BARS.items() if terminal >= width)
    longest = max((row["insights"] for row in stages), default=0)
    shown = []
    for phase in phases:
        if phase["phase"] == "unknown" and not phase["insights"]:
            continue
        shown.append({**phase, "place": name_of("phase", phase["phase"], lang).upper()})
        shown += [
            {
                **stage,
                "place": f"  {name_of('stage', stage['stage'], lang)}",
                "bar": bar(stage["insights"], longest, full),
            }
            for stage in stages
            if stage["phase"] == phase["phase"] != "unknown"
        ]
    return [{"bar": "", **row} for row in shown]


def bar(part: int, longest: int, full: int) -> str:
    """A bar in eighths of a character; something is never drawn as nothing."""
    eighths = max(round(part / longest * full * 8), part > 0) if longest else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
