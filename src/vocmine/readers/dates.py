"""Dates as exports write them, day first unless the column says otherwise.

A cell that is not a whole date gives None, and the caller counts it. Whether 03/04/2026 is in March
or in April is decided once for a column, with evidence that is told (`date_order`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vocmine.plugin import ReadOptions
    from vocmine.readers.mapping import ColumnMapping
    from vocmine.readers.tabular import Table

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
    r"\s*(?P<zone>z|(?:utc|gmt)?[+-]\d{2}:?\d{2}|(?:utc|gmt)?[+-]\d{1,2}\b|utc|gmt"
    r"|[a-z_]+/[a-z_/]+|[a-z]{3,4})?"
)
_SEPARATOR = r"(?:t|\s*,?\s*(?:a\s+la(?:s|\(s\))?\s+|as\s+|at\s+|-\s*|\|\s*)?)"
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
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ t_]?(\d{2})(\d{2})(\d{2})?)?(z)?")
_DOT_NET = re.compile(r"/date\((\d{12,13})(?:[+-]\d{4})?\)/")
_EXCEL_EPOCH = datetime(1899, 12, 30)
_OLDEST, _NEWEST = 1970, 2100


@dataclass(frozen=True, slots=True)
class DateOrder:
    """Whether `03/04/2026` is read month first, and how that was decided.

    Args:
        month_first: How to read it.
        said: For people: `day first, as 25/03/2026 shows`; empty when no date is of that kind.
        doubt: A sentence to read before trusting the dates; empty when there is evidence.
        strict: Dates that only the other order makes possible are no dates.
    """

    month_first: bool = False
    said: str = ""
    doubt: str = ""
    strict: bool = False

    @property
    def details(self) -> dict[str, str]:
        """For `Detection.details`."""
        return {"dates": self.said} if self.said else {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """For `Detection.warnings`."""
        return (self.doubt,) if self.doubt else ()


def date_order(
    sample: Iterable[str], country: str = "", order: str = "", column: str = "the date"
) -> DateOrder:
    """How the numeric dates of a column are to be read.

    A day above 12 decides; else the order of the rows, when the dates follow one another in one
    reading only; else the country that the user gave: month first in US, day first elsewhere. With
    none, the day comes first and there is a doubt.

    Args:
        sample: Cells of the column, in file order.
        country: ISO code that the user gave.
        order: `dmy` or `mdy` when the user says so.
        column: Its name, for the doubt.

    Raises:
        UsageError: `order` is another word.
    """
    order = order.strip().lower()
    if order not in ("", *_ORDERS):
        raise UsageError(f"'{order}' is no order of dates.", "Use dmy (day first) or mdy.")
    cells = [match for cell in sample if (match := _NUMERIC.match(cell.strip().lower()))]
    if order:
        return DateOrder(order == "mdy", f"{_ORDERS[order]} first, as asked", strict=True)
    days = [match for match in cells if int(match["a"]) > 12]
    months = [match for match in cells if int(match["b"]) > 12]
    usual = "mdy" if country.strip().upper() == "US" else "dmy"
    if days and months:
        found = usual if len(days) == len(months) else "dmy" if len(days) > len(months) else "mdy"
        return DateOrder(
            found == "mdy",
            f"{_ORDERS[found]} first, as most show",
            f"'{column}' has dates in both orders, {_shown(days[0])} and {_shown(months[0])}, so "
            f"the others are not sure; they are read {_ORDERS[found]} first. Say --dates dmy or "
            "--dates mdy to choose.",
        )
    if days or months:
        found = "dmy" if days else "mdy"
        return DateOrder(
            found == "mdy", f"{_ORDERS[found]} first, as {_shown((days or months)[0])} shows"
        )
    unsure = [match for match in cells if match["a"].lstrip("0") != match["b"].lstrip("0")]
    if not unsure:
        return DateOrder(usual == "mdy")
    for find, said in (
        (_order_of_rows, "as rows then follow one another in time"),
        (_order_of_month, "as all then fall in a month or two"),
    ):
        if found := find(cells):
            return DateOrder(found == "mdy", f"{_ORDERS[found]} first, {said}")
    if country.strip():
        return DateOrder(usual == "mdy", f"{_ORDERS[usual]} first, as in {country.strip().upper()}")
    return DateOrder(
        False,
        "day first, assumed",
        f"Nothing in '{column}' tells whether {_shown(unsure[0])} begins with its day or its "
        "month; dates are read day first. If that is wrong, say --dates mdy.",
    )


def order_of_dates(table: Table, mapping: ColumnMapping, options: ReadOptions) -> DateOrder:
    """`date_order` of the column that a table's `created_at` is mapped to.

    Where it does not tell, another column of the same table may: one program wrote them all.

    Raises:
        UsageError: `options.dates` is neither `dmy` nor `mdy`.
    """
    column = mapping.fields.get("created_at", "")
    if not column:
        return date_order([], order=options.dates)
    place = table.columns.index(column)
    sample = [row[place] for row in table.sample]
    found = date_order(sample, "", options.dates, column)
    if found.said.endswith("assumed"):
        for name, cells in zip(table.columns, zip(*table.sample, strict=True), strict=True):
            dates = [cell for cell in cells if _NUMERIC.fullmatch(cell.strip().lower())]
            other = date_order(dates)
            if other.said.endswith("shows"):
                return DateOrder(other.month_first, f"{other.said} in '{name}'")
    return date_order(sample, options.country, options.dates, column)


_ORDERS = {"dmy": "day", "mdy": "month"}
_LEAST_ROWS = 8


def _shown(match: re.Match[str]) -> str:
    # Without the time, and as long as a date is.
    return match.string[: match.end("year")]


def _order_of_rows(cells: list[re.Match[str]]) -> str:
    """The order in which rows run forwards or backwards in time, when only one does."""
    read = {
        name: [(int(match["year"]), int(match[month]), int(match[day])) for match in cells]
        for name, day, month in (("dmy", "a", "b"), ("mdy", "b", "a"))
    }
    if len(set(read["dmy"])) < _LEAST_ROWS:
        return ""
    steady = {name: _steadiness(dates) for name, dates in read.items()}
    best, worst = sorted(steady, key=lambda name: -steady[name])
    return best if steady[best] >= 0.98 and steady[worst] <= 0.9 else ""


def _order_of_month(cells: list[re.Match[str]]) -> str:
    """The order in which dates of many days are of one month or two, and not the reverse."""
    first, second = ({int(match[part]) for match in cells} for part in "ab")
    months, days, found = second, first, "dmy"
    if len(first) < len(second):
        months, days, found = first, second, "mdy"
    # Figures by month are dated on its first day: that 1 is a day.
    return found if len(months) <= 2 and 1 not in months and len(days) >= _LEAST_ROWS else ""


def _steadiness(dates: list[tuple[int, int, int]]) -> float:
    """Share of the steps between dates that go the same way."""
    steps = [after > before for before, after in pairwise(dates) if before != after]
    return max(sum(steps), len(steps) - sum(steps)) / len(steps) if steps else 0.0


@dataclass(slots=True)
class DateReader:
    """Reads the dates of one column.

    Args:
        month_first: How to read `03/04/2025` (a later cell such as `03/25/2025` decides itself).
        strict: `03/25/2025` is no date in a column that is read day first.
    """

    month_first: bool = False
    strict: bool = False
    failed: int = field(default=0, init=False)
    """Cells with something in them that were not dates."""
    first_failure: str = field(default="", init=False)

    @classmethod
    def for_column(cls, sample: Iterable[str], country: str = "", order: str = "") -> DateReader:
        """A reader that takes the day first unless `date_order` finds otherwise."""
        found = date_order(sample, country, order)
        return cls(found.month_first, found.strict)

    def read(self, cell: str) -> datetime | None:
        """The date of a cell, or None when it is blank or not a date (which is counted)."""
        cell = cell.strip()
        if not cell:
            return None
        found = parse_date(cell, month_first=self.month_first, strict=self.strict)
        if found is None:
            self.failed += 1
            self.first_failure = self.first_failure or cell[:40]
        return found


def parse_date(cell: str, *, month_first: bool = False, strict: bool = False) -> datetime | None:
    """A date with its time and offset when it has them; naive when it has no offset.

    Understands ISO 8601, numeric dates, month names in Spanish, Portuguese and English, RFC 2822,
    Unix `ctime`, epoch seconds and milliseconds, spreadsheet serial numbers and `20250304`. A date
    that no calendar has (30 February, the year 0203 or 2925) is None, and so is with `strict` one
    that only the other order of day and month makes possible.
    """
    if cell[4:5] == "-" and cell[7:8] == "-":
        try:
            found = datetime.fromisoformat(cell)  # most exports, and many times faster
        except ValueError:
            pass
        else:
            return found if _OLDEST <= found.year <= _NEWEST else None
    text = " ".join(cell.lower().translate(_ACCENTS).replace("\u202f", " ").split())
    text = text.removeprefix("el ")
    if _NUMBER.fullmatch(text):
        return _from_number(text)
    try:
        match = _ISO.fullmatch(text)
        if match:
            return _build(match, int(match["month"]), int(match["day"]))
        match = _NUMERIC.fullmatch(text)
        if match:
            return _from_numeric(match, month_first, strict)
        match = _DOT_NET.fullmatch(text)
        return _from_number(match[1]) if match else _from_names(text, month_first, strict)
    except (ValueError, OverflowError):
        return None


def _from_numeric(match: re.Match[str], month_first: bool, strict: bool) -> datetime | None:
    first, second = int(match["a"]), int(match["b"])
    if strict:
        return _build(match, *((first, second) if month_first else (second, first)))
    if second > 12 or (month_first and first <= 12):
        return _build(match, first, second)
    return _build(match, second, first)


def _from_names(text: str, month_first: bool, strict: bool) -> datetime | None:
    head = _WEEKDAY.match(text)
    if head and head.group().strip(" .,").removesuffix("-feira") in _WEEKDAYS:
        rest = text[head.end() :]
        # "mar 4 2025" is March, "mar, 4 mar 2025" a Tuesday: try without the weekday first.
        found = _from_month_name(rest)
        if found:
            return found
        numeric = _NUMERIC.fullmatch(rest)
        if numeric:
            return _from_numeric(numeric, month_first, strict)
    return _from_month_name(text)


def _from_month_name(text: str) -> datetime | None:
    compact = _COMPACT.fullmatch(text)
    if compact:
        *parts, zulu = compact.groups()
        found = datetime(*(int(part) for part in parts if part))  # type: ignore[arg-type]
        return found.replace(tzinfo=UTC) if zulu else found
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
    minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
    moment = datetime(year, month, day, hour, minute, second, micro)
    zone = parts.get("zone") or ""
    return moment.replace(tzinfo=_place(zone, moment) if "/" in zone else _zone(zone))


def _place(name: str, moment: datetime) -> timezone | None:
    """The offset of `America/Bogota` at a moment; None when the place is not known here."""
    place = "/".join("_".join(map(str.capitalize, part.split("_"))) for part in name.split("/"))
    try:
        offset = ZoneInfo(place).utcoffset(moment)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return timezone(offset) if offset is not None else None


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
