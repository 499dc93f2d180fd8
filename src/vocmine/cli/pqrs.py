"""`vocmine pqrs`: what is due and overdue by law, and who insists."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import note_copies
from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import Cut, chosen_filter, open_store, rows_at_most, rows_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vocmine.clock.rows import Due
    from vocmine.clock.rules import Regime
    from vocmine.store import Store
    from vocmine.store.frame import Frame

ROWS = 20
STATES = ("red", "amber", "green", "grey", "none")
CASE = (
    *("external_id", "kind_name", "status", "due", "business_days_left", "area", "cues"),
    "repeats",
)
KIND = (
    *("kind_name", "messages", "open", "red", "amber", "green", "answered", "share_in_time"),
    *("median_days", "extended", "transferred", "silence"),
)
REPEATER = ("author", "messages", "open", "overdue", "insisted", "first", "cues")
RULE = ("country", "regime", "rule", "kinds", "days", "silence_rule", "verified", "source")
FILES = (".xlsx", ".ics")


@click.command(
    epilog="""\b
Examples:
  vocmine pqrs
  vocmine pqrs --country CO --regime telecom --today 2026-11-22
  vocmine pqrs --state red --area Cartera --limit 0
  vocmine pqrs --summary --format csv > reloj.csv
  vocmine pqrs --repeated
  vocmine pqrs -o vencimientos.xlsx
  vocmine pqrs --state amber --state green -o vencimientos.ics
  vocmine pqrs --rules --country CO

Red is overdue, amber has three business days or fewer left, green has more, grey is answered, none
has no term. Whatever was filed has a term of its own, copies too; with --merge-copies a request
that came several times is one case, the most urgent of its copies. Cues (tutela, riesgo de vida,
adulto mayor …) are found by their words and in columns; they tell people where to look first. A *
marks a rule that is not verified. vocmine computes and shows dates; it gives no legal advice."""
)
@click.option("--country", default="", metavar="CODE", help="Whose law.  [default: most messages']")
@click.option(
    "--regime", default="", metavar="CODE", help="Sector, see --rules.  [default: the country's]"
)
@click.option("--today", default="", metavar="YYYY-MM-DD", help="As of this day.  [default: today]")
@click.option("--area", default="", metavar="NAME", help="Only cases of this area.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="Only cases of this light; may be repeated.  [default: all but none]",
)
@click.option("--summary", is_flag=True, help="Only the figures, by kind.")
@click.option("--repeated", is_flag=True, help="Customers who wrote again while a case was open.")
@click.option("--rules", is_flag=True, help="The rules, with their source; needs no store.")
@click.option(
    "--output", "-o", default="", metavar="FILE", help="Write the list to FILE (.xlsx or .ics)."
)
@click.option("--force", is_flag=True, help="Replace FILE when it exists.")
@period_options
@click.option(
    "--merge-copies",
    is_flag=True,
    help="One case for all copies of a message; data formats and the workbook name the others.",
)
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def pqrs(
    country: str,
    regime: str,
    today: str,
    area: str,
    states: tuple[str, ...],
    summary: bool,
    repeated: bool,
    rules: bool,
    output: str,
    force: bool,
    merge_copies: bool,
    db: str,
    format_: str,
    lang: str,
    limit: int | None,
    **filters: str | None,
) -> None:
    """Show the PQRS clock: what is due by law and when, what is overdue, who insists."""
    from vocmine.cli.output import note
    from vocmine.clock.cases import case_rows, usual_country
    from vocmine.clock.listing import gaps, most_urgent_first, stand
    from vocmine.clock.rules import find_regime
    from vocmine.store.frame import read_frame

    if rules:
        _print_rules(country, regime, format_, lang)
        return
    day = _day(today)
    _check_output(output)
    with open_store(db) as store:
        chosen = chosen_filter(store, not merge_copies, **filters)
        frame = read_frame(store, chosen)
        found = find_regime(country or usual_country(frame), regime)
        law = {"country": found.country, "regime": found.code}
        rows = case_rows(store, chosen, frame, **law, today=day)
        wanted = most_urgent_first(_chosen(rows, area, states))
        title = stand(found, day, lang, states=states, area=area, **filters)
        if output:
            _write(store, Path(output), force, frame, wanted, found, day, area, title, lang)
        elif summary:
            _print_summary(wanted, title, format_, lang)
        elif repeated:
            _print_repeated(frame, wanted, format_, lang, rows_at_most(limit, format_, ROWS))
        else:
            _print_cases(wanted, title, format_, lang, rows_at_most(limit, format_, ROWS))
        for line in gaps(frame, rows, day.isoformat(), found.country):
            note(line)
        note_copies(store, chosen)
        _note_rules(wanted, found, format_, lang)


def _day(today: str) -> date:
    from vocmine.cli.selection import checked_date

    return date.fromisoformat(checked_date("today", today)) if today else date.today()


def _check_output(output: str) -> None:
    from vocmine.errors import UsageError

    if output and Path(output).suffix.lower() not in FILES:
        raise UsageError(
            f"'{output}' is neither a workbook nor a calendar.",
            "End it in .xlsx or .ics, or print the list: --format csv > FILE.",
        )


def _chosen(rows: Sequence[Due], area: str, states: Sequence[str]) -> list[Due]:
    """Cases of an area, whatever its accents and capitals, and of some lights.

    Raises:
        UsageError: No message is of that area.
    """
    from vocmine.errors import UsageError
    from vocmine.readers.aliases import plain

    wanted = states or STATES[:-1]
    if area:
        name = plain(area)
        known = sorted({row.area for row in rows if row.area})
        if name not in map(plain, known):
            some = ", ".join(f"'{item}'" for item in known[:8]) or "none"
            more = ", …" if len(known) > 8 else ""
            raise UsageError(f"No message is of the area '{area}'.", f"There are: {some}{more}.")
        rows = [row for row in rows if plain(row.area) == name]
    return [row for row in rows if row.state in wanted]


def _columns(names: Sequence[str], lang: str) -> list[tuple[str, str]]:
    from vocmine.clock.words import words

    return [(name, words(lang)[name]) for name in names]


def _print(
    data: Callable[[], Sequence[dict[str, Any]]],
    shown: Callable[[], Sequence[dict[str, Any]]],
    columns: Sequence[str],
    format_: str,
    lang: str,
    *,
    title: str = "",
    empty: str = "",
    limit: int = 0,
) -> None:
    """Rows for other programs, or a table for people."""
    from vocmine.cli.output import print_rows

    rows = Cut(shown() if format_ == "table" else data(), limit)
    named = _columns(columns, lang)
    print_rows(rows, format_, columns=named, title=title, empty=empty, lang=lang)
    rows.note_rest(format_)


def _print_cases(rows: Sequence[Due], title: str, format_: str, lang: str, limit: int) -> None:
    from vocmine.clock.listing import case_row, shown_case

    if format_ == "table" and any(row.due for row in rows):
        _print_summary(rows, title, format_, lang)
    _print(
        lambda: list(map(case_row, rows)),
        lambda: [shown_case(row, lang) for row in rows],
        CASE,
        format_,
        lang,
        empty="No case to show. Loosen the options; --state none lists messages without a term.",
        limit=limit,
    )


def _print_summary(rows: Sequence[Due], title: str, format_: str, lang: str) -> None:
    from vocmine.clock.listing import kind_row, shown_kind
    from vocmine.clock.summary import clock_kinds

    kinds = clock_kinds(rows)
    _print(
        lambda: list(map(kind_row, kinds)),
        lambda: [shown_kind(row, lang) for row in kinds],
        KIND,
        format_,
        lang,
        title=title,
        empty="No message has a term under this regime.",
    )


def _print_repeated(frame: Frame, rows: Sequence[Due], format_: str, lang: str, limit: int) -> None:
    from vocmine.clock.customers import repeated_customers
    from vocmine.clock.listing import repeater_row, shown_repeater

    found = repeated_customers(frame, rows)
    _print(
        lambda: list(map(repeater_row, found)),
        lambda: [shown_repeater(row, lang) for row in found],
        REPEATER,
        format_,
        lang,
        empty="No customer wrote again while a case was open (or the export names no customers).",
        limit=limit,
    )


def _print_rules(country: str, regime: str, format_: str, lang: str) -> None:
    from vocmine.cli.output import note
    from vocmine.clock.listing import rule_row, shown_rule
    from vocmine.clock.rules import find_regime, regimes
    from vocmine.clock.words import words

    chosen = list(regimes())
    if country:
        first = find_regime(country, regime)
        chosen = [first] if regime else [r for r in chosen if r.country == first.country]
    elif regime:
        chosen = [r for r in chosen if r.code == regime.lower()] or [find_regime("CO", regime)]
    pairs = [(rule, one) for one in chosen for rule in one.rules]
    _print(
        lambda: [rule_row(rule, flat=format_ == "csv") for rule, _ in pairs],
        lambda: [shown_rule(rule, one, lang) for rule, one in pairs],
        RULE,
        format_,
        lang,
    )
    if format_ == "table":
        for rule, _ in pairs:
            if rule.note:
                note(f"{rule.id}: {rule.note}")
        note(words(lang)["no_advice"])


def _note_rules(rows: Sequence[Due], regime: Regime, format_: str, lang: str) -> None:
    from vocmine.cli.output import note
    from vocmine.clock.words import words

    sure = {rule.id for rule in regime.terms if rule.verified}
    named = {row.rule for row in rows if row.due and not row.verified}
    doubtful = sorted(f"the extension of {rule}" if rule in sure else rule for rule in named)
    if doubtful:
        note(
            f"* Not verified: {', '.join(doubtful)}; 'vocmine pqrs --rules' tells the source "
            "and what to check."
        )
    if format_ == "table" and rows:
        note(words(lang)["no_advice"])


def _write(
    store: Store,
    path: Path,
    force: bool,
    frame: Frame,
    rows: Sequence[Due],
    regime: Regime,
    day: date,
    area: str,
    title: str,
    lang: str,
) -> None:
    from vocmine.export import check_target, written_whole

    check_target(store, path, force)
    with written_whole(path) as part:
        if path.suffix.lower() == ".xlsx":
            from vocmine.clock.workbook import write_due_workbook

            write_due_workbook(part, frame, rows, regime, title, lang)
        else:
            from vocmine.clock.ical import due_calendar

            part.write_bytes(due_calendar(rows, regime, day, area=area, lang=lang))
    click.echo(path)
