"""`vocmine compare`: what sets a city, a channel, a month or a brand apart from the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import keep_duplicates_option, note_copies
from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import chosen_filter, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.comparison.rows import BrandFigure, GroupFigure
    from vocmine.store import Store
    from vocmine.store.frame import Frame
    from vocmine.store.reading import Filter

BRAND, PERIOD = "brand", "period"


@click.command(
    epilog="""\b
Examples:
  vocmine compare Ciudad
  vocmine compare channel --figure negative --figure nps
  vocmine compare month --all --format csv > meses.csv
  vocmine compare period --since 2026-03-01 --until 2026-04-01
  vocmine compare brand
  vocmine compare --brands marcas.toml

Each value is set beside all the others. A difference is told when it is no chance: its p-value
is under 0.05 after control for everything that was compared. The interval of 95 % is in brackets.
The column 'period' sets the days of --since and --until beside all other days; 'brand' is the
column that names brands, whatever its name."""
)
@click.argument("column", required=False, default="")
@click.option(
    "--brands",
    "brand_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Brands to look for in the texts (TOML or CSV), ours and those of others.",
)
@click.option(
    "--figure",
    "figures",
    multiple=True,
    metavar="NAME",
    help="Only this figure: negative, positive, high_effort, churn, urgent, score, nps, csat, or a "
    "friction point as friction/stage/touchpoint. May be given again.",
)
@click.option("--all", "every", is_flag=True, help="Also what may be chance.")
@click.option(
    "--min",
    "least",
    type=click.IntRange(min=2),
    default=30,
    show_default=True,
    help="Messages that a value must have, and the others together.",
)
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def compare(
    db: str,
    format_: str,
    lang: str,
    column: str,
    brand_file: Path | None,
    figures: tuple[str, ...],
    every: bool,
    least: int,
    keep_duplicates: bool,
    **filters: str | None,
) -> None:
    """Say what sets each value of a column apart from the others, or each brand."""
    from vocmine.errors import UsageError
    from vocmine.store.frame import read_frame

    if bool(column) == (brand_file is not None):
        raise UsageError(
            "Compare a column or brands.",
            "Write a column, as in 'vocmine compare channel', or --brands marcas.toml.",
        )
    _check_figures(figures)
    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        if column == PERIOD:
            rows = _of_period(store, chosen, figures, least)
        elif brand_file:
            frame = read_frame(store, chosen)
            rows = _of_names(store, frame, brand_file, figures, least, format_, lang)
        else:
            rows = _of_column(store, read_frame(store, chosen), column, figures, least)
        if format_ == "table" or brand_file is None:
            _print(rows, format_, lang, every=every, least=least)
        if format_ == "table":
            note_copies(store, chosen)


def _check_figures(figures: Sequence[str]) -> None:
    from vocmine.cli.options import check_codes
    from vocmine.comparison.groups import FIGURES
    from vocmine.errors import UsageError

    for figure in figures:
        if figure.count("/") == 2:
            check_codes(
                **dict(zip(("friction", "stage", "touchpoint"), figure.split("/"), strict=True))
            )
        elif figure not in FIGURES:
            raise UsageError(
                f"There is no figure '{figure}'.",
                f"Use one of: {', '.join(FIGURES)}, or friction/stage/touchpoint.",
            )


def _of_column(
    store: Store, frame: Frame, column: str, figures: Sequence[str], least: int
) -> list[GroupFigure]:
    from vocmine.comparison.brands import brand_column
    from vocmine.comparison.groups import compare
    from vocmine.errors import UsageError

    if column == BRAND:
        column = brand_column(store)
        if not column:
            raise UsageError(
                "No column of the exports tells brands apart.",
                "Name the column, or give a list of brands: --brands marcas.toml.",
            )
    return compare(store, frame, column, figures=figures, least=least)


def _of_period(
    store: Store, chosen: Filter, figures: Sequence[str], least: int
) -> list[GroupFigure]:
    from dataclasses import replace

    from vocmine.comparison.groups import compare_period
    from vocmine.errors import UsageError
    from vocmine.store.frame import read_frame

    if not chosen.since and not chosen.until:
        raise UsageError(
            "A period has a first or a last day.",
            "Write --since 2026-03-01 --until 2026-04-01, or compare month.",
        )
    frame = read_frame(store, replace(chosen, since="", until=""))
    return compare_period(frame, chosen.since, chosen.until, figures=figures, least=least)


def _of_names(
    store: Store,
    frame: Frame,
    path: Path,
    figures: Sequence[str],
    least: int,
    format_: str,
    lang: str,
) -> list[GroupFigure]:
    """Print what is said of each brand; returns what sets its messages apart."""
    from dataclasses import asdict

    from vocmine.cli.output import print_rows
    from vocmine.comparison.brand_list import BrandNames, load_brands
    from vocmine.comparison.brands import brand_figures, compare_brands, mentions

    named = mentions(store, frame, BrandNames(load_brands(path)))
    brands = brand_figures(store, frame, named)
    empty = "No message names one of these brands."
    if format_ == "table":
        print_rows(
            [_brand_line(row, lang) for row in brands],
            format_,
            columns=_heads(lang, "brand", "messages", "share", "negative", "positive", "leaving")
            + _heads(lang, "quote"),
            lang=lang,
            empty=empty,
        )
    else:
        texts = [{"quotes": [quote.text for quote in row.quotes]} for row in brands]
        flat = texts if format_ == "csv" else [{}] * len(brands)
        print_rows(
            (asdict(row) | words for row, words in zip(brands, flat, strict=True)),
            format_,
            empty=empty,
        )
    return compare_brands(frame, named, figures=figures, least=least)


def _brand_line(row: BrandFigure, lang: str) -> dict[str, Any]:
    from vocmine.comparison.wording import phrases
    from vocmine.report.wording import Wording

    words = Wording(lang)
    own = phrases(lang)["own_brand"].format(brand=row.brand) if row.own else row.brand
    judged = row.negative + row.positive
    share = f" ({words.percent(row.negative, judged)})" if judged else ""
    return {
        "brand": own,
        "messages": row.messages,
        "share": words.percent(row.share, 1, decimals=1),
        "negative": f"{words.number(row.negative)}{share}",
        "positive": row.positive,
        "leaving": row.leaving,
        "quote": row.quotes[0].text if row.quotes else "",
    }


def _heads(lang: str, *names: str) -> list[tuple[str, str]]:
    from vocmine.comparison.wording import phrases

    return [(name, phrases(lang)[f"col_{name}"]) for name in names]


def _print(
    rows: Sequence[GroupFigure], format_: str, lang: str, *, every: bool, least: int
) -> None:
    from dataclasses import asdict

    from vocmine.cli.output import note, print_rows
    from vocmine.comparison.wording import column_name, finding, group_name
    from vocmine.report.wording import Wording

    shown = [row for row in rows if every or row.sure]
    if not rows:
        empty = f"No group has {least} messages beside {least} others; --min takes fewer."
    else:
        empty = f"No difference of {len(rows)} compared is sure; --all shows them."
    if format_ != "table":
        print_rows((asdict(row) for row in shown), format_, empty=empty)
        return
    words = Wording(lang)
    head = column_name(rows[0].column, words) if rows else ""
    lines = [
        {"value": group_name(row, words), "finding": finding(row, words), "messages": row.messages}
        for row in shown
    ]
    columns = [("value", head), *_heads(lang, "finding", "messages")]
    print_rows(lines, format_, columns=columns, lang=lang, empty=empty)
    if shown and len(shown) < len(rows):
        note(
            f"Left out, as it may be chance: {len(rows) - len(shown)} of {len(rows)} differences; "
            "--all shows them."
        )
