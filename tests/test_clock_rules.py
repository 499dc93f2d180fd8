"""The rules are data with a source, and say no more than was looked up."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from vocmine.catalogue import label_set
from vocmine.clock.cues import cues
from vocmine.clock.rows import ClockKind, Due, Repeater
from vocmine.clock.rules import ANSWER, Regime, Rule, find_regime, regimes
from vocmine.clock.words import words
from vocmine.errors import UsageError

RULES = [rule for regime in regimes() for rule in regime.rules]

# What was looked up: id, days, day type, silence with hours, extension, verified.
LOOKED_UP = {
    "co-general": (15, "business", "", 0, "double", True),
    "co-general-documents": (10, "business", "", 0, "double", True),
    "co-general-inquiry": (30, "business", "", 0, "double", True),
    "co-general-transfer": (5, "business", "", 0, "unknown", True),
    "co-general-complete": (10, "business", "", 0, "unknown", False),
    "co-491": (30, "business", "", 0, "unknown", False),
    "co-491-documents": (20, "business", "", 0, "unknown", False),
    "co-491-inquiry": (35, "business", "", 0, "unknown", False),
    "co-utilities": (15, "business", "positive", 72, "unknown", True),
    "co-telecom": (15, "business", "positive", 72, "unknown", False),
    "co-finance": (15, "business", "", 0, "unknown", False),
    "pe-consumer": (15, "business", "", 0, "none", True),
    "mx-finance": (30, "business", "", 0, "unknown", False),
    "cl-sernac": (18, "business", "", 0, "unknown", True),
    "ec-banks": (15, "calendar", "", 0, "unknown", True),
    "ec-international": (60, "calendar", "", 0, "unknown", True),
    "do-banks": (30, "calendar", "", 0, "unknown", True),
    "do-banks-45": (45, "calendar", "", 0, "unknown", True),
    "do-banks-180": (180, "calendar", "", 0, "unknown", True),
    "es-customer-service": (15, "business", "", 0, "unknown", True),
}


def _each(rules: list[Rule]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.id)


def test_every_rule_is_as_it_was_looked_up_and_there_are_no_others() -> None:
    found = {
        rule.id: (
            *(rule.days, rule.day_type, rule.silence, rule.recognition_hours),
            *(rule.extension, rule.verified),
        )
        for rule in RULES
    }
    assert found == LOOKED_UP


@_each(RULES)
def test_a_rule_has_a_source_and_values_that_are_known(rule: Rule) -> None:
    assert len(rule.source) > 8
    assert rule.step in ("answer", "transfer", "complete")
    assert rule.starts == "day_after_receipt"
    assert rule.day_type in ("business", "calendar")
    assert rule.extension in ("double", "none", "unknown")
    assert set(rule.kinds) <= set(label_set("pqrs").codes)
    assert bool(rule.kinds) == (rule.step == ANSWER)
    assert rule.id.startswith(rule.country.lower())
    for day in filter(None, (rule.valid_from, rule.valid_to)):
        date.fromisoformat(day)


@_each([rule for rule in RULES if not rule.verified])
def test_a_rule_that_is_not_verified_says_what_to_check(rule: Rule) -> None:
    assert rule.note


@_each([rule for rule in RULES if rule.valid_to])
def test_a_rule_that_ended_began_before(rule: Rule) -> None:
    assert rule.valid_from < rule.valid_to


def test_on_no_day_do_two_rules_that_began_together_claim_one_kind() -> None:
    for regime in regimes():
        for one, other in combinations(regime.terms, 2):
            together = (one.valid_from, one.about) == (other.valid_from, other.about)
            assert not (together and set(one.kinds) & set(other.kinds)), (one.id, other.id)


def test_no_rule_is_named_twice() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)


class TestFindingARegime:
    @pytest.mark.parametrize(
        ("country", "default"),
        [
            *(("CO", "general"), ("PE", "consumer"), ("MX", "finance"), ("CL", "sernac")),
            *(("EC", "banks"), ("DO", "banks"), ("ES", "customer-service")),
        ],
    )
    def test_a_country_has_a_default(self, country: str, default: str) -> None:
        assert find_regime(country).code == default

    def test_capitals_do_not_matter(self) -> None:
        assert find_regime("co", "Telecom").code == "telecom"

    def test_an_unknown_country_lists_those_there_are(self) -> None:
        with pytest.raises(UsageError, match=r"'BR'.*CO, PE, MX, CL, EC, DO, ES"):
            find_regime("BR")

    def test_an_unknown_regime_lists_those_of_the_country(self) -> None:
        with pytest.raises(UsageError, match=r"PE has no regime 'telecom'.*consumer"):
            find_regime("PE", "telecom")


class TestNames:
    """The regime says what a kind is called; the codes stay."""

    @staticmethod
    def name(regime: Regime, kind: str) -> set[str]:
        return {rule.kinds[kind] for rule in regime.terms if kind in rule.kinds and not rule.about}

    def test_queja_and_reclamo_differ_in_the_general_regime(self) -> None:
        regime = find_regime("CO", "general")
        assert self.name(regime, "grievance") == {"queja"}
        assert self.name(regime, "claim") == {"reclamo"}

    @pytest.mark.parametrize("code", ["telecom", "finance"])
    def test_they_are_one_in_telecom_and_in_finance(self, code: str) -> None:
        regime = find_regime("CO", code)
        assert self.name(regime, "grievance") == self.name(regime, "claim") == {"queja o reclamo"}

    def test_what_nobody_must_answer_has_no_term_anywhere(self) -> None:
        assert not {kind for rule in RULES for kind in rule.kinds} & {"compliment", "none"}


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_there_are_words_for_every_value_of_the_rules(lang: str) -> None:
    said = words(lang)
    for rule in RULES:
        assert f"extension_{rule.extension}" in said
        assert rule.step == ANSWER or f"step_{rule.step}" in said
        assert "{n}" in said[rule.day_type]
    assert "asesoría legal" in words("es")["no_advice"]


class TestThePage:
    """`docs/clock.md` says what the program does."""

    PAGE = (Path(__file__).parents[1] / "docs" / "clock.md").read_text("utf-8")

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_it_lists_every_rule_and_regime(self, rule: Rule) -> None:
        assert f"`{rule.id}`" in self.PAGE
        assert f"`{rule.regime}`" in self.PAGE

    @pytest.mark.parametrize("code", cues())
    def test_it_lists_every_cue(self, code: str) -> None:
        assert f"| `{code}` |" in self.PAGE

    def test_it_lists_every_key_of_the_rows(self) -> None:
        keys = {"schema", "status", "business_days_left"}
        for shape in (Due, ClockKind, Repeater, Rule):
            keys |= {field.name for field in fields(shape)}
        keys -= {"message", "state", "days_left"}  # not in the rows, or under another name
        assert {key for key in keys if f"`{key}`" not in self.PAGE} == set()

    def test_it_tells_how_many_dates_were_counted_by_hand(self) -> None:
        text = Path(__file__).with_name("clock_cases.md").read_text("utf-8")
        rows = sum(line.startswith("| ") for line in text.splitlines()) - 1
        assert f"against {rows} that were counted" in self.PAGE
