"""`vocmine friction`: what hurts, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import by_option, keep_duplicates_option, print_figures
from vocmine.cli.options import db_option, filter_options, format_option, lang_option
from vocmine.cli.selection import (
    LOOSEN,
    Cut,
    chosen_filter,
    open_store,
    rows_at_most,
    rows_option,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.store.reading import Filter

ROWS = 20
COLUMNS = ("rank", "friction", "where", "messages", "share", "trend", "owner", "quote")
ARROWS = {"up": "↑", "down": "↓", "flat": "→", "unknown": None}
FEW = {"es": "pocos datos", "pt": "poucos dados", "en": "few data"}


@click.command(
    epilog="""\b
Examples:
  vocmine friction
  vocmine friction --area "Canales digitales"
  vocmine friction --phase after --since 2026-01-01
  vocmine friction --touchpoint app --format json
  vocmine friction --by Ciudad --limit 3
  vocmine friction --print-owners > areas.toml
  vocmine friction --owners areas.toml

A friction point is a kind of obstacle at one stage and touchpoint. Where messages have an NPS, CSAT
or stars, points are ranked by what they cost it, with a 95 % interval, and those of which no loss
is shown follow; elsewhere by severity. The arrow tells a trend that is no chance. Copies of a
message count once. What the figures mean: docs/priorities.md."""
)
@click.option("--area", default="", metavar="NAME", help="Only the points of this area.")
@click.option(
    "--owners",
    "owners_file",
    default=None,
    metavar="FILE",
    help="TOML file of who owns what; without it, the areas of --print-owners.",
)
@click.option("--print-owners", is_flag=True, help="Print the default areas, to start from.")
@by_option
@keep_duplicates_option
@filter_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def friction(
    db: str,
    format_: str,
    lang: str,
    limit: int | None,
    by: str,
    keep_duplicates: bool,
    area: str,
    owners_file: str | None,
    print_owners: bool,
    **filters: str | None,
) -> None:
    """Rank the friction points: what to mend first, why, and who must."""
    from vocmine.cli.output import print_rows
    from vocmine.priorities.listing import point_rows
    from vocmine.priorities.owners import default_text, load_owners

    if print_owners:
        click.echo(default_text(), nl=False)
        return
    owners = load_owners(owners_file)
    wanted = owners.named(area) if area else ""
    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        most = rows_at_most(limit, format_, ROWS)

        def data(part: Filter) -> Cut:
            found = point_rows(store, part, owners, wanted)
            return Cut(map(_flat, found) if format_ == "csv" else found, most)

        def table(part: Filter, title: str) -> None:
            found = point_rows(store, part, owners, wanted)
            rows = Cut(found, most)
            print_rows(
                (_readable(row, lang) for row in rows),
                format_,
                columns=_columns(found, lang),
                title=title,
                lang=lang,
                empty=f"{title.strip()}{': ' * bool(title)}No friction point matches. {_why(part)}",
            )
            rows.note_rest(format_)

        print_figures(store, chosen, by, format_, lang, rows=data, table=table)


def _why(chosen: Filter) -> str:
    if chosen.friction == "other":
        return "A complaint without a cause is none: see 'vocmine insights --friction other'."
    return LOOSEN


def _columns(rows: Sequence[Mapping[str, Any]], lang: str) -> list[tuple[str, str]]:
    """The columns of a table, with what the points are ranked by."""
    from vocmine.display import heading, headings

    by_impact = bool(rows) and rows[0]["ranked_by"] == "impact"
    measures = ("impact", "cost") if by_impact else ("severity",)
    columns = headings((*COLUMNS[:5], *measures, *COLUMNS[5:]), lang)
    if not by_impact:
        return columns
    on = heading(rows[0]["impact_on"], lang)
    return [(name, f"{head} {on}" if name == "impact" else head) for name, head in columns]


def _readable(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A row as people read it; a loss that is not shown has no figure for its cost."""
    from vocmine.display import name_of, readable

    place = [name_of(n, row[n], lang) for n in ("stage", "touchpoint") if row[n] != "unknown"]
    return readable(row, lang) | {
        "where": " · ".join(place) or None,
        "impact": _impact(row, lang),
        "cost": row["cost"] if row["ranked_by"] == "impact" and row["weight"] else None,
        "severity": round(row["severity"]),
        "trend": ARROWS[row["trend"]],
        "owner": row["owner"] or None,
    }


def _impact(row: Mapping[str, Any], lang: str) -> str | None:
    """The fall, and below it its interval: `-12,3` and `(-15,0;-9,1)`."""
    if row["impact_on"] == "severity":
        return None
    if not row["impact_enough"]:
        return FEW[lang]
    effect, low, high = (_points(row, f"impact{end}", lang) for end in ("", "_low", "_high"))
    return f"{effect}\n({low};{high})"


def _points(row: Mapping[str, Any], name: str, lang: str) -> str:
    """Points of NPS with one decimal, of CSAT and stars with two."""
    text = f"{row[name]:.1f}" if row["impact_on"] == "nps" else f"{row[name]:.2f}"
    return text if lang == "en" else text.replace(".", ",")


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row for a spreadsheet: groups as `Ciudad: Bogotá`."""
    groups = [f"{group['column']}: {group['value']}" for group in row["segments"]]
    return {**row, "segments": groups}
