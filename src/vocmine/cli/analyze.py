"""`vocmine analyze`: the main job."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import keep_duplicates_option
from vocmine.cli.options import FORMATS, db_option, lang_option, model_option, store_option
from vocmine.cli.reading import country_option, parse_pairs, read_options, reading_options
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from vocmine.outcome import Outcome
    from vocmine.plugins import Plugins
    from vocmine.runtime import Settings
    from vocmine.store.database import Store

DATE = click.DateTime(["%Y-%m-%d"])
FAILURES_SHOWN = 5
"""Plugins whose first failure is shown."""


@dataclass(frozen=True, slots=True)
class Request:
    """What `analyze` was asked to do, past reading options."""

    db: str
    report: str = ""
    lang: str = "es"
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    format_: str = "table"
    quiet: bool = False
    keep_duplicates: bool = False


@click.command(
    epilog="""\b
Examples:
  vocmine analyze quejas.xlsx
  vocmine analyze exports/ --report informe.html
  vocmine analyze quejas.csv --map text=Descripción --map created_at="Fecha de radicación"
  vocmine analyze quejas.xlsx --model mi-banco
  vocmine analyze 'exports/*.csv' --since 2026-01-01 --country CO --jobs 2
  cat quejas.jsonl | vocmine analyze - --format jsonl > resultado.jsonl

Run it again on the same or a longer export: only new or changed messages are analysed.
Another --model reads every message again.
Stopped half-way, it goes on when it is run again.
Exit code: 0 ok, 1 something failed (the rest is done), 2 wrong usage, 130 interrupted."""
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@reading_options
@db_option
@click.option("--report", default="", metavar="FILE", help="Also write the HTML report here.")
@model_option
@click.option(
    "--analyzer",
    "analyzers",
    multiple=True,
    metavar="NAME",
    help="Use only this analyzer; may be repeated.  [default: all installed]",
)
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="ANALYZER.KEY=VALUE",
    help="Option of an analyzer, such as topic.topics=20; may be repeated.",
)
@lang_option
@country_option
@click.option("--since", type=DATE, metavar="YYYY-MM-DD", help="Only messages from this date on.")
@click.option("--until", type=DATE, metavar="YYYY-MM-DD", help="Only messages before this date.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Records to read at most; 0 means all.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Processes that analyse; 0 means one for each core.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="A summary to read, or one object for each message.",
)
@keep_duplicates_option
@click.option("--quiet", "-q", is_flag=True, help="No progress, notes or summary.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first failure.")
def analyze(paths: tuple[str, ...], **given: Any) -> None:
    """Analyse exports and store what customers say.

    PATH is a file, a folder, a pattern such as 'exports/*.csv', or - for standard input. The kind
    of export, its columns, encoding and language are detected; 'vocmine preview PATH' shows how.
    """
    from vocmine.runtime import Settings

    settings = Settings(
        analyzers=tuple(dict.fromkeys(given["analyzers"])),
        model=given["model"],
        country=given["country"],
        options=_analyzer_options(given["options"]),
        jobs=given["jobs"],
        fail_fast=given["fail_fast"],
    )
    request = Request(
        db=given["db"],
        report=given["report"],
        lang=given["lang"],
        since=given["since"],
        until=given["until"],
        limit=given["limit"],
        format_=given["format_"],
        quiet=given["quiet"],
        keep_duplicates=given["keep_duplicates"],
    )
    with ended_in_order():
        ok = run_analysis(paths, settings, request, reading=given)
    sys.exit(0 if ok else 1)


class _Terminated(KeyboardInterrupt):
    """SIGTERM, as from `kill` or a shutdown."""


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Ctrl-C and SIGTERM mark the run interrupted, end its workers and say how to go on."""

    def terminate(*_: object) -> None:
        raise _Terminated

    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, terminate) if in_main else None
    try:
        yield
    except KeyboardInterrupt as stop:
        click.echo(
            "\nInterrupted. What was analysed is kept: run the same command again to go on.",
            err=True,
        )
        sys.exit(143 if isinstance(stop, _Terminated) else 130)
    finally:
        if in_main:
            signal.signal(signal.SIGTERM, before)


def run_analysis(
    paths: Sequence[str], settings: Settings, request: Request, *, reading: dict[str, Any]
) -> bool:
    """Analyse, print results and say what went wrong; True when nothing failed.

    Args:
        paths: As typed.
        settings: What decides results.
        request: What to print and write.
        reading: Values of the reading options (`source`, `mapping`, `encoding`, …); may be empty.
    """
    from vocmine.cli import discard_stdout
    from vocmine.cli.output import relay_warnings, results_only
    from vocmine.cli.progress import progress_bar
    from vocmine.cli.report import checked_output
    from vocmine.inputs import STDIN, Inputs
    from vocmine.intake import Period
    from vocmine.run import Run
    from vocmine.runtime import Runtime
    from vocmine.store.database import Store

    options = read_options(reading, settings.country)
    said = relay_warnings(quiet=request.quiet)
    Inputs.check(paths)
    if request.report:
        checked_output(request.report, "--report")
    with results_only(), progress_bar(quiet=request.quiet) as on_progress:
        # Before the store: a run that cannot start leaves no file behind.
        plugins = _plugins(quiet=request.quiet)
        runtime = Runtime(_configured(settings, plugins), plugins)
        inputs = Inputs(runtime.plugins, options, reading.get("source") or "")
        with Store(request.db) as store:
            run = Run(
                store,
                runtime,
                period=Period(request.since, request.until),
                limit=request.limit,
                on_progress=on_progress or (lambda progress: None),
                count_first=on_progress is not None,
                keep_duplicates=request.keep_duplicates,
            )
            name = ", ".join("stdin" if p == STDIN else Path(p).name or p for p in paths)
            asked = {"paths": list(paths), **asdict(runtime.settings), **asdict(request)}
            with inputs:
                outcome = run.execute(inputs, paths, name, asked)
    refused = [item.error for item in inputs.failures if isinstance(item.error, UsageError)]
    if refused and not outcome.inputs:
        raise refused[0]
    with Store(request.db) as store:
        try:
            _print(store, outcome, request)
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has seen enough; what failed is still to be told
            discard_stdout()
        _tell(store, outcome, request, said)
        drawn = not request.report or _write_report(store, request)
    return outcome.ok and drawn


def _plugins(*, quiet: bool) -> Plugins:
    """The plugins that are installed; those that cannot be used are told, and the run goes on."""
    from vocmine.cli.output import note
    from vocmine.plugins import load_plugins

    plugins = load_plugins()
    for problem in plugins.problems:
        note(f"Note: {problem}", quiet=quiet)
    return plugins


def _configured(settings: Settings, plugins: Plugins) -> Settings:
    """The settings of a run with what files and variables say about its analyzers."""
    from vocmine.cli.configured_plugins import configured_options
    from vocmine.config import load_config

    found = configured_options(load_config(), plugins, settings.analyzers)
    given = settings.options
    options = {name: found.get(name, {}) | given.get(name, {}) for name in found | given}
    return replace(settings, options=options)


def _print(store: Store, outcome: Outcome, request: Request) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.store.reading import message_objects

    if request.format_ == "table":
        if not request.quiet:
            from vocmine.cli.summary import print_summary

            print_summary(
                store,
                outcome,
                lang=request.lang,
                db=request.db,
                keep_duplicates=request.keep_duplicates,
            )
        return
    objects: Iterator[dict[str, Any]] = message_objects(store, outcome.message_ids)
    if request.format_ == "csv":
        objects = (
            {
                key: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
                for key, value in row.items()
            }
            for row in objects
        )
    print_rows(objects, request.format_)


def _write_report(store: Store, request: Request) -> bool:
    from vocmine.cli.output import note
    from vocmine.cli.report import report_to

    problems = report_to(store, Path(request.report), lang=request.lang)
    for problem in problems:
        note(f"Error: {problem}")
    note(f"Report: {request.report}", quiet=request.quiet)
    return not problems


def _tell(store: Store, outcome: Outcome, request: Request, said: set[str]) -> None:
    """Notes and errors on stderr, those apart that were said already; errors even when quiet."""
    from vocmine.cli.output import note
    from vocmine.store.listing import first_failures

    for text in dict.fromkeys(outcome.notes):
        note(f"Note: {text}", quiet=request.quiet or text in said)
    for text in dict.fromkeys(outcome.errors):
        note(f"Error: {text}")
    if outcome.counts.failed:
        note(f"Failed records and messages: {outcome.counts.failed}; the rest is done.")
        for row in first_failures(store, outcome.run_id, FAILURES_SHOWN):
            note(
                f"  '{row['plugin']}' failed on {row['failed']}, "
                f"first on {row['source']}, {row['locator']}: {row['error']}"
            )
        note(f"See all: vocmine runs {outcome.run_id}{store_option(request.db)}")


def _analyzer_options(given: Sequence[str]) -> dict[str, dict[str, str]]:
    options: dict[str, dict[str, str]] = {}
    for name, value in parse_pairs(given, "--option", "topic.topics=12").items():
        analyzer, dot, key = name.partition(".")
        if not dot:
            raise UsageError(
                f"--option '{name}={value}' names no analyzer.",
                "Write --option ANALYZER.KEY=VALUE.",
            )
        options.setdefault(analyzer, {})[key] = value
    return options
