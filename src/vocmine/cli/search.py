"""`vocmine search`: full-text search over the messages."""

from __future__ import annotations

import click

from vocmine.cli.options import db_option, format_option, lang_option, typed
from vocmine.cli.selection import Cut, open_store, rows_at_most, rows_option

ROWS = 20
COLUMNS = ("external_id", "created_at", "source", "snippet")


@click.command(
    epilog="""\b
Examples:
  vocmine search tarjeta bloqueada
  vocmine search '"no me deja entrar"'
  vocmine search 'factur*' --format jsonl > facturas.jsonl
  vocmine search --raw 'NEAR(cobro doble, 5) NOT tarjeta'

All the words must be there, in any order and with or without accents and capitals. Words in double
quotes are a phrase; a * at the end finds every word that begins so; other signs do not matter."""
)
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@click.option("--raw", is_flag=True, help="QUERY is written in the query syntax of SQLite's FTS5.")
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def search(
    query: tuple[str, ...], raw: bool, db: str, format_: str, lang: str, limit: int | None
) -> None:
    """Search the messages, best matches first, with the words found between « and »."""
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.errors import UsageError
    from vocmine.store.listing import fts_query, search_rows

    words = typed(" ".join(query))
    wanted = words if raw else fts_query(words)
    if not wanted.strip():
        raise UsageError(f"'{words}' holds no word to search for.", "Type one word at least.")
    with open_store(db) as store:
        rows = Cut(search_rows(store, wanted), rows_at_most(limit, format_, ROWS))
        print_rows(
            (readable(row, lang) for row in rows) if format_ == "table" else rows,
            format_,
            columns=headings(COLUMNS, lang),
            lang=lang,
            empty=f"No message holds '{words}'. Try fewer words, or the start of one: 'cobr*'.",
        )
        rows.note_rest(format_)
