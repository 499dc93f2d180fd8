"""`vocmine runs`: what was analysed, when, and what failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import db_option, format_option, lang_option
from vocmine.cli.selection import Cut, open_store, rows_at_most, rows_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vocmine.store import Store

ROWS = 20
COUNTS = ("read", "new", "changed", "unchanged", "skipped", "failed", "analysed")
COLUMNS = ("id", "name", "status", *COUNTS)


@click.command(
    epilog="""\b
Examples:
  vocmine runs
  vocmine runs last
  vocmine runs 3 --format json"""
)
@click.argument("run", required=False, metavar="[RUN]")
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def runs(run: str | None, db: str, format_: str, lang: str, limit: int | None) -> None:
    """List the runs of a store; with RUN (its number, or 'last') show one.

    One run: what was asked, how many records were read, left out (by reason) and analysed, and each
    failure with its reason.
    """
    from vocmine.cli.output import print_rows
    from vocmine.display import headings
    from vocmine.store.listing import run_object, run_rows

    with open_store(db) as store:
        if run is None:
            rows = Cut(run_rows(store), rows_at_most(limit, format_, ROWS))
            print_rows(
                rows,
                format_,
                columns=headings(COLUMNS, lang),
                empty="The store has no run. Run 'vocmine analyze FILE' first.",
            )
            rows.note_rest(format_)
            return
        found = run_object(store, _number(store, run))
    if format_ == "table":
        _print_run(found, lang)
    elif format_ == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_rows([_flat(found) if format_ == "csv" else found], format_)


def _number(store: Store, given: str) -> int:
    from vocmine.errors import UsageError
    from vocmine.store.listing import run_rows

    if given == "last":
        newest = run_rows(store, 1)
        if not newest:
            raise UsageError("The store has no run.", "Run 'vocmine analyze FILE' first.")
        return int(newest[0]["id"])
    try:
        return int(given)
    except ValueError:
        raise UsageError(
            f"'{given}' is not the number of a run.", "Take one from 'vocmine runs', or 'last'."
        ) from None


def _flat(run: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in run.items()
    }


def _print_run(run: Mapping[str, Any], lang: str) -> None:
    from vocmine.cli.output import print_table
    from vocmine.cli.words import words
    from vocmine.display import heading, headings

    say = words(lang)
    click.echo(f"{run['id']} · {run['name']} · {run['status']} · vocmine {run['version']}")
    click.echo(f"{run['started_at']} – {run['finished_at'] or '…'}")
    given = {name: value for name, value in run["options"].items() if value not in ("", None, [])}
    click.echo(
        "  ".join(f"{name}={json.dumps(v, ensure_ascii=False)}" for name, v in given.items())
    )
    click.echo(" · ".join(f"{heading(name, lang)}: {run[name]}" for name in COUNTS))
    print_table(run["analyses"], headings(("name", "version", "plugin", "status"), lang))
    if run["skips"]:
        shown = [{**s, "reason": say.get(f"skip_{s['reason']}", s["reason"])} for s in run["skips"]]
        print_table(
            shown,
            headings(("source", "reason", "records", "example"), lang),
            title=heading("skipped", lang),
        )
    if run["failures"]:
        print_table(
            run["failures"],
            headings(("plugin", "source", "locator", "error"), lang),
            title=heading("failed", lang),
        )
