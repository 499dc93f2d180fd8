"""`vocmine summary`, and what `analyze` prints: half a screen that a busy analyst can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vocmine.catalogue import display_names
from vocmine.cli.by import by_option, keep_duplicates_option, note_copies, value_name
from vocmine.cli.options import (
    db_option,
    format_option,
    lang_option,
    period_options,
    store_option,
)
from vocmine.cli.selection import LOOSEN, chosen_filter, open_store
from vocmine.cli.words import words
from vocmine.store.reading import (
    Filter,
    count_copies,
    count_messages,
    distribution,
    friction_rows,
    pyramid_rows,
    topic_counts,
)
from vocmine.verdict import pyramid_verdict

if TYPE_CHECKING:
    from vocmine.outcome import Outcome
    from vocmine.store.database import Store

FRICTION_POINTS = 7
TOPICS = 8
QUOTE_CHARACTERS = 60


COLUMNS = (
    *("value", "messages", "share_negative", "claims", "grievances", "urgent", "high_effort"),
    *("friction", "stage", "touchpoint"),
)


@click.command(
    epilog="""\b
Examples:
  vocmine summary
  vocmine summary --by channel
  vocmine summary --by Ciudad --since 2026-01-01
  vocmine summary --by month --format csv > meses.csv

Of copies of a message, in the same words or nearly, the first counts."""
)
@by_option
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def summary(
    db: str, format_: str, lang: str, by: str, keep_duplicates: bool, **filters: str | None
) -> None:
    """Print the first figures of the store, in all or for each value of a column."""
    from vocmine.cli.output import note, print_rows
    from vocmine.store.overview import overview_row
    from vocmine.store.parts import parts

    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        if not count_messages(store, chosen):
            note(f"No analysed message in this store or period. {LOOSEN}")
            if format_ != "table":
                print_rows([], format_)
        elif by:
            with parts(store, chosen, by) as found:
                rows: list[dict[str, Any]] = [
                    {"by": p.column, "value": p.value, **overview_row(store, p.chosen)}
                    for p in found
                ]
            _print_by(rows, format_, lang)
        elif format_ == "table":
            _print_figures(store, chosen, lang, store_option(db))
        else:
            print_rows([overview_row(store, chosen)], format_)
        if format_ == "table" and by:
            note_copies(store, chosen)


def _print_by(rows: list[dict[str, Any]], format_: str, lang: str) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable

    if format_ == "table":
        # Of a message, `urgent` is yes or no; here it is a number of messages.
        shown = [
            readable(row, lang) | {"value": value_name(row["value"], lang), "urgent": row["urgent"]}
            for row in rows
        ]
        columns = [("value", rows[0]["by"]), *headings(COLUMNS[1:], lang)]
        print_rows(shown, format_, columns=columns, lang=lang)
    else:
        print_rows(rows, format_)


def print_summary(
    store: Store, outcome: Outcome, *, lang: str, db: str, keep_duplicates: bool = False
) -> None:
    """Print the summary of a run's messages on stdout.

    Args:
        store: Where the results are.
        outcome: What the run did.
        lang: `es`, `pt` or `en`.
        db: The store as typed, for the next commands.
        keep_duplicates: Count every copy of a message.
    """
    say = words(lang)
    if not outcome.inputs:
        return
    db = store_option(db)
    _print_counts(outcome, say, db)
    # Twice the same record gives the same id twice; it counts once.
    chosen = Filter(messages=sorted(set(outcome.message_ids)), keep_duplicates=keep_duplicates)
    if not count_messages(store, chosen):
        click.echo(say["nothing"])
        return
    _print_figures(store, chosen, lang, db)


def _print_figures(store: Store, chosen: Filter, lang: str, db: str) -> None:
    say = words(lang)
    total = count_messages(store, chosen)
    if copies := count_copies(store, chosen):
        click.echo(say["copies" if copies > 1 else "one_copy"].format(n=copies, total=total))
    _print_headline(store, chosen, total, say)
    worst = _print_friction(store, chosen, lang, say)
    _print_pyramid(store, chosen, lang, say)
    _print_topics(store, chosen, say)
    insights = f" · vocmine insights --friction {worst}{db}" if worst else ""
    click.echo(say["next"].format(db=db, insights=insights))


def _print_counts(outcome: Outcome, say: dict[str, str], db: str) -> None:
    counts = outcome.counts
    names = ", ".join(outcome.inputs)
    click.echo(
        say["counts"].format(
            names=names[:80],
            read=counts.read,
            new=counts.new,
            changed=counts.changed,
            unchanged=counts.unchanged,
        )
    )
    if counts.unchanged and counts.analysed == counts.new == counts.changed == 0:
        click.echo(say["nothing_new"])
    for reason, records in outcome.reasons.most_common():
        click.echo(say["skipped"].format(n=records, reason=say.get(f"skip_{reason}", reason)))
    if counts.failed:
        click.echo(say["failed"].format(n=counts.failed, run=outcome.run_id, db=db))


def _print_headline(store: Store, chosen: Filter, total: int, say: dict[str, str]) -> None:
    sentiment = distribution(store, "sentiment", "sentiment", chosen)
    parts = []
    if sentiment:
        negative = sentiment.get("negative", 0) + sentiment.get("very_negative", 0)
        parts.append(say["negative"].format(p=_percent(negative, total)))
    for table, column, value, key in (
        ("pqrs", "pqrs", "claim", "claims"),
        ("pqrs", "pqrs", "grievance", "grievances"),
        ("pqrs", "urgent", "1", "urgent"),
        ("effort", "effort", "3", "effort"),
        ("effort", "churn", "1", "churn"),
    ):
        if found := distribution(store, table, column, chosen).get(value, 0):
            parts.append(say[key].format(p=_percent(found, total)))
    if parts:
        click.echo("\n" + " · ".join(parts))


def _print_friction(store: Store, chosen: Filter, lang: str, say: dict[str, str]) -> str:
    """Print the main friction points; returns the obstacle of the first, empty without any."""
    from vocmine.cli.output import print_table

    rows = friction_rows(store, chosen, FRICTION_POINTS)
    if not rows:
        # Silence where nobody looked: analyzers may be left out with --analyzer.
        if {"segment_friction", "segment_polarity"} <= set(store.db.table_names()):
            click.echo(say["no_friction"])
        return ""
    names = {code: display_names(code, lang) for code in ("friction", "stage", "touchpoint")}
    shown = [
        {
            "rank": rank,
            **{code: names[code][row[code]] for code in names},
            "messages": row["messages"],
            "share": f"{row['share']:.0%}".replace("%", " %"),
            "quote": _quote(row["quote"]),
        }
        for rank, row in enumerate(rows, 1)
    ]
    columns = ("rank", "friction", "stage", "touchpoint", "messages", "share", "quote")
    print_table(shown, [(c, say[f"column_{c}"]) for c in columns], title="\n" + say["hurts"])
    return str(rows[0]["friction"])


def _print_pyramid(store: Store, chosen: Filter, lang: str, say: dict[str, str]) -> None:
    names = display_names("pyramid", lang)
    rows = pyramid_rows(store, chosen)
    parts = [
        f"{names[row['level']]} {_percent(row['positive'], row['positive'] + row['negative'])}"
        for row in rows
        if row["positive"] + row["negative"]
    ]
    if parts:
        click.echo(say["pyramid"].format(levels=" · ".join(parts)))
        levels = [
            {"level": row["level"], "met": row["positive"], "missed": row["negative"]}
            for row in rows
        ]
        click.echo(f"  {pyramid_verdict(levels, lang)}")


def _print_topics(store: Store, chosen: Filter, say: dict[str, str]) -> None:
    rows = topic_counts(store, chosen, TOPICS)
    if rows:
        shown = " · ".join(f"{row['name']} ({row['messages']})" for row in rows)
        click.echo(say["topics"].format(topics=shown))


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}".replace("%", " %") if whole else "–"


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return f"«{flat[:QUOTE_CHARACTERS]}{'…' if len(flat) > QUOTE_CHARACTERS else ''}»"
