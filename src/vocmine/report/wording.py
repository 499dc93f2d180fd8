"""Words and numbers as the report's reader writes them, in Spanish, Portuguese or English."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING, Any

from vocmine.catalogue import INTERFACE_LANGS, catalogue
from vocmine.display import name_of
from vocmine.errors import UsageError

if TYPE_CHECKING:
    from vocmine.report.periods import Grain

MINUS = "\N{MINUS SIGN}"


@cache
def strings() -> dict[str, dict[str, Any]]:
    """The interface strings of every language, by key; a pair is singular and plural."""
    raw: dict[str, dict[str, Any]] = json.loads(
        files("vocmine.report").joinpath("strings.json").read_text("utf-8")
    )
    return raw


class Wording:
    """Strings, numbers, dates and label names of one language.

    Args:
        lang: `es`, `pt` or `en`.

    Raises:
        UsageError: When the report does not speak that language.
    """

    def __init__(self, lang: str) -> None:
        if lang not in INTERFACE_LANGS:
            raise UsageError(
                f"There is no report in '{lang}'.", f"Use one of: {', '.join(INTERFACE_LANGS)}."
            )
        self.lang = lang
        self._strings = strings()[lang]

    def text(self, key: str, **values: object) -> str:
        """One string with its `{placeholders}` filled in as they are."""
        template: str = self._strings[key]
        return template.format(**values) if values else template

    def count(self, key: str, n: int, **values: object) -> str:
        """One string in singular or plural, with `{n}` written as a number."""
        singular, plural = self._strings[key]
        template: str = singular if n == 1 else plural
        return template.format(n=self.number(n), **values)

    def pair(self, key: str) -> tuple[str, str]:
        """Singular and plural of a counted string, gaps and all, for a page that counts itself."""
        singular, plural = self._strings[key]
        return singular, plural

    def pieces(self, key: str, count: int = 0, /, **values: Any) -> list[Any]:
        """One string cut at its gaps: texts and what fills them, which need not be text.

        Args:
            key: Of the string.
            count: Chooses between singular and plural, where the string has both; fills no gap.
            values: For the gaps; a list is put in piece by piece.
        """
        template = self._strings[key]
        if isinstance(template, list):
            template = template[0 if count == 1 else 1]
        found: list[Any] = []
        for text, gap, *_ in Formatter().parse(template):
            filling = values[gap] if gap else ""
            found += [text, *(filling if isinstance(filling, list) else [filling])]
        return [piece for piece in found if piece != ""]

    def number(self, value: float, decimals: int = 0) -> str:
        """`1.234` or `-1,5`, with the language's separators and a real minus sign."""
        text = f"{abs(value):,.{decimals}f}"
        separators = {",": self.text("thousands"), ".": self.text("decimal")}
        text = "".join(separators.get(character, character) for character in text)
        return MINUS + text if round(value, decimals) < 0 else text

    def signed(self, value: float) -> str:
        """A share of -1.0 to 1.0 as whole points with its sign: `+12`, `−40`, `0`."""
        points = round(value * 100)
        return f"+{points}" if points > 0 else self.number(points)

    def percent(self, part: float, whole: float, *, decimals: int = 0) -> str:
        """`45 %`, written as the language does; `<1 %` or `>99 %` where rounding would say none
        or all."""
        share = 100 * part / whole if whole else 0.0
        least = 10**-decimals
        if 0 < share < least / 2:
            return "<" + self.text("percent", n=self.number(least, decimals))
        if 100 - least / 2 <= share < 100:
            return ">" + self.text("percent", n=self.number(100 - least, decimals))
        return self.text("percent", n=self.number(share, decimals))

    def day(self, iso: str, *, style: str = "date_short") -> str:
        """A day such as `2026-03-02` in the style `date_long`, `date_short` or `date_axis`."""
        value = date.fromisoformat(iso)
        names = self._strings["months" if style == "date_long" else "months_short"]
        return self.text(style, day=value.day, month=names[value.month - 1], year=value.year)

    def period(self, key: str, grain: Grain, *, axis: bool = False) -> str:
        """The name of a period: `mar 2026`, `semana del 2 mar 2026`, `2026`; shorter on an axis."""
        if grain == "year":
            return key
        if grain == "month":
            year, month = key.split("-")
            return self.text(
                "month_short", month=self._strings["months_short"][int(month) - 1], year=year
            )
        if axis:
            return self.day(key, style="date_axis")
        return self.text("week_of", date=self.day(key)) if grain == "week" else self.day(key)

    def label(self, labels: str, code: str, *, capital: bool = True) -> str:
        """Display name of a code, first letter in capitals; an unknown code stays as it is."""
        name = _names(labels, self.lang).get(code, code)
        return name[:1].upper() + name[1:] if capital else name

    def listing(self, parts: list[str]) -> str:
        """`a, b y c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.text("and", first=", ".join(parts[:-1]), last=parts[-1])

    def place(self, stage: str, touchpoint: str, *, capital: bool = True) -> str:
        """`Soporte · Teléfono`; what is not known is left out."""
        known = [
            self.label(labels, code, capital=capital)
            for labels, code in (("stage", stage), ("touchpoint", touchpoint))
            if code != "unknown"
        ]
        return " · ".join(known)

    def point(self, friction: str, stage: str, touchpoint: str) -> str:
        """`demora (soporte · teléfono)`: one friction point inside a sentence."""
        place = self.place(stage, touchpoint, capital=False)
        name = self.label("friction", friction, capital=False)
        return f"{name} ({place})" if place else name

    def named(self, kind: str, code: str) -> str:
        """A code that is no label, in words: `named("control", "brand")`; an unknown one stays."""
        return str(self._strings.get(f"{kind}_{code}") or name_of(kind, code, self.lang))


@cache
def _names(labels: str, lang: str) -> dict[str, str]:
    known = catalogue().get(labels)
    return {label.code: label.names[lang] for label in known.labels} if known else {}
