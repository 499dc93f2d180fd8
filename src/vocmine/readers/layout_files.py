"""Reads the TOML file of a vendor, and says what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError
from vocmine.readers.aliases import ALIASES, plain
from vocmine.readers.layouts import KINDS, METRICS, Layout, Rule, Skip, Turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HINT = "Its keys are explained in docs/vendors.md."
_EXPORT_KEYS = (
    "columns", "fields", "context", "metrics", "html", "values", "skip", "turns", "warning"
)  # fmt: skip
_TURN_KEYS = (
    "list", "cells", "pattern", "opening", "opening_customer", "body", "html", "time", "author",
    "customer", "bot", "private", "closing",
)  # fmt: skip
_RULE_KEYS = ("key", "is", "is_not", "same_as")
_MERGED = ("fields", "metrics")


def parse_layouts(text: str, name: str, *, own: bool) -> list[Layout]:
    """The layouts of one file: one, or one for each `[[export]]`.

    What stands outside the exports goes for all of them; `fields` and `metrics` are merged by
    name, and the other keys of an export replace those of the file.

    Args:
        text: The file's text.
        name: The file's name, for errors.
        own: Whether the user wrote it.

    Raises:
        UsageError: Not TOML, or a key, field, kind or rule that does not exist.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}.", _HINT) from None
    file = _File(name)
    file.check_keys(document, ("name", "kind", "export", *_EXPORT_KEYS))
    exports = document.get("export", [{}])
    if not isinstance(exports, list) or not all(isinstance(export, dict) for export in exports):
        raise file.wrong("'export' is written [[export]]")
    shared = {key: value for key, value in document.items() if key in _EXPORT_KEYS}
    vendor = file.text(document, "name", needed=True)
    kind = file.text(document, "kind", needed=True)
    if kind not in KINDS:
        raise file.wrong(f"'kind' is one of {', '.join(KINDS)}, not '{kind}'")
    found = []
    for export in exports:
        file.check_keys(export, ("name", *_EXPORT_KEYS))
        merged = shared | export
        for key in _MERGED:
            merged[key] = file.table(shared, key) | file.table(export, key)
        found.append(file.layout(merged, vendor, kind, file.text(export, "name"), own=own))
    return found


class _File:
    """One file being read: its name goes in every error."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, what: str) -> UsageError:
        return UsageError(f"{self.name}: {what}.", _HINT)

    def check_keys(self, given: Mapping[str, Any], known: Iterable[str], where: str = "") -> None:
        known = tuple(known)
        for key in given:
            if key not in known:
                inside = f" in {where}" if where else ""
                raise self.wrong(f"there is no key '{key}'{inside}; use one of {', '.join(known)}")

    def text(self, given: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
        value = given.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self.wrong(f"'{key}' must be a text")
        return value.strip()

    def texts(self, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = given.get(key, ())
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise self.wrong(f"'{key}' must be a text or a list of texts")
        return tuple(value)

    def table(self, given: Mapping[str, Any], key: str) -> dict[str, Any]:
        value = given.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"'{key}' must be a table, written [{key}]")
        return value

    def columns(self, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
        return tuple(map(plain, self.texts(given, key)))

    def layout(
        self, given: Mapping[str, Any], vendor: str, kind: str, export: str, *, own: bool
    ) -> Layout:
        needed = tuple(
            frozenset(map(plain, choice.split("|"))) for choice in self.texts(given, "columns")
        )
        if not needed:
            raise self.wrong("'columns' must name the columns that tell this export from others")
        fields, metrics = self.table(given, "fields"), self.table(given, "metrics")
        self.check_keys(fields, ALIASES, "fields")
        self.check_keys(metrics, METRICS, "metrics")
        return Layout(
            vendor=vendor,
            kind=kind,
            needed=needed,
            export=export,
            fields={key: self.columns(fields, key) for key in fields},
            context=self.columns(given, "context"),
            metrics={key: self.columns(metrics, key) for key in metrics},
            html=frozenset(self.columns(given, "html")),
            values=self.values(given),
            skip=tuple(self.skips(given)),
            turns=self.turns(self.table(given, "turns")) if given.get("turns") else None,
            warning=self.text(given, "warning"),
            own=own,
        )

    def values(self, given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        tables = self.table(given, "values")
        return {
            plain(column): {code.lower(): self.text(meanings, code) for code in meanings}
            for column in tables
            if (meanings := self.table(tables, column))
        }

    def skips(self, given: Mapping[str, Any]) -> Iterable[Skip]:
        for entry in self.tables(given, "skip"):
            reason = self.text(entry, "reason", needed=True)
            rule = {key: value for key, value in entry.items() if key != "reason"}
            yield Skip(self.rule(rule, "skip"), reason)

    def tables(self, given: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        value = given.get(key, [])
        value = [value] if isinstance(value, dict) else value
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.wrong(f'\'{key}\' must be a list of rules such as {{ key = "…", is = "…" }}')
        return value

    def turns(self, given: Mapping[str, Any]) -> Turns:
        self.check_keys(given, _TURN_KEYS, "turns")
        defaults = Turns()
        if not (given.get("list") or given.get("cells")):
            raise self.wrong("'turns' must say where they are, with 'list' or 'cells'")
        return Turns(
            list=plain(self.text(given, "list")),
            cells=plain(self.text(given, "cells")),
            pattern=self.pattern(self.text(given, "pattern")),
            opening=self.columns(given, "opening"),
            opening_customer=self.rules(given, "opening_customer"),
            body=self.texts(given, "body") or defaults.body,
            html=frozenset(self.texts(given, "html")),
            time=self.texts(given, "time") or defaults.time,
            author=self.texts(given, "author") or defaults.author,
            customer=self.rules(given, "customer"),
            bot=self.rules(given, "bot"),
            private=self.rules(given, "private"),
            closing=self.rules(given, "closing"),
        )

    def pattern(self, text: str) -> re.Pattern[str] | None:
        if not text:
            return None
        try:
            found = re.compile(text)
        except re.error as error:
            raise self.wrong(f"'pattern' is no regular expression: {error}") from None
        if "body" not in found.groupindex:
            raise self.wrong("'pattern' must have a group (?P<body>…)")
        return found

    def rules(self, given: Mapping[str, Any], key: str) -> tuple[Rule, ...]:
        return tuple(self.rule(entry, key) for entry in self.tables(given, key))

    def rule(self, given: Mapping[str, Any], where: str) -> Rule:
        self.check_keys(given, _RULE_KEYS, where)
        if len(given) != 2 or not self.text(given, "key"):
            raise self.wrong(
                f"each rule of '{where}' has a 'key' and one of 'is', 'is_not' and 'same_as'"
            )
        words = self.texts(given, "is") + self.texts(given, "is_not")
        return Rule(
            self.text(given, "key"),
            frozenset(word.strip().lower() for word in words),
            unlike="is_not" in given,
            same_as=self.columns(given, "same_as"),
        )
