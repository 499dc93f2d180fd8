"""`vocmine unusual`: the messages unlike all others, to be read by a person."""

from __future__ import annotations

import click

from vocmine.cli.options import db_option, format_option, lang_option

HEADINGS = {
    "es": ("Id", "Fecha", "Menos raros", "Mensaje"),
    "pt": ("Id", "Data", "Menos raras", "Mensagem"),
    "en": ("Id", "Date", "Less unusual", "Message"),
}
COLUMNS = ("external_id", "day", "rank", "text")
ROWS = """\
SELECT m.external_id, date(m.created_at) AS day, round(n.rank, 3) AS rank, m.text
FROM novelty AS n JOIN messages AS m ON m.id = n.message_id
ORDER BY n.rank DESC, n.distance DESC, m.id LIMIT ?"""


@click.command(
    epilog="""\b
Examples:
  vocmine unusual
  vocmine unusual --limit 50 --format csv > raros.csv"""
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@db_option
@format_option
@lang_option
def unusual(db: str, format_: str, lang: str, limit: int) -> None:
    """List the messages least like any other: first signs of something new, and strays."""
    from vocmine.cli.output import print_rows
    from vocmine.cli.selection import open_store

    with open_store(db) as store:
        known = "novelty" in store.db.table_names()
        rows = list(store.db.query(ROWS, [limit])) if known else []
    headings = HEADINGS.get(lang, HEADINGS["es"])
    print_rows(
        rows,
        format_,
        columns=list(zip(COLUMNS, headings, strict=True)),
        empty="No message has a rank: run 'vocmine analyze FILE' with 30 messages or more.",
    )
