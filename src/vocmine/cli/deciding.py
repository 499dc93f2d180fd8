"""What the team brings to a report: its day, legal terms, areas, events and promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from vocmine.report.decisions import Options

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)
_NAMES = ("today", "regime", "owners", "events", "promises")


def decision_options(function: F) -> F:
    """`--today`, `--regime`, `--owners`, `--events`, `--promises`; see `decision_options_of`."""
    for name, metavar, text in (
        (
            "promises",
            "FILE",
            "What your organisation promises, a line each, as in 'vocmine promises'.",
        ),
        ("events", "FILE", "Strikes, price rises, holidays: a table with columns fecha, evento."),
        ("owners", "FILE", "Who owns what (TOML); 'vocmine friction --print-owners' prints one."),
    ):
        function = click.option(f"--{name}", type=_FILE, metavar=metavar, help=text)(function)
    function = click.option(
        "--regime",
        default="",
        metavar="CODE",
        help="Whose legal terms hold, as 'vocmine pqrs --rules' lists them.  "
        "[default: the general one of the country]",
    )(function)
    return click.option(
        "--today",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="The day that due dates are looked at.  [default: the day it is]",
    )(function)


def take_decision_options(given: dict[str, Any]) -> dict[str, Any]:
    """Take the values of `decision_options` out of all values of a command."""
    return {name: given.pop(name) for name in _NAMES if name in given}


def decision_options_of(
    *,
    by: str = "",
    country: str = "",
    today: datetime | None = None,
    regime: str = "",
    owners: Path | None = None,
    events: Path | None = None,
    promises: Path | None = None,
) -> Options:
    """The options of `vocmine.report.decisions`.

    Args:
        by: Column whose groups are compared; empty compares none.
        country: Whose legal terms hold; empty means that of most messages of the report.
        today: Day the clock stands at; None means the day it is.
        regime: Code; empty means the default one of the country.
        owners: TOML file of areas; None means the default ones.
        events: Table of context events.
        promises: A list of promises, as `load_promises` reads it.

    Raises:
        UsageError: The file of promises cannot be read, or holds none.
    """
    from vocmine.journey.promise_list import load_promises
    from vocmine.report.decisions import Options

    return Options(
        today=today.date() if today else date.today(),
        by=(by,) if by else (),
        owners=owners,
        events=events,
        promises=tuple(load_promises(promises)) if promises else (),
        country=_country_of_terms(country, regime),
        regime=regime,
    )


def _country_of_terms(country: str, regime: str) -> str:
    """Whose terms hold; a report of a country without known terms is made, without a clock."""
    from vocmine.clock.rules import DEFAULT_COUNTRY, regimes

    known = any(one.country == country.upper() for one in regimes())
    return country if known or regime or not country else DEFAULT_COUNTRY
