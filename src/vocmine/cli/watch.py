"""`vocmine watch`: what needs attention, for a person on Monday or for a program every night."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from vocmine.cli.by import keep_duplicates_option
from vocmine.cli.options import db_option, events_option, format_option, lang_option
from vocmine.cli.selection import checked_date, chosen_filter, open_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.trends.attention import Watch
    from vocmine.trends.series import Grain

ALERTED = 3
"""Exit code of `--fail-on-alert` when something needs attention."""


@click.command(
    epilog="""\b
Examples:
  vocmine watch
  vocmine watch --period month --until 2026-08-01
  vocmine watch --format jsonl
  vocmine watch -o alertas.json --fail-on-alert
  vocmine watch --webhook https://hooks.example.com/services/abc

It looks at the newest whole period only: a friction point that spikes or is new, more negative
messages, a lower score or NPS, more messages, fading praise, and PQRS that are overdue. A change
that stays is told once. Exit code 0; with --fail-on-alert 3 when something needs attention.
docs/trends.md tells how to run it every Monday."""
)
@click.option(
    "--period",
    "grain",
    type=click.Choice(("week", "month")),
    default="week",
    show_default=True,
    help="What is compared.",
)
@click.option(
    "--until",
    "--today",
    "until",
    default="",
    metavar="YYYY-MM-DD",
    help="As on the morning of this day: only messages before it.  [default: today]",
)
@click.option("--source", default="", metavar="NAME", help="Only messages of this export.")
@events_option
@click.option("--clock/--no-clock", default=True, help="Tell of overdue PQRS.  [default: tell]")
@click.option("--country", default="", metavar="CODE", help="Whose law.  [default: most messages']")
@click.option("--regime", default="", metavar="CODE", help="Sector, as in 'vocmine pqrs'.")
@click.option("--fail-on-alert", is_flag=True, help=f"Exit with {ALERTED} when there are alerts.")
@click.option("--output", "-o", default="", metavar="FILE", help="Write the alerts as JSON.")
@click.option(
    "--webhook", default="", metavar="URL", help="Send the alerts there, when there are some."
)
@click.option("--with-quotes", is_flag=True, help="Add customers' words, also for the webhook.")
@keep_duplicates_option
@db_option
@format_option
@lang_option
def watch(db: str, format_: str, lang: str, **options: Any) -> None:
    """Tell what needs attention: the newest whole period against everything before it."""
    from vocmine.export import written_whole
    from vocmine.store.frame import read_frame
    from vocmine.trends import attention
    from vocmine.trends.events import load_events
    from vocmine.trends.webhook import check_url, post

    if options["webhook"]:
        check_url(options["webhook"])
    output = _checked_output(options["output"])
    events = load_events(options["events"]) if options["events"] else ()
    until = _day(options["until"])
    with open_store(db) as store:
        chosen = chosen_filter(
            store, options["keep_duplicates"], until=until.isoformat(), source=options["source"]
        )
        frame = read_frame(store, chosen)
        found = attention.watch(frame, cast("Grain", options["grain"]), until, events)
        quoted = options["with_quotes"]
        rows = attention.alert_rows(store, frame, found, lang, quotes=quoted)
        if options["clock"]:
            law = {name: options[name] for name in ("country", "regime")}
            rows += attention.clock_rows(store, chosen, frame, until, lang, **law)
    _print(rows, found, format_, lang)
    content = _content(rows, found, until, options["grain"], lang)
    if output:
        with written_whole(output) as part:
            part.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    if options["webhook"] and rows:
        post(options["webhook"], content)
    sys.exit(ALERTED if options["fail_on_alert"] and rows else 0)


def _day(until: str) -> date:
    return date.fromisoformat(checked_date("until", until)) if until else date.today()


def _checked_output(output: str) -> Path | None:
    """The file to write; one that 'watch' did not write is not replaced.

    Raises:
        UsageError: It is something else, or in a folder that does not exist.
    """
    from vocmine.errors import UsageError

    if not output:
        return None
    path = Path(output)
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder '{path.parent}'.", "Make it, or name another file.")
    if path.exists():
        try:
            ours = "alerts" in json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, TypeError):
            ours = False
        if not ours:
            raise UsageError(
                f"'{output}' exists and holds no alerts, so it is not replaced.",
                "Name another file.",
            )
    return path


def _content(
    rows: Sequence[Mapping[str, Any]], found: Watch, until: date, grain: str, lang: str
) -> dict[str, Any]:
    """What is written and sent: `text` is what chat services show."""
    from vocmine.trends.listing import SCHEMA

    lines = [row["text"] for row in rows]
    return {
        "schema": SCHEMA,
        "text": "\n".join([_title(found, lang), *(f"• {line}" for line in lines)]),
        "until": until.isoformat(),
        "grain": grain,
        "period": found.period or None,
        "messages": found.messages,
        "alerts": [*rows],
    }


def _title(found: Watch, lang: str) -> str:
    from vocmine.report.wording import Wording
    from vocmine.trends.wording import period_name, words

    if not found.period:
        return "vocmine"
    count = Wording(lang).number(found.messages)
    title = words(lang)["title_watch"]
    return title.format(period=period_name(found.period, lang), messages=count)


def _print(rows: Sequence[dict[str, Any]], found: Watch, format_: str, lang: str) -> None:
    from vocmine.cli.output import note, print_rows
    from vocmine.trends.limits import LEAST_PERIODS
    from vocmine.trends.wording import words

    said = words(lang)
    if format_ != "table":
        print_rows(rows, format_)
    else:
        click.echo(_title(found, lang))
        for row in rows:
            event = f" {said['event']}: {row['event']}." if row["event"] else ""
            click.echo(f"• {row['text']}{event}")
            for quote in row.get("quotes", ()):
                click.echo(f"    «{quote}»")
        if found.enough and not rows:
            click.echo(said["calm"])
    if not found.enough:
        note(said["few_periods"].format(n=found.whole, least=LEAST_PERIODS))
