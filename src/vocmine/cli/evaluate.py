"""`vocmine evaluate`: how well vocmine reads messages that people labelled."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import lang_option, model_option
from vocmine.cli.reading import read_options, table_options

if TYPE_CHECKING:
    from vocmine.evaluation import Evaluation, Gold

PROBLEMS_SHOWN = 10
"""Labels and rows that cannot be used which are named; the page and JSON hold more."""
SUMMARY = (
    *("task", "n", "accuracy", "macro_f1", "micro_f1", "ece"),
    *("worst_label", "worst_language", "worst_channel"),
)


@click.command(
    epilog="""\b
Examples:
  vocmine evaluate etiquetados.csv
  vocmine evaluate etiquetados.xlsx --map text=Hechos --map pqrs="Tipo de solicitud"
  vocmine evaluate gold.jsonl --html evaluacion.html
  vocmine evaluate gold.jsonl --model voc-fast --format json > voc-fast.json

A row is a message, with its text and any of the columns pqrs, sentiment, emotions (several between
; | or commas), effort, churn, recommend, urgent. A row with a quote is an insight, with polarity,
friction, stage, pyramid, touchpoint; in JSON lines a message may hold a list, insights. Labels are
codes or names in Spanish, Portuguese or English. A model of your own is judged on its own labels.
Exit code: 0 ok, 1 some label or row cannot be used (the rest is judged), 2 wrong usage."""
)
@click.argument("gold", metavar="GOLD")
@table_options("text, channel, pqrs, sentiment, quote …")
@model_option
@click.option("--html", "page", default="", metavar="FILE", help="Also write a web page here.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Messages to read at most; 0 means all.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json", "csv")),
    default="table",
    show_default=True,
    help="Tables to read, everything as one object, or one figure a row.",
)
@lang_option
@click.option("--quiet", "-q", is_flag=True, help="No progress or notes.")
def evaluate(gold: str, **given: Any) -> None:
    """Measure how well vocmine reads messages that you labelled.

    GOLD is a CSV, XLSX, JSON or JSONL file, or - for standard input. Accuracy and F1 come with 95%
    intervals; each label has its own figures, and so have confusions, calibration, languages,
    channels and, where quotes are labelled, the insights that vocmine finds by itself.
    """
    from vocmine.cli.output import note, relay_warnings
    from vocmine.cli.report import checked_output

    if given["page"]:
        checked_output(given["page"], "--html")
    relay_warnings(quiet=given["quiet"])
    with gold_file(gold) as path:
        read, found, about = _evaluated(path, given)
    if given["page"]:
        _write_page(read, found, about, given)
    _print(found, about | {"problems": read.problems}, given)
    for problem in read.problems[:PROBLEMS_SHOWN]:
        note(f"Error: {problem}")
    if len(read.problems) > PROBLEMS_SHOWN:
        note(
            f"Labels and rows that cannot be used: {len(read.problems)}, of which the first "
            f"{PROBLEMS_SHOWN} are named here and all in --format json."
        )
    sys.exit(1 if read.problems else 0)


@contextmanager
def gold_file(name: str) -> Iterator[Path]:
    """The file of labels; what is piped in for `-` is kept in one for as long as it is read.

    Raises:
        UsageError: There is no such file.
    """
    from vocmine.inputs import STDIN, missing

    if name == STDIN:
        with TemporaryDirectory(prefix="vocmine-") as folder:
            path = Path(folder) / "stdin"
            path.write_bytes(sys.stdin.buffer.read())
            yield path
        return
    if not Path(name).is_file():
        raise missing(name, "file")
    yield Path(name)


def _evaluated(path: Path, given: dict[str, Any]) -> tuple[Gold, Evaluation, dict[str, Any]]:
    from vocmine.cli.output import note
    from vocmine.errors import SourceError
    from vocmine.evaluation import evaluate as judged
    from vocmine.evaluation import read_gold, read_messages, tasks_of
    from vocmine.models import load_model

    model = load_model(given["model"])
    tasks = tasks_of(model.heads)
    read = read_gold(path, tasks, read_options(given, ""), limit=given["limit"])
    if read.skipped:
        note(f"Note: rows without any words, left aside: {read.skipped}.", quiet=given["quiet"])
    if not any(m.labels or m.sets or m.points for m in read.messages):
        reason = f" The first problem: {read.problems[0]}" if read.problems else ""
        raise SourceError(
            f"No label of {path.name} can be used.{reason}",
            "Label at least one message; 'vocmine evaluate --help' names the columns.",
        )
    with reading_bar(len(read.messages), quiet=given["quiet"]) as on_progress:
        predictions = read_messages(model.encoder, model.heads, read.messages, on_progress)
    found = judged(read.messages, predictions, tasks, quoted=read.quoted)
    about = {
        "gold": path.name,
        "model": model.name,
        "model_version": model.version,
        "encoder": model.encoder.fingerprint,
        "heads": model.heads.fingerprint,
    }
    return read, found, about


def _write_page(
    read: Gold, found: Evaluation, about: dict[str, Any], given: dict[str, Any]
) -> None:
    from vocmine.cli.output import note
    from vocmine.evaluation.page import render_evaluation
    from vocmine.report import write_report

    html = render_evaluation(found, about, read.problems, lang=given["lang"])
    write_report(Path(given["page"]), html)
    note(f"Page: {given['page']}", quiet=given["quiet"])


def _print(found: Evaluation, about: dict[str, Any], given: dict[str, Any]) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.evaluation.output import as_object, figures

    if given["format_"] == "json":
        click.echo(json.dumps(as_object(found, about), ensure_ascii=False, indent=2))
    elif given["format_"] == "csv":
        print_rows(figures(found), "csv")
    else:
        _print_tables(found, about, given["lang"])


def _print_tables(found: Evaluation, about: dict[str, Any], lang: str) -> None:
    from vocmine.cli.output import print_table
    from vocmine.evaluation import output
    from vocmine.evaluation.page import about_line, end_to_end_line, warnings
    from vocmine.evaluation.wording import Wording

    words = Wording(lang)
    click.echo("\n".join([about_line(found, about, words), *warnings(found, words)]))
    rows = output.summary_rows(found, words)
    kept = [name for name in SUMMARY if any(row[name] != "–" for row in rows)]
    print_table(rows, [(name, words.text(name)) for name in kept], title=words.text("summary"))
    classes = ("label", "precision", "recall", "f1", "labelled", "predicted")
    for report in found.tasks:
        title = f"{words.task(report.name)} ({words.text(f'of_{report.per}')})"
        columns = [(name, words.text(name)) for name in classes]
        print_table(output.class_rows(report, words), columns, title=title)
        if lines := output.confusion_lines(report, words):
            click.echo("\n  ".join([f"{words.text('confusions')}:", *lines]) + "\n")
    if found.end_to_end:
        click.echo(end_to_end_line(found, words))
        columns = [(name, words.text(name)) for name in ("match", "precision", "recall", "f1")]
        rows = output.match_rows(found, words)
        print_table(rows, columns, title=words.text("end_to_end"))


@contextmanager
def reading_bar(total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Draws how many messages are read, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)
