"""`vocmine topics`: what customers talk about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import keep_duplicates_option, note_copies
from vocmine.cli.options import db_option, filter_options, format_option, lang_option
from vocmine.cli.selection import (
    LOOSEN,
    Cut,
    chosen_filter,
    open_store,
    rows_at_most,
    rows_option,
)
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vocmine.store import Store

ROWS = 20
QUOTE = 90
NO_TOPICS = (
    "The store has no topics. Run 'vocmine analyze FILE' with the analyzer 'topic' and some dozens "
    "of messages."
)
COLUMNS = ("topic", "label", "terms", "messages", "segments", "quotes")
EMERGING = ("topic", "label", "recent", "before", "share_recent", "share_before", "first_seen")
CHANGES = ("generation", "topic", "label", "change", "related")
ASSIGNMENTS = ("external_id", "start", "end", "topic", "weight")
OTHER_LISTS = ("assignments", "changes", "emerging")


class PluginGroup(click.Group):
    """A built-in command to which plugins add commands of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that plugins added."""
        _load_plugins(ctx)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One that a plugin added."""
        _load_plugins(ctx)
        return super().get_command(ctx, cmd_name)


def _load_plugins(ctx: click.Context) -> None:
    root = ctx.find_root().command
    if isinstance(root, click.Group):
        root.list_commands(ctx)  # plugins add their commands when these are listed


@click.group(
    cls=PluginGroup,
    invoke_without_command=True,
    epilog="""\b
Examples:
  vocmine topics
  vocmine topics --quotes 5 --limit 5
  vocmine topics --friction billing --since 2026-01-01
  vocmine topics --format jsonl > temas.jsonl
  vocmine topics --assignments --format jsonl > asignaciones.jsonl
  vocmine topics --emerging --days 14

A message may belong to several topics, and may have none. Below a topic come its sub-themes. The
quotes are the clauses most typical of the topic. With a filter, topics are those of the messages
with such an insight. A topic keeps its number from one run to the next, by which
'vocmine topics rename 3 NAME' and the other commands edit it. docs/topics.md tells how they are
found.""",
)
@click.option(
    "--quotes",
    type=click.IntRange(0, 10),
    default=3,
    show_default=True,
    help="Quotes for each topic.",
)
@click.option(
    "--assignments", is_flag=True, help="Instead: which characters of which message have a topic."
)
@click.option("--changes", is_flag=True, help="Instead: topics that were new, split, merged, gone.")
@click.option(
    "--emerging", is_flag=True, help="Instead: topics much more frequent lately than ever before."
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=28,
    show_default=True,
    help="What --emerging takes for lately.",
)
@keep_duplicates_option
@filter_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
@click.pass_context
def topics(
    ctx: click.Context,
    /,
    db: str,
    format_: str,
    lang: str,
    limit: int | None,
    quotes: int,
    days: int,
    keep_duplicates: bool,
    **asked: Any,
) -> None:
    """List the topics customers talk about, with their terms and typical quotes."""
    if ctx.invoked_subcommand:
        return
    other = _other_list(asked)
    with open_store(db) as store:
        most = rows_at_most(limit, format_, ROWS)
        if other:
            _print_other(store, other, days, most, format_, lang)
            return
        _print_topics(store, keep_duplicates, asked, quotes, most, format_, lang)


def _other_list(asked: dict[str, Any]) -> str:
    """Which list is asked for instead of topics; it takes no filter.

    Raises:
        UsageError: Two of them, or one with a filter.
    """
    wanted = [name for name in OTHER_LISTS if asked.pop(name)]
    if len(wanted) > 1:
        raise UsageError(f"--{wanted[0]} and --{wanted[1]} cannot be shown at once.", "Give one.")
    filters = [name for name, value in asked.items() if value]
    if wanted and filters:
        raise UsageError(
            f"--{wanted[0]} is of the whole store and takes no --{filters[0]}.", "Leave one out."
        )
    return wanted[0] if wanted else ""


def _print_topics(
    store: Store,
    keep_duplicates: bool,
    filters: Mapping[str, Any],
    quotes: int,
    most: int,
    format_: str,
    lang: str,
) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings
    from vocmine.store.topics import topic_rows

    in_table = format_ == "table"
    chosen = chosen_filter(store, keep_duplicates, **filters)
    rows = Cut(topic_rows(store, chosen, quotes=quotes), most)
    print_rows(
        map(_readable, rows) if in_table else rows,
        format_,
        columns=headings(COLUMNS if quotes else COLUMNS[:-1], lang),
        empty=f"No topic matches. {LOOSEN}" if any(filters.values()) else NO_TOPICS,
    )
    rows.note_rest(format_)
    if in_table:
        note_copies(store, chosen)
        _note_coverage(store)


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as people read it; a sub-theme stands below its topic."""
    below = "" if row["parent"] is None else "· "
    quotes = "\n".join(f"«{shortened(quote)}»" for quote in row["quotes"])
    return {**row, "label": below + row["label"], "quotes": quotes}


def _note_coverage(store: Store) -> None:
    """Say how many messages have no topic, so that the list is not taken for the whole."""
    from vocmine.cli.output import note
    from vocmine.store.topics import coverage, has_topics

    if has_topics(store):
        having, of = coverage(store)
        if having < of:
            note(f"{of - having} of {of} messages have no topic: nothing they say is said by many.")


def _print_other(store: Store, other: str, days: int, most: int, format_: str, lang: str) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.store.emerging import emerging_rows
    from vocmine.store.topics import assignment_rows, change_rows

    columns: tuple[str, ...] = ASSIGNMENTS
    empty = NO_TOPICS
    found: Iterable[Mapping[str, Any]]
    if other == "assignments":
        found = assignment_rows(store)
    elif other == "changes":
        found, columns = change_rows(store), CHANGES
    else:
        found, columns = emerging_rows(store, days), EMERGING
        empty = f"No topic is surely more frequent in the newest {days} days than before."
    rows = Cut(found, most)
    print_rows(
        (readable(row, lang) for row in rows) if format_ == "table" else rows,
        format_,
        columns=headings(columns, lang),
        lang=lang,
        empty=empty,
    )
    rows.note_rest(format_)


def shortened(text: str) -> str:
    """A quote on one line of a table cell."""
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTE else flat[: QUOTE - 1].rstrip() + "…"
