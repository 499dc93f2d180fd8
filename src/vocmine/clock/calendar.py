"""Business days of a country: adding them, and counting them, for whole columns of dates.

Which days are holidays is told by the `holidays` library: national public holidays, moved as the
law of the country moves them (Ley Emiliani). Days from Monday to Friday that are none are business
days; so are 24 and 31 December and Holy Wednesday, wherever no law says otherwise.

Counting starts the day after receipt. What comes in on a Saturday, a holiday or late in the evening
came in on that date: its first day is the first business day after. Taking it as received on the
next business day would give one day more, which a company should not lean on.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_ONE = np.timedelta64(1, "D")


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> tuple[str, ...]:
    """National public holidays of a year, ISO, in order.

    Args:
        country: ISO 3166-1 alpha-2; one that the `holidays` library knows.
        year: Calendar year.
    """
    import holidays

    return tuple(sorted(day.isoformat() for day in holidays.country_holidays(country, years=year)))


class Calendar:
    """Business days of a country over the years that some dates need.

    Args:
        country: ISO 3166-1 alpha-2.
        first: First day that is asked about.
        last: Last day that is asked about, as the start of a term; terms reach a year further.
    """

    def __init__(self, country: str, first: np.datetime64, last: np.datetime64) -> None:
        years = range(_year(first) - 1, _year(last) + 2)
        days = [day for year in years for day in public_holidays(country, year)]
        self._calendar = np.busdaycalendar(holidays=np.array(days, dtype="datetime64[D]"))

    def is_business(self, days: Days) -> Flags:
        """Which days are business days, bool (n,)."""
        return np.asarray(np.is_busday(days, busdaycal=self._calendar))

    def due(self, received: Days, days: Ints, business: Flags) -> Days:
        """Last day of a term that starts the day after receipt.

        Args:
            received: datetime64[D] (n,), no NaT.
            days: Length of the term, int64 (n,).
            business: Whether its days are business days, bool (n,). A term of calendar days ends on
                the day the count gives, also on a Sunday: no source says that it moves.

        Returns:
            datetime64[D] (n,).
        """
        # Back to the last business day: the first one after receipt then is day 1.
        counted = np.busday_offset(received, days, roll="backward", busdaycal=self._calendar)
        return np.where(business, counted, received + days.astype("timedelta64[D]"))

    def between(self, start: Days, end: Days) -> Ints:
        """Business days after `start` up to and with `end`, int64 (n,); 0 when `end` is earlier."""
        count = np.busday_count(start + _ONE, end + _ONE, busdaycal=self._calendar)
        return np.maximum(count, 0).astype(np.int64)

    def late(self, due: Days, day: Days) -> Ints:
        """Business days that `day` lies after `due`, int64 (n,); 0 when it does not.

        A Saturday counts as the business day after it: nothing sent then is on time by a weekend.
        """
        effective = np.busday_offset(day, 0, roll="forward", busdaycal=self._calendar)
        return np.where(day > due, self.between(due, effective), 0).astype(np.int64)


def _year(day: np.datetime64) -> int:
    return int(day.astype("datetime64[Y]").astype(int)) + 1970
