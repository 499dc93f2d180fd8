"""`vocmine report` as a workbook or as Markdown: which file, and writing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vocmine.report import Filters
    from vocmine.report.decisions import Decisions, Options
    from vocmine.store import Store

SUFFIXES = {"html": (".html", ".htm"), "xlsx": (".xlsx",), "md": (".md", ".markdown")}
"""Format to the endings of its files."""
STANDARD = "vocmine-report"
STDOUT = "-"
QUOTES = 20
"""Quotes to read of each friction point and each thing that is praised, in the workbook."""


def asked_format(format_: str, output: str) -> tuple[str, str]:
    """The format and the name of the file, each of which may tell the other.

    Args:
        format_: A key of `SUFFIXES`, or empty.
        output: Name of a file, `-` for stdout (Markdown only), or empty.

    Raises:
        UsageError: When the two do not agree.
    """
    from vocmine.errors import UsageError

    ending = Path(output).suffix.lower()
    named = next((known for known, ends in SUFFIXES.items() if ending in ends), "")
    if output == STDOUT:
        named = "md"
    format_ = format_ or named or "html"
    if output and format_ != named and (named or format_ != "html"):
        end = SUFFIXES[format_][0]
        raise UsageError(
            f"'{output}' is not a name for --format {format_}.",
            f"End it in {end}: -o informe{end}.",
        )
    return format_, output or STANDARD + SUFFIXES[format_][0]


def write_report_file(
    store: Store,
    name: str,
    format_: str,
    *,
    lang: str,
    title: str = "",
    filters: Filters | None = None,
    options: Options,
    overwrite: bool = False,
) -> None:
    """Write the report as a workbook or as Markdown, and print its path, or the text itself.

    Args:
        store: An open store.
        name: Of the file; `-` is stdout.
        format_: `xlsx` or `md`.
        lang: `es`, `pt` or `en`.
        title: Heading; empty means a standing one.
        filters: Which messages; None means all.
        options: What the team brings.
        overwrite: Replace a file that is there.

    Raises:
        UsageError: The file exists or its folder does not, or the options name what is not there.
    """
    from dataclasses import replace

    from vocmine.export import check_target, written_whole
    from vocmine.report.decisions import decide
    from vocmine.report.wording import Wording

    path, words = Path(name), Wording(lang)
    if name != STDOUT:
        check_target(store, path, overwrite)
    quotes = QUOTES if format_ == "xlsx" else 0
    decisions = decide(store, filters, replace(options, quotes=quotes))
    if format_ == "xlsx":
        from vocmine.report.workbook import write_report_workbook

        with written_whole(path) as part:
            write_report_workbook(part, decisions, words, title, selection(filters, lang))
    else:
        text = _markdown(decisions, lang, title, filters)
        if name == STDOUT:
            click.echo(text, nl=False)
            return
        with written_whole(path) as part:
            part.write_text(text, "utf-8", newline="\n")
    click.echo(path)


def _markdown(decisions: Decisions, lang: str, title: str, filters: Filters | None) -> str:
    from vocmine.report.markdown import markdown_report
    from vocmine.report.wording import Wording

    text = markdown_report(decisions, Wording(lang), title, selection(filters, lang))
    # Half a surrogate pair (from an escaped JSON string) cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode("utf-8")


def selection(filters: Filters | None, lang: str) -> str:
    """What a report was filtered by, in words; empty when it is of everything."""
    from vocmine.report.wording import Wording

    words = Wording(lang)
    chosen = [
        words.text(
            f"filter_{name}", value=words.day(value) if name in ("since", "until") else value
        )
        for name, value in (filters.as_dict() if filters else {}).items()
        if value
    ]
    return words.text("filter_line", filters=", ".join(chosen)) if chosen else ""
