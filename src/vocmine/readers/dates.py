"""Dates as exports write them, day first unless the column says otherwise.

Nothing here guesses: a cell that is not a whole date gives None, and the caller counts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "ene enero jan january janeiro",
            "feb febrero february fev fevereiro",
            "mar marzo march marco",
            "abr abril apr april",
            "may mayo mai maio",
            "jun junio june junho",
            "jul julio july julho",
            "ago agosto aug august",
            "sep sept septiembre setiembre set september setembro",
            "oct octubre october out outubro",
            "nov noviembre november novembro",
            "dic diciembre dec december dez dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_ACCENTS = str.maketrans("áéíóúàâêôãõçüñ", "aeiouaaeoaocun")
_TIME = (
    r"(?P<hour>\d{1,2})(?:[:h.](?P<minute>\d{2}))?(?:[:.m](?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?:h(?:rs?|oras?|s)?\b\.?)?\s*(?P<half>[ap])?\.?\s?(?(half)m\b\.?)"
    r"\s*(?P<zone>z|(?:utc|gmt)?[+-]\d{2}:?\d{2}|(?:utc|gmt)?[+-]\d{1,2}\b|utc|gmt|[a-z]{3,4})?"
)
_SEPARATOR = r"(?:t|\s*,?\s*(?:a\s+las?\s+|as\s+|at\s+|-\s*|\|\s*)?)"
_TAIL = rf"(?:{_SEPARATOR}{_TIME}(?:\s*\([^)]*\))?)?\s*"
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TAIL}")
_NUMERIC = re.compile(
    rf"(?P<a>\d{{1,2}})[-/. ](?P<b>\d{{1,2}})[-/. ](?P<year>\d{{4}}|\d{{2}}){_TAIL}"
)
_DAY_NAME = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|°)?[-/.,\s]*(?:de\s+|of\s+)?(?P<name>[a-z]{{3,10}})"
    rf"[-/.,\s]*(?:del?\s+)?(?P<year>\d{{4}}|\d{{2}}(?![:\d])){_TAIL}"
)
_NAME_DAY = re.compile(
    rf"(?P<name>[a-z]{{3,10}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TAIL}"
)
_UNIX = re.compile(
    r"(?P<name>[a-z]{3})\s+(?P<day>\d{1,2})\s+(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
    r"\s+(?P<zone>[+-]\d{4}|[a-z]{2,5})?\s*(?P<year>\d{4})"
)
_WEEKDAY = re.compile(r"^(?:[a-z]{2,9}\.?(?:-feira)?,?\s+)(?=\d|[a-z]{3})")
_WEEKDAYS = frozenset({
    "lun", "lunes", "mar", "martes", "mie", "miercoles", "jue", "jueves", "vie", "viernes",
    "sab", "sabado", "dom", "domingo", "mon", "monday", "tue", "tues", "tuesday", "wed",
    "wednesday", "thu", "thur", "thurs", "thursday", "fri", "friday", "sat", "saturday", "sun",
    "sunday", "seg", "segunda", "ter", "terca", "qua", "quarta", "qui", "quinta", "sex", "sexta",
})  # fmt: skip
_NUMBER = re.compile(r"\d{1,14}(?:[.,]\d+)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T_]?(\d{2})(\d{2})(\d{2})?)?")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_OLDEST, _NEWEST = 1970, 2100


@dataclass(slots=True)
class DateReader:
    """Reads the dates of one column.

    Args:
        month_first: How to read `03/04/2025` (a later cell such as `03/25/2025` decides itself).
    """

    month_first: bool = False
    failed: int = field(default=0, init=False)
    """Cells with something in them that were not dates."""
    first_failure: str = field(default="", init=False)

    @classmethod
    def for_column(cls, sample: Iterable[str], country: str = "") -> DateReader:
        """A reader that takes the day first unless the sample or a US country says otherwise."""
        day_first = month_first = 0
        for cell in sample:
            match = _NUMERIC.match(cell.strip().lower())
            if match:
                day_first += int(match["a"]) > 12
                month_first += int(match["b"]) > 12
        if day_first == month_first:
            return cls(country.upper() == "US")
        return cls(month_first > day_first)

    def read(self, cell: str) -> datetime | None:
        """The date of a cell, or None when it is blank or not a date (which is counted)."""
        cell = cell.strip()
        if not cell:
            return None
        found = parse_date(cell, month_first=self.month_first)
        if found is None:
            self.failed += 1
            self.first_failure = self.first_failure or cell[:40]
        return found


def parse_date(cell: str, *, month_first: bool = False) -> datetime | None:
    """A date with its time and offset when it has them; naive when it has no offset.

    Understands ISO 8601, numeric dates, month names in Spanish, Portuguese and English, RFC 2822,
    Unix `ctime`, epoch seconds and milliseconds, spreadsheet serial numbers and `20250304`.
    """
    if cell[4:5] == "-" and cell[7:8] == "-":
        try:
            found = datetime.fromisoformat(cell)  # most exports, and many times faster
        except ValueError:
            pass
        else:
            return found if _OLDEST <= found.year <= _NEWEST else None
    text = " ".join(cell.lower().translate(_ACCENTS).replace("\u202f", " ").split())
    if _NUMBER.fullmatch(text):
        return _from_number(text)
    try:
        match = _ISO.fullmatch(text)
        if match:
            return _build(match, int(match["month"]), int(match["day"]))
        match = _NUMERIC.fullmatch(text)
        if match:
            return _from_numeric(match, month_first)
        return _from_names(text, month_first)
    except (ValueError, OverflowError):
        return None


def _from_numeric(match: re.Match[str], month_first: bool) -> datetime | None:
    first, second = int(match["a"]), int(match["b"])
    if second > 12 or (month_first and first <= 12):
        return _build(match, first, second)
    return _build(match, second, first)


def _from_names(text: str, month_first: bool) -> datetime | None:
    head = _WEEKDAY.match(text)
    if head and head.group().strip(" .,").removesuffix("-feira") in _WEEKDAYS:
        rest = text[head.end() :]
        # "mar 4 2025" is March, "mar, 4 mar 2025" a Tuesday: try without the weekday first.
        found = _from_month_name(rest)
        if found:
            return found
        numeric = _NUMERIC.fullmatch(rest)
        if numeric:
            return _from_numeric(numeric, month_first)
    return _from_month_name(text)


def _from_month_name(text: str) -> datetime | None:
    compact = _COMPACT.fullmatch(text)
    if compact:
        return datetime(*(int(part) for part in compact.groups() if part))  # type: ignore[arg-type]
    for pattern in (_DAY_NAME, _NAME_DAY, _UNIX):
        match = pattern.fullmatch(text)
        month = _MONTHS.get(match["name"]) if match else None
        if match and month:
            return _build(match, month, int(match["day"]))
    return None


def _build(match: re.Match[str], month: int, day: int) -> datetime | None:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    if not _OLDEST <= year <= _NEWEST:
        return None
    if match["hour"] is None:
        return datetime(year, month, day)
    parts = match.groupdict()
    hour = int(parts["hour"])
    half = parts.get("half")
    if half and not 1 <= hour <= 12:
        half = None  # "14:05 PM" is written by some systems and means 14:05
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int(((parts.get("part") or "") + "000000")[:6])
    return datetime(
        year,
        month,
        day,
        hour,
        int(parts["minute"] or 0),
        int(parts["second"] or 0),
        micro,
        tzinfo=_zone(parts.get("zone") or ""),
    )


def _zone(name: str) -> timezone | None:
    if name in {"z", "utc", "gmt"}:
        return UTC
    digits = name.removeprefix("utc").removeprefix("gmt")
    if not digits or digits[0] not in "+-":
        return None  # an abbreviation such as COT: local time of the export
    hours, minutes = digits[1:].replace(":", "")[:2], digits[1:].replace(":", "")[2:] or "0"
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if digits[0] == "-" else offset)


def _from_number(text: str) -> datetime | None:
    whole = re.split("[.,]", text)[0]
    value = float(text.replace(",", "."))
    if len(whole) in {8, 12, 14}:
        try:
            found = _from_month_name(whole)
        except ValueError:
            found = None
        if found and _OLDEST <= found.year <= _NEWEST:
            return found
    if len(whole) == 13:
        value /= 1000
        whole = whole[:10]
    if len(whole) == 10 and 9.4e8 < value < 4.2e9:
        return datetime.fromtimestamp(value, UTC)
    if 20000 <= value < 80000:
        # Rounded to the second: a serial's fraction is a binary approximation of the time.
        seconds = round((value - int(value)) * 86400)
        return _EXCEL_EPOCH + timedelta(days=int(value), seconds=seconds)
    return None
