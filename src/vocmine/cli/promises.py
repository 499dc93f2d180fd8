"""`vocmine promises`: what was promised, and what customers say they got."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import keep_duplicates_option, note_copies
from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import LOOSEN, Cut, chosen_filter, open_store, rows_at_most, rows_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vocmine.journey.promise_list import Promise
    from vocmine.store import Store
    from vocmine.store.frame import Frame

ROWS = 20
COLUMNS = ("promise", "given", "broken", "kept", "share_broken", "quotes")


@click.command(
    epilog="""\b
Examples:
  vocmine promises
  vocmine promises --since 2026-01-01 --format jsonl

\b
With promises of your own, a line each, in a CSV with the headings promesa and, if you like,
palabras (words one of which is said; they make the comparison much surer):
  vocmine promises promesas.csv

\b
  promesa;palabras
  Entrega en 24 horas;entrega,pedido,domicilio

Without them, promises are those whose breach customers tell of, two messages at least, named by the
most typical quote. docs/journey.md says how well a promise is matched."""
)
@click.argument("promises_file", metavar="[PROMISES]", default="")
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def promises(
    promises_file: str,
    db: str,
    format_: str,
    lang: str,
    limit: int | None,
    keep_duplicates: bool,
    **filters: str | None,
) -> None:
    """Show how often promises are kept and broken: yours, in a CSV or TOML file, or those found."""
    from vocmine.cli.output import note, print_rows
    from vocmine.display import heading, readable
    from vocmine.journey.promise_list import load_promises
    from vocmine.store.frame import read_frame

    given = load_promises(Path(promises_file)) if promises_file else []
    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        frame = read_frame(store, chosen)
        rows = Cut(_rows(store, frame, given), rows_at_most(limit, format_, ROWS))
        if format_ != "table":
            print_rows(rows, format_)
            return
        print_rows(
            ({**readable(row, lang), "quotes": "\n".join(row["quotes"])} for row in rows),
            format_,
            columns=[(c, heading("promise_kept" if c == "kept" else c, lang)) for c in COLUMNS],
            lang=lang,
            empty=f"No message tells of a promise. {LOOSEN}",
        )
        rows.note_rest(format_)
        if any(not promise.keywords for promise in given):
            note(
                "A promise without keywords is matched loosely, as docs/journey.md measures; give "
                "it some under 'palabras'."
            )
        _note_alone(frame)
        note_copies(store, chosen)


def _rows(store: Store, frame: Frame, given: Sequence[Promise]) -> Iterator[dict[str, Any]]:
    from vocmine.journey.promises import promise_gaps
    from vocmine.priorities.quotes import quotes_of

    gaps = promise_gaps(store, frame, given)
    found = quotes_of(store, [key for gap in gaps for key in gap.quotes])
    for gap in gaps:
        yield {
            "promise": gap.promise,
            "given": gap.given,
            "kept": gap.kept,
            "broken": gap.broken,
            "share_broken": None if gap.share_broken is None else round(gap.share_broken, 4),
            "quotes": [found[key].text for key in gap.quotes],
        }


def _note_alone(frame: Frame) -> None:
    """Say how many messages complain of a promise, so that the list is not taken for the whole."""
    from vocmine.cli.output import note
    from vocmine.store.frame import code_of

    told = frame.insights.friction == code_of("friction", "promise")
    messages = int(frame.with_insight(told & (frame.insights.polarity < 0)).sum())
    if messages:
        note(
            f"{messages} {'message complains' if messages == 1 else 'messages complain'} of a "
            "broken promise; of those found, one that no other message shares words with is not "
            "listed."
        )
