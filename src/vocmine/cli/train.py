"""`vocmine train`: a model of a team's own, from its labels and corrections."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import lang_option
from vocmine.cli.reading import read_options, table_options
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.evaluation.gold import GoldMessage, Task
    from vocmine.models import Model
    from vocmine.taxonomy import Taxonomy
    from vocmine.training.adapt import Adapted

PROBLEMS_SHOWN = 10
"""Labels and rows that cannot be used which are named."""
COLUMNS = ("task", "rows", "base_accuracy", "own_accuracy", "base_f1", "own_f1", "kept")


@click.command(
    epilog="""\b
Examples:
  vocmine train correcciones.csv --name mi-banco
  vocmine train etiquetados.xlsx --name mi-banco --taxonomy taxonomia.toml
  vocmine train --db vocmine.db --name mi-banco --force
  vocmine train etiquetados.csv --map text=Hechos --map friction=Causa --name mi-banco

A row is a message, with its text and any of the columns pqrs, sentiment, emotions, effort, churn,
recommend, urgent; with a quote it is an insight, with polarity, friction or category, stage,
pyramid, touchpoint. Without quotes the text is the insight. Labels are codes or names in Spanish,
Portuguese or English; a blank cell says nothing, and 'none' that there is no emotion. 'vocmine
correct --export' writes such a file.

\b
A taxonomy is a TOML file with categories of your own, each a kind of one of ours:
  [[category]]
  code = "cobro_doble"
  friction = "billing"
  es = "Cobro doble"

Some hundreds of rows take minutes. Where your labels do not help, the base stays, and it is said.
Use the model with 'vocmine analyze FILE --model NAME', measure it with 'vocmine evaluate'."""
)
@click.argument("files", nargs=-1, metavar="[CORRECTIONS]...")
@click.option("--name", required=True, metavar="NAME", help="What to call the model.")
@click.option(
    "--db",
    "store",
    default="",
    metavar="FILE",
    help="Also learn from the corrections that this store keeps.",
)
@click.option(
    "--taxonomy", default="", metavar="FILE", help="Categories of your own, in a TOML file."
)
@click.option(
    "--base",
    default="voc",
    show_default=True,
    metavar="NAME",
    help="Model to start from: voc or voc-fast.",
)
@click.option(
    "--models",
    "root",
    default="",
    envvar="VOCMINE_MODELS",
    show_envvar=True,
    metavar="FOLDER",
    help="Where models of your own are kept.  [default: the system's folder for data]",
)
@table_options("text, pqrs, quote, friction …")
@click.option("--seed", type=int, default=0, show_default=True, help="For how rows are divided.")
@click.option("--force", is_flag=True, help="Replace a model of this name.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="A table to read, or everything as one object.",
)
@lang_option
@click.option("--quiet", "-q", is_flag=True, help="No progress or notes.")
def train(files: tuple[str, ...], **given: Any) -> None:
    """Make a model of your own from labels and corrections.

    The heads of the base are adapted to what your team says, and judged on messages that they did
    not see. CORRECTIONS are CSV, XLSX, JSON or JSONL files.
    """
    from vocmine.cli.output import note, relay_warnings
    from vocmine.models import load_model, own_root
    from vocmine.taxonomy import read_taxonomy
    from vocmine.training.folder import About, check_base, check_name, save_model
    from vocmine.training.gold import check_enough

    if not files and not given["store"]:
        raise UsageError(
            "There is nothing to learn from.",
            "Give a file of labels, or --db FILE for the corrections of a store.",
        )
    relay_warnings(quiet=given["quiet"])
    root = Path(given["root"]).expanduser() if given["root"] else own_root()
    folder = check_name(given["name"], root, force=given["force"])
    taxonomy = read_taxonomy(Path(given["taxonomy"])) if given["taxonomy"] else None
    base = load_model(check_base(given["base"]))
    messages = _messages(files, base, taxonomy, given)
    about_data = ", ".join([*(Path(file).name for file in files), *_stores(given)])
    counts = check_enough(messages, taxonomy, about_data)
    adapted = _adapted(base, messages, taxonomy, given)
    about = About(
        base=given["base"],
        command=_command(files, given),
        data=_data(files, given),
        messages=len(messages),
        categories=counts,
        seed=given["seed"],
    )
    meta = save_model(adapted, folder, about)
    _print(adapted, meta, given)
    use = given["name"] if root == own_root() else shlex.quote(str(folder))
    note(f"Saved in {folder}", quiet=given["quiet"])
    note(f"Use it: vocmine analyze FILE --model {use}", quiet=given["quiet"])


def _stores(given: dict[str, Any]) -> list[str]:
    return [Path(given["store"]).name] if given["store"] else []


def _messages(
    files: Sequence[str], base: Model, taxonomy: Taxonomy | None, given: dict[str, Any]
) -> list[GoldMessage]:
    """Labelled messages of files and store.

    Raises:
        UsageError: A label or row cannot be used: a misspelt label must not be lost.
    """
    from vocmine.training.gold import is_labelled, trainable_tasks, with_categories

    tasks = trainable_tasks(base.heads, taxonomy)
    found: list[GoldMessage] = []
    for file in files:
        found += _read(Path(file), tasks, given)
    if given["store"]:
        from vocmine.cli.selection import open_store
        from vocmine.training.corrections import corrected_messages

        with open_store(given["store"]) as store:
            found += corrected_messages(store)
    with_categories(found)
    return [message for message in found if is_labelled(message)]


def _read(path: Path, tasks: Sequence[Task], given: dict[str, Any]) -> list[GoldMessage]:
    from vocmine.cli.output import note
    from vocmine.evaluation.gold import read_gold
    from vocmine.inputs import missing

    if not path.is_file():
        raise missing(str(path), "file")
    # A file of corrections names the emotions only of messages whose emotions were wrong.
    read = read_gold(path, tasks, read_options(given, ""), blank_is_none=False)
    for problem in read.problems[1:PROBLEMS_SHOWN]:
        note(f"Error: {path.name}, {problem}")
    if read.problems:
        raise UsageError(
            f"{path.name}, {read.problems[0]}",
            f"Labels and rows that cannot be used: {len(read.problems)}. Correct them; "
            "nothing was saved.",
        )
    return read.messages


def _adapted(
    base: Model, messages: list[GoldMessage], taxonomy: Taxonomy | None, given: dict[str, Any]
) -> Adapted:
    from vocmine.cli.evaluate import reading_bar
    from vocmine.training.adapt import adapt
    from vocmine.training.rows import encode_rows

    with reading_bar(len(messages), quiet=given["quiet"]) as on_progress:
        encoded = encode_rows(base.encoder, messages, on_progress)
    tasks = len(base.heads.tasks)
    with reading_bar(tasks, quiet=given["quiet"]) as on_progress:
        return adapt(base.heads, encoded, taxonomy, seed=given["seed"], on_progress=on_progress)


def _data(files: Sequence[str], given: dict[str, Any]) -> list[dict[str, str]]:
    from vocmine.model_files import sha256_of

    every = [Path(file) for file in (*files, given["store"], given["taxonomy"]) if file]
    return [{"name": path.name, "sha256": sha256_of(path)} for path in every]


def _command(files: Sequence[str], given: dict[str, Any]) -> str:
    """What makes the model again."""
    words = ["vocmine", "train", *files, "--name", given["name"]]
    for option in ("db", "taxonomy", "sheet", "delimiter", "encoding"):
        if value := given["store" if option == "db" else option]:
            words += [f"--{option}", value]
    if given["base"] != "voc":
        words += ["--base", given["base"]]
    if given["seed"]:
        words += ["--seed", str(given["seed"])]
    for pair in given["mapping"]:
        words += ["--map", pair]
    return shlex.join(words)


def _print(adapted: Adapted, meta: dict[str, Any], given: dict[str, Any]) -> None:
    from vocmine.cli.output import note, print_table
    from vocmine.display import heading, headings

    if given["format_"] == "json":
        click.echo(json.dumps(meta, ensure_ascii=False, indent=2))
        return
    lang = given["lang"]
    rows = [
        {
            "task": heading(report.task, lang),
            "rows": report.rows,
            "base_accuracy": report.base and report.base.accuracy,
            "own_accuracy": report.own and report.own.accuracy,
            "base_f1": report.base and report.base.macro_f1,
            "own_f1": report.own and report.own.macro_f1,
            "kept": _KEPT[report.reason or report.kept][lang],
        }
        for report in adapted.reports
    ]
    print_table(rows, headings(COLUMNS, lang), lang=lang)
    if not any(report.kept == "own" for report in adapted.reports):
        note(
            "No task got better than the base: label more messages, or more of what it gets wrong."
        )
    sys.stdout.flush()


_KEPT = {
    "own": {"es": "la propia", "pt": "a própria", "en": "your own"},
    "base": {"es": "la base: lo propio no mejora", "pt": "a base: a própria não melhora",
             "en": "the base: yours is no better"},
    "few_rows": {"es": "la base: muy pocas filas", "pt": "a base: poucas linhas",
                 "en": "the base: too few rows"},
    "one_label": {"es": "la base: una sola etiqueta", "pt": "a base: uma só etiqueta",
                  "en": "the base: one label only"},
}  # fmt: skip
