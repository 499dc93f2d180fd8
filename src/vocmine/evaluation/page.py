"""An evaluation as one HTML file that opens without a network."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vocmine import __version__
from vocmine.evaluation.bootstrap import RESAMPLES
from vocmine.evaluation.judge import MIN_GROUP
from vocmine.evaluation.output import class_rows, match_rows, summary_rows
from vocmine.evaluation.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.evaluation.judge import Evaluation, TaskReport

FEW_MESSAGES = 100
"""Below this the bootstrap makes intervals that are too narrow."""
PROBLEMS = 50
"""Labels and rows that cannot be used which the page names."""
_RIGHT, _WRONG = "31, 99, 150", "162, 63, 16"
"""Colours of the report for what is well and what is not."""


def render_evaluation(
    found: Evaluation,
    about: Mapping[str, Any],
    problems: Sequence[str] = (),
    *,
    lang: str = "es",
) -> str:
    """The evaluation as one HTML document without any outside reference.

    Args:
        about: `gold` (the file) and `model`, for the heading.
        problems: A sentence for each label or row that could not be used.
        lang: `es`, `pt` or `en`.
    """
    words = Wording(lang)
    rows = summary_rows(found, words)
    context = {
        "lang": lang,
        "t": words.text,
        "css": Markup(_css()),  # noqa: S704 - our own file
        "about": about_line(found, about, words),
        "warnings": warnings(found, words),
        "summary": _table(rows, words),
        "reading": [
            words.text(key, resamples=words.number(RESAMPLES))
            for key in ("reading_accuracy", "reading_macro", "reading_interval", "reading_quotes")
        ],
        "tasks": [_task(report, words) for report in found.tasks],
        "classes": [
            words.text(key)
            for key in ("label", "precision", "recall", "f1", "labelled", "predicted")
        ],
        "few_rows": words.text("few_rows", n=MIN_GROUP),
        "group_heads": ["", "", words.text("n"), words.text("share_right")],
        "matches": [list(row.values()) for row in match_rows(found, words)],
        "match_heads": [words.text(key) for key in ("match", "precision", "recall", "f1")],
        "end_to_end_note": end_to_end_line(found, words),
        "problems": list(problems[:PROBLEMS]),
        "problems_title": words.text("problems", n=words.number(len(problems))),
        "made_by": words.text("made_by", version=__version__),
    }
    html = _environment().get_template("evaluation.html.j2").render(context)
    # Half a surrogate pair (from an escaped JSON string) cannot be written as UTF-8.
    return html.encode("utf-8", "replace").decode("utf-8")


def about_line(found: Evaluation, about: Mapping[str, Any], words: Wording) -> str:
    """What was judged, in a sentence or two."""
    line = words.text(
        "counts", messages=words.number(found.messages), gold=about["gold"], model=about["model"]
    )
    if found.insights is None:
        return line
    return f"{line} {words.text('insight_counts', insights=words.number(found.insights))}"


def warnings(found: Evaluation, words: Wording) -> list[str]:
    """What to know before trusting the figures."""
    told = []
    if found.messages < FEW_MESSAGES:
        told.append(words.text("few_messages", n=FEW_MESSAGES))
    if found.other_language:
        told.append(words.text("other_language", n=words.number(found.other_language)))
    return told


def end_to_end_line(found: Evaluation, words: Wording) -> str:
    """How many insights were found and labelled; empty when it was not judged."""
    if found.end_to_end is None:
        return ""
    return words.text(
        "end_to_end_note",
        predicted=words.number(found.end_to_end.predicted),
        gold=words.number(found.end_to_end.gold),
        per_gold=words.interval(found.end_to_end.per_gold),
    )


def _table(rows: Sequence[Mapping[str, str]], words: Wording) -> dict[str, Any]:
    """Rows with their headings, without the columns that say nothing."""
    kept = [key for key in (rows[0] if rows else ()) if any(row[key] != "–" for row in rows)]
    return {
        "heads": [words.text(key) for key in kept],
        # A figure, and below it what belongs to it: otherwise the table is too wide.
        "rows": [[row["task"], *(_below(row[key]) for key in kept[1:])] for row in rows],
    }


def _below(cell: str) -> str:
    return cell.replace(" [", "\n[").replace(" (", "\n(")


def _task(report: TaskReport, words: Wording) -> dict[str, Any]:
    score = report.score
    rows = words.text("rows", n=words.number(score.n), per=words.text(f"of_{report.per}"))
    figures = f"{words.text('accuracy')}: {words.interval(score.accuracy)}"
    made: dict[str, Any] = {
        "title": words.task(report.name),
        "note": f"{rows}. {figures}.",
        "classes": [list(row.values()) for row in class_rows(report, words)],
        "names": [words.label(report.task, label.label) for label in score.classes],
        "matrix": _matrix(score.confusion, words) if score.confusion else None,
        "bins": [],
        "groups": [
            [
                words.text(f"group_{kind[:-1]}"),
                words.label("lang", group.name) if kind == "languages" else group.name,
                words.number(group.n),
                words.figure(group.accuracy),
            ]
            for kind, groups in (("languages", report.languages), ("channels", report.channels))
            for group in groups
        ],
    }
    if report.calibration:
        ece = words.figure(report.calibration.ece)
        made["calibration"] = words.text("calibration_note", ece=ece)
        made["bins"] = [
            {
                "between": f"{words.figure(bin_.low, 1)}–{words.figure(bin_.high, 1)}",
                "n": words.number(bin_.n),
                "confidence": words.figure(bin_.confidence, 2),
                "accuracy": words.figure(bin_.accuracy, 2),
                "right": f"{100 * bin_.accuracy:.1f}",
                "said": f"{100 * bin_.confidence:.1f}",
            }
            for bin_ in report.calibration.bins
        ]
    return made


def _matrix(confusion: Sequence[Sequence[int]], words: Wording) -> list[list[dict[str, str]]]:
    """Cells of the table of confusions, coloured by their share of the row."""
    made = []
    for i, row in enumerate(confusion):
        whole = max(sum(row), 1)
        made.append(
            [
                {
                    "n": words.number(n) if n else "",
                    "share": f"{0.75 * n / whole:.2f}",
                    "colour": _RIGHT if i == j else _WRONG,
                }
                for j, n in enumerate(row)
            ]
        )
    return made


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("vocmine.evaluation", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _css() -> str:
    """The look of the report."""
    return files("vocmine.report").joinpath("templates/report.css").read_text("utf-8").strip()
