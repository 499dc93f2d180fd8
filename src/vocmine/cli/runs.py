"""`vocmine runs`: what was analysed, when, and what failed."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import DEFAULT_STORE, db_option, format_option, lang_option
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

    One run: what was asked, how many records were read, left out (by reason) and analysed, how long
    each plugin took and how much memory, and each failure with its reason.
    """
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.store.listing import run_object, run_rows

    with open_store(db) as store:
        if run is None:
            rows = Cut(run_rows(store), rows_at_most(limit, format_, ROWS))
            print_rows(
                (readable(row, lang) for row in rows) if format_ == "table" else rows,
                format_,
                columns=headings(COLUMNS, lang),
                empty="The store has no run. Run 'vocmine analyze FILE' first.",
            )
            rows.note_rest(format_)
            return
        found = run_object(store, _number(store, run))
    if format_ == "table":
        _print_run(found, lang, rows_at_most(limit, format_, ROWS))
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


def _print_run(run: Mapping[str, Any], lang: str, most: int) -> None:
    from vocmine.cli.output import print_table
    from vocmine.display import heading, headings, name_of, readable

    click.echo(
        f"{run['id']} · {run['name']} · {name_of('status', run['status'], lang)} "
        f"· vocmine {run['version']}"
    )
    click.echo(f"{_local(run['started_at'])} – {_local(run['finished_at']) or '…'}")
    click.echo(f"{heading('files', lang)}: {', '.join(run['options'].get('paths', []))}")
    if asked := _asked(run["options"]):
        click.echo(f"{heading('options', lang)}: {' · '.join(asked)}")
    click.echo(" · ".join(f"{heading(name, lang)}: {run[name]}" for name in COUNTS))
    print_table(
        [readable(analysis, lang) for analysis in run["analyses"]],
        headings(("name", "version", "plugin", "status"), lang),
    )
    if run["costs"]:
        print_table(
            [_cost(cost, lang) for cost in run["costs"]],
            headings(("part", "name", "plugin", "seconds", "memory_mb"), lang),
            title=heading("costs", lang),
        )
    if run["skips"]:
        print_table(
            [{**skip, "reason": name_of("skipped", skip["reason"], lang)} for skip in run["skips"]],
            headings(("source", "reason", "records", "example"), lang),
            title=heading("skipped", lang),
        )
    if run["failures"]:
        failures = Cut(run["failures"], most)
        print_table(
            list(failures),
            headings(("plugin", "source", "locator", "error"), lang),
            title=heading("failed", lang),
        )
        failures.note_rest("table")


def _cost(cost: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """In megabytes, rounded: the figure is a rough one."""
    from vocmine.display import name_of

    part = name_of("part", cost["kind"], lang)
    return {**cost, "part": part, "memory_mb": round(cost["memory"] / 1e6)}


def _local(moment: str | None) -> str:
    """A stored moment as the clock on the wall showed it."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M:%S}" if moment else ""


def _asked(options: Mapping[str, Any]) -> list[str]:
    """What was asked for, as it is typed; paths and defaults left out."""
    from vocmine.cli.analyze import Request
    from vocmine.runtime import Settings

    usual = json.loads(json.dumps(asdict(Settings()) | asdict(Request(db=DEFAULT_STORE))))
    return [
        " ".join([_TYPED.get(name, f"--{name}"), *_values(value)])
        for name, value in options.items()
        if name != "paths" and value != usual.get(name)
    ]


_TYPED = {
    "analyzers": "--analyzer",
    "fail_fast": "--fail-fast",
    "format_": "--format",
    "options": "--option",
}
"""Options whose name as typed differs from that of their value."""


def _values(value: Any) -> list[str]:
    if value is True:
        return []
    if isinstance(value, list):
        return [", ".join(map(str, value))]
    if isinstance(value, dict):
        return [
            ", ".join(
                f"{name}.{key}={of}" for name, own in value.items() for key, of in own.items()
            )
        ]
    # A date, without the midnight it is stored with.
    return [re.sub(r"[T ]00:00:00.*", "", str(value))]
