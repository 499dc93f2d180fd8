"""Options: what may be set, of which type; checked before anything sees a value."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from vocmine.errors import UsageError

OptionType = Literal["text", "integer", "real", "boolean"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_KINDS = {
    "text": ("text", "texts"),
    "integer": ("a whole number", "whole numbers"),
    "real": ("a number", "numbers"),
    "boolean": ("true or false", "true or false"),
}
_SHOWN = 60
"""Characters of a wrong value that are repeated."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option that a plugin takes: `--option analyzer.name=value`, `[plugins.analyzer]`.

    Args:
        name: Letters, digits, `-` and `_`, unique in its plugin.
        type: `text`, `integer`, `real` or `boolean`; what the plugin gets is of it.
        help: What it does, in one line; begins in lower case and ends without a full stop.
        default: What the plugin gets when nobody sets it; None: then it gets no such option.
        minimum: Least value of a number.
        maximum: Greatest value of a number.
        choices: The only values that a text may have; empty means any.
        many: Whether it is a list, which the plugin gets as a tuple.

    Raises:
        ValueError: The declaration makes no sense; says which option and why.
    """

    name: str
    type: OptionType = "text"
    help: str = ""
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    many: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"option {self.name!r}: a name has letters, digits, '-' and '_' and begins "
                "with a letter"
            )
        if self.type not in get_args(OptionType):
            raise ValueError(
                f"option '{self.name}': type {self.type!r} is none of "
                f"{', '.join(get_args(OptionType))}"
            )
        if self.default is not None:
            try:
                self.check(self.default)
            except ValueError as error:
                raise ValueError(f"option '{self.name}': its default {error}") from None

    @property
    def expected(self) -> str:
        """What a value must be, to end a sentence with: `a whole number from 2 to 100`."""
        if self.choices:
            return ("a list of " if self.many else "one of ") + ", ".join(self.choices)
        kind = _KINDS[self.type][self.many]
        low, high = _told(self.minimum), _told(self.maximum)
        limits = f" from {low} to {high}" if low and high else ""
        if not limits:
            limits = f" of at least {low}" if low else f" of at most {high}" if high else ""
        return f"a list of {kind}{limits}" if self.many else f"{kind}{limits}"

    def check(self, value: object) -> Any:
        """The value, where it is of the type and within the limits; a list comes back as a tuple.

        Raises:
            ValueError: `is 'x', and must be a whole number`, to follow the name of the option.
        """
        if not self.many:
            return self._checked(value, value)
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._wrong(value)
        return tuple(self._checked(item, value) for item in value)

    def read(self, text: str) -> Any:
        """The value that a text stands for, as the command line and the environment have it.

        A list is separated by commas, or a TOML array: `["a, b", "c"]`.

        Raises:
            ValueError: As `check`.
        """
        if not self.many:
            return self.check(self._parsed(text))
        if text.lstrip().startswith("["):
            try:
                return self.check(tomllib.loads(f"given = {text}")["given"])
            except tomllib.TOMLDecodeError:
                raise self._wrong(text) from None
        parts = [part.strip() for part in text.split(",")]
        return self.check([self._parsed(part) for part in parts if part])

    def _parsed(self, text: str) -> object:
        """A text as the type; the text itself where it is none, for `check` to refuse."""
        try:
            if self.type == "integer":
                return int(text)
            if self.type == "real":
                return float(text)
        except ValueError:
            return text
        return _WORDS.get(text.strip().lower(), text) if self.type == "boolean" else text

    def _checked(self, value: object, whole: object) -> object:
        kinds = {"text": str, "integer": int, "real": (int, float), "boolean": bool}
        fits = isinstance(value, kinds[self.type])  # type: ignore[arg-type]
        if isinstance(value, bool):  # Python counts it as a whole number
            fits = self.type == "boolean"
        elif fits and isinstance(value, int | float):
            low = -math.inf if self.minimum is None else self.minimum
            high = math.inf if self.maximum is None else self.maximum
            fits = math.isfinite(value) and low <= value <= high
            value = float(value) if self.type == "real" else value
        elif fits and self.choices:
            fits = value in self.choices
        if not fits:
            raise self._wrong(whole)
        return value

    def _wrong(self, value: object) -> ValueError:
        shown = repr(list(value) if isinstance(value, tuple) else value)
        shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
        return ValueError(f"is {shown}, and must be {self.expected}")


def _told(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean 'country'?`, or nothing where no name is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else ""


def declared_options(owner: object) -> tuple[Option, ...]:
    """The options that an analyzer declares; a mapping of name to meaning, as of old, is of texts.

    Raises:
        ValueError: Its `options` are neither, or two have one name.
    """
    given = getattr(owner, "options", ())
    if isinstance(given, Mapping):
        return tuple(Option(str(name), help=str(meaning)) for name, meaning in given.items())
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ValueError(f"'options' must be a tuple of Option, and is {type(given).__name__}")
    for one in given:
        if not isinstance(one, Option):
            raise ValueError(f"'options' must be a tuple of Option, and holds {one!r:.60}")
    names = [one.name for one in given]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"option '{twice[0]}' is declared twice")
    return tuple(given)


def checked_options(
    analyzer: str, declared: Sequence[Option], given: Mapping[str, object]
) -> dict[str, Any]:
    """Values as the analyzer gets them: typed, with the defaults of what nobody set.

    Args:
        analyzer: Its name, for messages.
        declared: What it takes.
        given: Option to value; a text stands for a value of any type.

    Raises:
        UsageError: An option that it does not have, or a value that it cannot have.
    """
    known = {option.name: option for option in declared}
    for name in given:
        if name not in known:
            listed = "; ".join(f"{o.name} ({o.help or o.expected})" for o in declared)
            hint = f"Its options are: {listed}." if known else "It takes none: leave it out."
            raise UsageError(
                f"Analyzer '{analyzer}' has no option '{name}'.",
                f"{did_you_mean(name, known)} {hint}".strip(),
            )
    values = {o.name: o.default for o in declared if o.default is not None}
    for name, value in given.items():
        option = known[name]
        try:
            values[name] = option.read(value) if isinstance(value, str) else option.check(value)
        except ValueError as error:
            raise UsageError(
                f"{analyzer}.{name} {error}.",
                f"It is: {option.help}." if option.help else "",
            ) from error
    return values
