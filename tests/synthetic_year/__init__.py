"""A year of messages to a Colombian company with known truths, and years without any.

The labels are written, not predicted, so that what is tested is the decisions and not the models:
`synthetic_year()` has a friction point that costs 12 points of NPS, one that is frequent and
harmless, a spike in week 31, a new one in week 40, and more that `Truths` lists; `null_frame(seed)`
has nothing to be found. `python -m tests.synthetic_year --to year.db --csv quejas.csv` writes the
year out for people who want to look.
"""

from __future__ import annotations

from .files import write_csv, write_events, write_store, year_store
from .generate import Year, nps_of, says, synthetic_year
from .nulls import null_frame
from .points import POINTS, Point
from .truths import FIRST_DAY, TODAY, Truths, business_day, week_start

__all__ = [
    "FIRST_DAY",
    "POINTS",
    "TODAY",
    "Point",
    "Truths",
    "Year",
    "business_day",
    "nps_of",
    "null_frame",
    "says",
    "synthetic_year",
    "week_start",
    "write_csv",
    "write_events",
    "write_store",
    "year_store",
]
