"""`vocmine models`: the models that are installed, and whether their files are whole."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import format_option, lang_option

if TYPE_CHECKING:
    from vocmine.models import ModelInfo

COLUMNS = ("model", "name", "version", "kind", "size_mb", "licence", "metrics")
METRICS = 12
"""Metrics of a model in the table; data formats hold them all."""


@click.command(
    epilog="""\b
Examples:
  vocmine models
  vocmine models --check
  vocmine models --format json

A model is an encoder and heads: --model takes the names in the first column. Models of your own are
in the folder that VOCMINE_MODELS names. All run on this machine; nothing is downloaded."""
)
@click.option("--check", is_flag=True, help="Compare every model file with its recorded sha256.")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@format_option
@lang_option
def models(check: bool, as_json: bool, format_: str, lang: str) -> None:
    """List the models: version, size, licence and how good they are."""
    from vocmine.cli.output import note, print_rows
    from vocmine.display import headings
    from vocmine.models import list_models

    format_ = "json" if as_json else format_
    problems: list[str] = []
    rows = [_row(info, check, problems) for info in list_models()]
    table = format_ == "table"
    columns = (*COLUMNS, "files") if check else COLUMNS
    print_rows(
        [{**row, "metrics": _told(row["metrics"])} for row in rows] if table else rows,
        format_,
        columns=headings(columns, lang),
        lang=lang,
        empty="No model is installed. Reinstall vocmine: 'pip install --force-reinstall vocmine'.",
    )
    for problem in problems:
        note(f"Error: {problem}")
    sys.exit(1 if problems or not rows else 0)


def _row(info: ModelInfo, check: bool, problems: list[str]) -> dict[str, Any]:
    row = {
        "model": info.model,
        "name": info.name,
        "version": info.version,
        "kind": info.kind,
        "size_mb": round(info.size / 1e6, 1),
        "licence": info.licence,
        "folder": str(info.folder),
        "metrics": info.metrics,
    }
    return {**row, "files": _checked(info, problems)} if check else row


def _checked(info: ModelInfo, problems: list[str]) -> str:
    from vocmine.errors import ModelError
    from vocmine.model_files import verify_folder

    try:
        verify_folder(info.folder)
    except ModelError as error:
        problems.append(str(error))
        return "altered"
    return "ok"


def _told(metrics: Any) -> str:
    """The first figures of a model, one a line."""
    found = _figures(metrics)
    lines = [f"{name} {round(value, 4):g}" for name, value in found[:METRICS]]
    if len(found) > METRICS:
        lines.append(f"… and {len(found) - METRICS} more: --format json")
    return "\n".join(lines)


def _figures(metrics: Any, before: str = "") -> list[tuple[str, float]]:
    """Names and figures in what a `meta.json` says, which may be nested or a list of entries."""
    if isinstance(metrics, Sequence) and not isinstance(metrics, str):
        return [figure for entry in metrics for figure in _figures(entry, before)]
    if not isinstance(metrics, Mapping):
        return []
    if "name" in metrics and isinstance(metrics.get("value"), int | float):
        return [(f"{before}{metrics['name']}", float(metrics["value"]))]
    if "task" in metrics and isinstance(metrics.get("score"), Mapping):
        label = f"{before}{metrics['task']} F1 ({metrics.get('data', '')})"
        return [(label, float(metrics["score"].get("f1", 0.0)))]
    found: list[tuple[str, float]] = []
    for key, value in metrics.items():
        if isinstance(value, int | float):
            found.append((f"{before}{key}", float(value)))
        else:
            found += _figures(value, f"{before}{key}.")
    return found
