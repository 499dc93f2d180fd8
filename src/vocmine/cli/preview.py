"""`vocmine preview`: what would be read, before anything is stored."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.reading import country_option, read_options, reading_options

if TYPE_CHECKING:
    from vocmine.inputs import Input

LOOKED_AT = 1000
"""Records of each export that are read."""
SHOWN_PROBLEMS = 10
"""Records that cannot be read of which the reason is shown; all are counted."""


@click.command(
    epilog="""\b
Examples:
  vocmine preview quejas.csv
  vocmine preview quejas.csv --map text=Hechos --messages 20
  vocmine preview exports/ --format json"""
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@reading_options
@country_option
@click.option(
    "--messages",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="Messages to show of each export.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="A text to read, or JSON.",
)
def preview(
    paths: tuple[str, ...], country: str, messages: int, format_: str, **given: Any
) -> None:
    """Show how an export would be read; nothing is stored.

    Prints the source plugin, the format, which column feeds which field, and the first messages.
    Correct what is wrong with the options below; 'vocmine analyze' takes the same ones.
    """
    from vocmine.cli.output import relay_warnings
    from vocmine.inputs import Inputs
    from vocmine.plugins import load_plugins

    relay_warnings(quiet=False)
    options = read_options(given, country)
    found = []
    Inputs.check(paths)
    with Inputs(load_plugins(), options, given.get("source") or "") as inputs:
        for source in inputs.open(paths):
            found.append(_describe(source, messages))
            if format_ == "table":
                _print(found[-1])
        if format_ == "json":
            click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        for ignored in inputs.ignored:
            click.echo(f"Note: '{ignored.path}' is left aside: {ignored.error.message}", err=True)
        wrong = [*(str(f.error) for f in inputs.failures), *(f["failure"] for f in found)]
        for sentence in filter(None, wrong):
            click.echo(f"Error: {sentence}", err=True)
        sys.exit(1 if any(wrong) else 0)


def _describe(source: Input, wanted: int) -> dict[str, Any]:
    from vocmine.cleaning import Cleaner
    from vocmine.intake import mended, until_failure
    from vocmine.message import Message, Skipped

    shown: list[dict[str, Any]] = []
    skipped: Counter[str] = Counter()
    unreadable: list[str] = []
    unread = 0
    looked = 0
    failures: list[Exception] = []
    options = source.options
    cleaner = Cleaner(repair_text=options.repair_text, as_exported=options.as_exported)
    records = until_failure(islice(source.records(), LOOKED_AT), failures)
    for record in mended(records, cleaner):
        looked += 1
        if isinstance(record, Skipped):
            skipped[record.reason] += 1
        elif not isinstance(record, Message):
            unread += 1
            if len(unreadable) < SHOWN_PROBLEMS:
                unreadable.append(f"{record.locator}: {record.error}")
        elif len(shown) < wanted:
            fields = ("locator", "external_id", "created_at", "channel", "score", "title", "text")
            shown.append({name: getattr(record, name) for name in fields})
    detection = source.detection
    return {
        "file": source.name,
        "source": source.plugin,
        "score": round(detection.score, 2),
        "format": detection.format,
        "reason": detection.reason,
        "details": dict(detection.details),
        "mapping": dict(detection.mapping),
        "columns": list(detection.columns),
        "warnings": [*detection.warnings, *cleaner.mended.notes()],
        "looked_at": looked,
        "skipped": dict(skipped),
        "unreadable_count": unread,
        "unreadable": unreadable,
        "failure": str(source.failure(failures[0], looked)) if failures else "",
        "messages": shown,
    }


def _print(found: dict[str, Any]) -> None:
    click.echo(f"{found['file']}: {found['format']}, read by '{found['source']}'")
    if found["reason"]:
        click.echo(f"  why: {found['reason']}")
    beside = {name: found["details"].get(name, "") for name in ("context", "joined")}
    for key, value in found["details"].items():
        if key not in beside:
            click.echo(f"  {key}: {value}")
    for field, column in found["mapping"].items():
        more = beside["joined"] if field == "text" else ""
        click.echo(f"  {field:<12} <- {' + '.join(filter(None, (column, *more.split(' | '))))}")
    context = [column for column in beside["context"].split(" | ") if column]
    for column in context:
        click.echo(f"  {'context':<12} <- {column}")
    listed = (found["details"].get("open_questions", ""), *beside.values())
    used = {*found["mapping"].values(), *(name for some in listed for name in some.split(" | "))}
    unused = [c for c in found["columns"] if c not in used]
    if unused:
        click.echo(f"  kept, not analysed: {', '.join(unused)}")
    for warning in found["warnings"]:
        click.echo(f"  careful: {warning}")
    counts = [f"{n} {reason}" for reason, n in found["skipped"].items()]
    click.echo(
        f"  first {found['looked_at']} records: {found['unreadable_count']} unreadable, "
        f"skipped: {', '.join(counts) or 'none'}"
    )
    for problem in found["unreadable"]:
        click.echo(f"    {problem}")
    for message in found["messages"]:
        facts = [
            message["locator"],
            message["external_id"],
            message["created_at"] and f"{message['created_at']:%Y-%m-%d}",
            message["channel"],
            message["score"] and f"{message['score']:g}/5",
        ]
        click.echo(f"\n  [{' · '.join(str(fact) for fact in facts if fact)}] {message['title']}")
        text = " ".join(message["text"].split())
        click.echo(f"    {text[:300]}{'…' if len(text) > 300 else ''}")
    click.echo("")
