"""`vocmine export`: results as files."""

from __future__ import annotations

from pathlib import Path

import click

from vocmine.cli.options import db_option, filter_options, lang_option
from vocmine.cli.selection import chosen_filter, open_store

FORMATS = ("csv", "jsonl", "xlsx")
NAMES = {
    "messages": ("message", "messages"),
    "insights": ("insight", "insights"),
    "friction": ("friction point", "friction points"),
    "journey": ("stage", "stages"),
    "pyramid": ("level", "levels"),
    "topics": ("topic", "topics"),
    "corrections": ("correction", "corrections"),
}
"""What can be exported, and how one and several of its rows are called."""


@click.command(
    epilog="""\b
Examples:
  vocmine export resultados.xlsx
  vocmine export insights.csv --what insights --friction billing
  vocmine export mensajes.jsonl --since 2026-01-01
  vocmine export quejas.csv --delimiter ';'

An .xlsx holds a sheet for each of: messages, insights, friction, topics (or those in --what), with
headings and labels in --lang. csv and jsonl hold one thing, with stable codes; messages.jsonl has
the objects of 'vocmine analyze --format jsonl'. Cells that a spreadsheet would take for a formula
begin with ' in csv. With a filter, messages are those with such an insight, and topics are theirs.
"""
)
@click.argument("output", metavar="OUT")
@click.option(
    "--what",
    multiple=True,
    type=click.Choice(tuple(NAMES)),
    help="What to export; may be repeated for xlsx.  "
    "[default: messages; in xlsx messages, insights, friction, topics]",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Format of OUT.  [default: by its extension]",
)
@click.option(
    "--delimiter", default=",", show_default=True, metavar="CHAR", help="Between the cells of csv."
)
@click.option("--force", is_flag=True, help="Replace OUT when it exists.")
@filter_options
@db_option
@lang_option
def export(
    output: str,
    what: tuple[str, ...],
    format_: str | None,
    delimiter: str,
    force: bool,
    db: str,
    lang: str,
    **filters: str | None,
) -> None:
    """Export results to OUT (.csv, .jsonl or .xlsx), and print its path."""
    from vocmine.cli.output import note
    from vocmine.errors import UsageError
    from vocmine.export import WORKBOOK
    from vocmine.export import export as write

    chosen_format = format_ or format_of(output)
    contents = list(dict.fromkeys(what)) or (
        list(WORKBOOK) if chosen_format == "xlsx" else ["messages"]
    )
    if len(contents) > 1 and chosen_format != "xlsx":
        raise UsageError(
            f"A {chosen_format} file holds one thing, not {len(contents)}.",
            "Export to .xlsx, or once for each --what.",
        )
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise UsageError("--delimiter takes one character.", "For example: --delimiter ';'.")
    with open_store(db) as store:
        counts = write(
            store,
            Path(output),
            what=contents,
            format_=chosen_format,
            lang=lang,
            chosen=chosen_filter(store, **filters),
            delimiter=delimiter,
            overwrite=force,
        )
    click.echo(output)
    note(", ".join(f"{count} {NAMES[name][count != 1]}" for name, count in counts.items()))
    if not any(counts.values()):
        note("Nothing to export. Loosen the filters, or run 'vocmine analyze FILE' first.")


def format_of(output: str) -> str:
    """The format that the extension of a file tells.

    Raises:
        UsageError: It tells none.
    """
    from vocmine.errors import UsageError

    extension = Path(output).suffix.lower().removeprefix(".")
    if extension in FORMATS:
        return extension
    raise UsageError(
        f"The extension of '{output}' tells no format.",
        "End it in .csv, .jsonl or .xlsx, or give --format.",
    )
