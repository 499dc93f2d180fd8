"""Legal terms as data: which one holds for a kind of message on the day it came in.

The records are in `rules.toml`, with their source and whether they were checked against it. None of
this is legal advice: it is what dates are computed from, and is shown with them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_COUNTRY = "CO"
ANSWER = "answer"
DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal term of a regime.

    Args:
        id: Stable identifier.
        country: ISO 3166-1 alpha-2.
        regime: Code of the regime.
        kinds: Code of the label set `pqrs` to its name under the regime.
        days: Length of the term.
        day_type: `business` or `calendar`.
        source: Where it was read.
        verified: Whether it was checked against that source.
        step: What the term is for: `answer`, or `transfer` and `complete`, which are only listed.
        about: `documents` when it holds only for requests of documents and information.
        starts: When counting starts.
        extension: `double`, `none` or `unknown`.
        silence: `positive` or empty.
        recognition_hours: To recognise positive silence; 0 when the rule has none.
        valid_from: First day of receipt, ISO; empty when open.
        valid_to: Last day of receipt, ISO; empty when open.
        note: What to know before relying on it, in Spanish.
    """

    id: str
    country: str
    regime: str
    days: int
    day_type: str
    source: str
    verified: bool
    kinds: Mapping[str, str] = field(default_factory=dict)
    step: str = ANSWER
    about: str = ""
    starts: str = "day_after_receipt"
    extension: str = "unknown"
    silence: str = ""
    recognition_hours: int = 0
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""

    @property
    def is_business(self) -> bool:
        """Whether its days are business days."""
        return self.day_type == "business"


@dataclass(frozen=True, slots=True)
class Regime:
    """The rules of one sector of one country, those that began last at the end."""

    country: str
    code: str
    name: str
    rules: tuple[Rule, ...]

    @property
    def terms(self) -> tuple[Rule, ...]:
        """The rules that give messages a date."""
        return tuple(rule for rule in self.rules if rule.step == ANSWER)


@cache
def regimes() -> tuple[Regime, ...]:
    """All regimes, those of a country together, its default first."""
    text = files("vocmine.clock").joinpath("rules.toml").read_text("utf-8")
    return tuple(_regime(given) for given in tomllib.loads(text)["regime"])


def _regime(given: Mapping[str, Any]) -> Regime:
    country, code = given["country"], given["code"]
    rules = [Rule(country=country, regime=code, **rule) for rule in given["rule"]]
    return Regime(
        country, code, given["name"], tuple(sorted(rules, key=lambda rule: rule.valid_from))
    )


def find_regime(country: str, code: str = "") -> Regime:
    """The regime of a country by its code, or the country's default.

    Raises:
        UsageError: There is none; the error lists those there are.
    """
    of_country = [regime for regime in regimes() if regime.country == country.upper()]
    if not of_country:
        known = ", ".join(dict.fromkeys(regime.country for regime in regimes()))
        raise UsageError(
            f"There are no terms for the country '{country}'.", f"Use one of: {known}."
        )
    if not code:
        return of_country[0]
    for regime in of_country:
        if regime.code == code.lower():
            return regime
    known = ", ".join(regime.code for regime in of_country)
    raise UsageError(
        f"{of_country[0].country} has no regime '{code}'.",
        f"Use one of: {known}; 'vocmine pqrs --rules' tells what each is.",
    )
