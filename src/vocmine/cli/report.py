"""`vocmine report`: the report as a web page, a workbook or a Markdown text."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import by_option, keep_duplicates_option, value_name
from vocmine.cli.deciding import decision_options, decision_options_of, take_decision_options
from vocmine.cli.options import db_option, lang_option, period_options
from vocmine.cli.selection import check_stored, chosen_filter, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.report import Filters
    from vocmine.report.decisions import Options
    from vocmine.report.sections import DrawnSection
    from vocmine.store import Store

PERIOD = ("since", "until", "source")


@click.command(
    epilog="""\b
Examples:
  vocmine report
  vocmine report -o informe.html --title "Banco de los Andes, primer trimestre"
  vocmine report --no-why
  vocmine report --by Ciudad
  vocmine report --regime telecom --today 2026-11-22 --owners areas.toml
  vocmine report --events paros.csv --promises promesas.txt
  vocmine report --since 2026-01-01 --until 2026-04-01 --lang en
  vocmine report --by Ciudad -o informe.xlsx
  vocmine report --format md -o -

The web page is whole: charts and texts are in it, and it opens without a network. The workbook has
a sheet for each question and for each area; the Markdown text is for an e-mail or a wiki."""
)
@click.option(
    "--output",
    "-o",
    default="",
    show_default="vocmine-report.html, or the ending of the format",
    metavar="FILE",
    help="The report to write; an older web page is replaced. - is stdout, for Markdown.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("html", "xlsx", "md")),
    default=None,
    show_default="by the name of the file, or html",
    help="A web page, an Excel workbook or a Markdown text.",
)
@click.option("--force", is_flag=True, help="Replace a workbook or Markdown file that is there.")
@click.option("--title", default="", help="Heading of the report.  [default: a standing one]")
@period_options
@click.option("--channel", default="", metavar="NAME", help="Only this channel.")
@click.option("--country", default="", metavar="CODE", help="Only this country.")
@click.option(
    "--why/--no-why",
    default=True,
    show_default=True,
    help="Mark the words that weighed most in the quotes of friction points (a few seconds), where "
    "the installed model gave their labels.",
)
@by_option
@decision_options
@keep_duplicates_option
@db_option
@lang_option
def report(
    db: str,
    lang: str,
    output: str,
    format_: str | None,
    force: bool,
    title: str,
    why: bool,
    by: str,
    keep_duplicates: bool,
    **given: Any,
) -> None:
    """Write the report of a store as one file, and print its path."""
    from vocmine.cli.output import note
    from vocmine.cli.report_files import asked_format, write_report_file

    brought, filters = take_decision_options(given), given
    format_, output = asked_format(format_ or "", output)
    path = checked_output(output, "-o") if format_ == "html" else Path(output)
    with open_store(db) as store:
        wanted = _filters(store, filters, keep_duplicates)
        analysed = "SELECT count(*) FROM messages WHERE skip_reason IS NULL"
        if not store.conn.execute(analysed).fetchone()[0]:
            note("The store has no analysed message. Run 'vocmine analyze FILE' first.")
        options = decision_options_of(by=by, country=wanted.country, **brought)
        if format_ != "html":
            write_report_file(
                store,
                output,
                format_,
                lang=lang,
                title=title,
                filters=wanted,
                options=options,
                overwrite=force,
            )
            return
        problems = report_to(
            store, path, lang=lang, title=title, filters=wanted, why=why, options=options
        )
    click.echo(path)
    for problem in problems:
        note(f"Error: {problem}")
    sys.exit(1 if problems else 0)


def _filters(store: Store, given: dict[str, str], keep_duplicates: bool) -> Filters:
    """The filters of the report, each of which must choose something that is stored."""
    from vocmine.report import Filters

    chosen = chosen_filter(store, **{name: given[name] for name in PERIOD})
    country = given["country"].upper()
    check_stored(store, channel=given["channel"], country=country)
    return Filters(
        since=chosen.since,
        until=_day_before(chosen.until),
        source=chosen.source,
        channel=given["channel"],
        country=country,
        keep_duplicates=keep_duplicates,
    )


def checked_output(name: str, option: str) -> Path:
    """Where to write a report: a web page, so that no export is ever replaced by one.

    Raises:
        UsageError: When it is no web page, or its folder is missing or cannot be written to.
    """
    from vocmine.errors import UsageError

    path = Path(name)
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(
            f"'{name}' is not the name of a web page.", f"End it in .html: {option} informe.html."
        )
    if not path.parent.is_dir():
        raise UsageError(f"The folder '{path.parent}' does not exist.", "Make it first.")
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        raise UsageError(f"'{name}' cannot be written.", f"Choose another file with {option}.")
    return path


def report_to(
    store: Store,
    path: Path,
    *,
    lang: str,
    title: str = "",
    filters: Filters | None = None,
    why: bool = True,
    options: Options | None = None,
) -> list[str]:
    """Write the report; returns a sentence for each plugin's section that failed.

    Args:
        store: An open store.
        path: The file to write.
        lang: `es`, `pt` or `en`.
        title: Heading; empty means a standing one.
        filters: Which messages; None means all.
        why: Mark the words that weighed most in quotes.
        options: What the team brings; None means nothing of its own.

    Raises:
        UsageError: When the options name a column, country or regime that does not exist, or a file
            that cannot be read.
    """
    from vocmine.plugins import load_plugins
    from vocmine.report import Filters, draw_section, render_report, write_report
    from vocmine.report.decisions import decide

    plugins = load_plugins()
    registered = plugins.of("section").values()
    if registered:
        plugins.prepare_store(store.db)  # a section may count on what its plugin adds
    sections = [draw_section(section, store.db, lang) for section in registered]
    chosen = options or decision_options_of()
    for by in chosen.by:
        sections.insert(0, _by_column(store, by, filters or Filters(), lang))
    html = render_report(
        store.db,
        lang=lang,
        title=title,
        sections=sections,
        filters=filters,
        why=partial(_friction_words, store) if why else None,
        decisions=decide(store, filters, chosen),
    )
    write_report(path, html)
    return [section.problem for section in sections if section.problem]


def _by_column(store: Store, by: str, filters: Filters, lang: str) -> DrawnSection:
    """The section that compares the values of a column, of the messages of the report."""
    from vocmine.display import heading
    from vocmine.report.by import part_section
    from vocmine.report.scope import report_scope
    from vocmine.store.overview import overview_row
    from vocmine.store.parts import parts
    from vocmine.store.reading import Filter

    with report_scope(store.db, filters):
        ids = [row[0] for row in store.conn.execute("SELECT id FROM report_messages")]
    # Of copies the scope has left the first.
    chosen = Filter(messages=ids, keep_duplicates=True)
    with parts(store, chosen, by) as found:
        rows = [
            {**overview_row(store, part.chosen), "value": value_name(part.value, lang)}
            for part in found
        ]
        column = found[0].column if found else by
    return part_section(rows, column, heading("friction", lang), lang)


def _friction_words(store: Store, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Words of the friction of insights; none without the model that gave it."""
    from vocmine.cli.output import note
    from vocmine.errors import VocmineError
    from vocmine.explanation_reading import model_of, words_of

    try:
        found = words_of(store, model_of(store), ids, ("friction",))
    except VocmineError as error:
        note(f"Note: no words are marked in the quotes. {error}")
        return {}
    return {key: words for key, words in found.words.items() if key not in found.others}


def _day_before(day: str) -> str:
    """The report names its last day; `--until` is the first day after it, as everywhere."""
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat() if day else ""
