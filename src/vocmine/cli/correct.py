"""`vocmine correct`: what people know better than the model, kept for good."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import db_option, format_option, lang_option, typed
from vocmine.cli.reading import parse_pairs, read_options, table_options
from vocmine.cli.selection import Cut, open_store, rows_at_most, rows_option
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.correction_input import Given
    from vocmine.store import Store

ROWS = 30
PROBLEMS_SHOWN = 10
"""Rows that cannot be used which are named."""
COLUMNS = ("id", "external_id", "quote", "field", "before", "value", "state", "author")


@click.command(
    epilog="""\b
Examples:
  vocmine correct --message R-1042 pqrs=reclamo urgente=si
  vocmine correct --message R-1042 --insight "llegó tarde" friction=delay polarity=-1
  vocmine correct --message R-1042 --insight "buen día" --remove
  vocmine correct correcciones.csv --author "Ana Ruiz"
  vocmine correct --list
  vocmine correct --undo 12
  vocmine correct --export etiquetas.csv

A file has a column external_id (and source, where two exports share ids), any of the columns pqrs,
sentiment, emotions, effort, churn, recommend, urgent, and for insights a quote with polarity,
friction or category, stage, pyramid, touchpoint; action says 'remove' where there is no point.
What 'vocmine export' writes can be edited and given back: what is not changed makes no correction.
A quote where no insight is adds one. Labels are codes or names in Spanish, Portuguese or English.

Corrections survive: they are applied again whenever the message is analysed, with any model."""
)
@click.argument("given", nargs=-1, metavar="[FILE | FIELD=VALUE...]")
@click.option("--message", default="", metavar="ID", help="Correct this message.")
@click.option("--source", default="", metavar="NAME", help="Export that the message is of.")
@click.option("--insight", "quote", default="", metavar="QUOTE", help="Correct this point of it.")
@click.option("--remove", is_flag=True, help="There is no such insight.")
@click.option("--author", default="", metavar="NAME", help="Who corrects.")
@click.option("--note", default="", metavar="TEXT", help="Why.")
@click.option(
    "--confirm", is_flag=True, help="Also keep labels that agree: somebody looked at them."
)
@click.option("--list", "listed", is_flag=True, help="List the corrections that count.")
@click.option("--history", is_flag=True, help="List them all, also undone and replaced ones.")
@click.option("--undo", multiple=True, type=int, metavar="N", help="Undo correction N.")
@click.option("--export", "output", default="", metavar="FILE", help="Write them for 'train'.")
@click.option("--force", is_flag=True, help="Replace the file of --export.")
@table_options("external_id, quote, pqrs …")
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def correct(given: tuple[str, ...], db: str, **options: Any) -> None:
    """Correct labels and insights, for good.

    Give a FILE of corrections, or --message and FIELD=VALUE.
    """
    from vocmine.store import Store

    _check_asked(given, options)
    if options["listed"] or options["history"]:
        with open_store(db) as store:
            _list(store, options)
        return
    if options["output"]:
        with open_store(db) as store:
            _export(store, options)
        return
    with Store(db, create=False) as store:
        if options["undo"]:
            _undo(store, options)
            return
        found = _asked(store, given, options)
        _record(store, found, options)
    sys.exit(1 if found.problems else 0)


def _check_asked(given: Sequence[str], options: dict[str, Any]) -> None:
    """Refuse two things at once, and nothing at all."""
    asked = {
        "a FILE": bool(given) and not options["message"],
        "--message": bool(options["message"]),
        "--list": options["listed"] or options["history"],
        "--undo": bool(options["undo"]),
        "--export": bool(options["output"]),
    }
    named = [name for name, is_asked in asked.items() if is_asked]
    if len(named) != 1:
        what = f"{named[0]} and {named[1]} at once" if named else "nothing to correct"
        raise UsageError(
            f"There is {what}.",
            "Give a FILE, or --message ID with FIELD=VALUE, or one of --list, --undo, --export.",
        )
    if not options["message"] and (options["quote"] or options["remove"]):
        raise UsageError(
            "--insight and --remove need --message.", "Say which message: --message ID."
        )


def _asked(store: Store, given: Sequence[str], options: dict[str, Any]) -> Given:
    from vocmine.correction_input import Resolver, read_corrections
    from vocmine.inputs import missing

    resolver = Resolver(store)
    if options["message"]:
        return _of_message(resolver, given, options)
    if len(given) > 1:
        raise UsageError("correct takes one file.", "Give them one after the other.")
    path = Path(given[0])
    if not path.is_file():
        if "=" in given[0]:
            raise UsageError(f"'{given[0]}' is said of no message.", "Say which: --message ID.")
        raise missing(given[0], "file")
    return read_corrections(path, resolver, read_options(options, ""), author=options["author"])


def _of_message(resolver: Any, given: Sequence[str], options: dict[str, Any]) -> Given:
    from vocmine.correction_input import Given
    from vocmine.store.correcting import INSIGHT_FIELDS
    from vocmine.store.corrections import Correction

    message = resolver.message(typed(options["message"]), typed(options["source"]))
    pairs = parse_pairs(given, "FIELD=VALUE", "pqrs=reclamo", blank=True)
    labels = [resolver.value(resolver.field(name), value) for name, value in pairs.items()]
    if not labels and not options["remove"]:
        raise UsageError("No label is given.", "For example: pqrs=reclamo.")
    author, note = options["author"], options["note"]
    of_insight = [label for label in labels if label[0] in INSIGHT_FIELDS]
    made = [
        Correction(message, name, code, None, author, note)
        for name, code in labels
        if (name, code) not in of_insight
    ]
    if options["quote"]:
        span = resolver.span(message, typed(options["quote"]))
        made += resolver.insight(
            message, span, of_insight, remove=options["remove"], author=author, note=note
        )
    elif of_insight or options["remove"]:
        what = of_insight[0][0] if of_insight else "--remove"
        raise UsageError(f"{what} is about an insight.", "Say which: --insight 'its words'.")
    return Given(made)


def _record(store: Store, found: Given, options: dict[str, Any]) -> None:
    from vocmine.cli.output import note
    from vocmine.store.corrections import correction_rows, record

    made = record(store, found.corrections, confirm=options["confirm"])
    rows = [row for row in correction_rows(store) if row["id"] in set(made.made)]
    if rows:
        _print(store, rows, options)
    note(f"Corrections made: {len(made.made)}; labels that agreed already: {made.agreed}.")
    if made.unapplied:
        note(
            f"Of these, {len(made.unapplied)} found nothing to correct; they are kept and applied "
            "when an analysis gives what they are about."
        )
    for problem in found.problems[:PROBLEMS_SHOWN]:
        note(f"Error: {problem}")
    if len(found.problems) > PROBLEMS_SHOWN:
        note(f"Rows that cannot be used: {len(found.problems)}; the others are done.")


def _list(store: Store, options: dict[str, Any]) -> None:
    from vocmine.store.corrections import correction_rows

    rows = correction_rows(store, every=options["history"])
    _print(store, rows, options, empty="Nothing was corrected yet. See 'vocmine correct --help'.")


def _print(
    store: Store, rows: Sequence[dict[str, Any]], options: dict[str, Any], *, empty: str = ""
) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings
    from vocmine.store.categories import category_names

    format_, lang = options["format_"], options["lang"]
    own = category_names(store, lang)
    cut = Cut(rows, rows_at_most(options["limit"], format_, ROWS))
    print_rows(
        (_shown(row, lang, own) for row in cut) if format_ == "table" else cut,
        format_,
        columns=headings(COLUMNS, lang),
        lang=lang,
        empty=empty,
    )
    cut.note_rest(format_)


def _shown(row: Any, lang: str, own: Mapping[str, str]) -> dict[str, Any]:
    """A row with the names of its field and labels."""
    from vocmine.display import heading, name_of
    from vocmine.store.correcting import MANY
    from vocmine.store.correcting import typed as stored

    def named(value: str | None) -> Any:
        if value is None:
            return value
        if row["field"] == "insight":
            return name_of("churn", value == "yes", lang)  # a yes or a no
        if row["field"] == "category":
            return own.get(value, value)
        if row["field"] == "emotions":
            return ", ".join(name_of("emotions", value.split(MANY), lang)) if value else "–"
        return name_of(row["field"], stored(row["field"], value), lang)

    return {
        **row,
        "field": heading(row["field"], lang),
        "before": named(row["before"]),
        "value": named(row["value"]),
        "state": name_of("state", row["state"], lang),
    }


def _undo(store: Store, options: dict[str, Any]) -> None:
    from vocmine.cli.output import note
    from vocmine.store.corrections import undo

    undo(store, options["undo"])
    note(f"Undone: {', '.join(map(str, options['undo']))}.")


def _export(store: Store, options: dict[str, Any]) -> None:
    from vocmine.cli.export import format_of
    from vocmine.cli.output import note
    from vocmine.export import export

    output = options["output"]
    counts = export(
        store,
        Path(output),
        what=["corrections"],
        format_=format_of(output),
        lang=options["lang"],
        overwrite=options["force"],
    )
    click.echo(output)
    note(f"Rows of labels: {counts['corrections']}. Learn from them: vocmine train {output}")
