"""Write the synthetic year out.

python -m tests.synthetic_year --to FILE.db      a store with its labels
python -m tests.synthetic_year --csv FILE.csv    the export of a ticket system
python -m tests.synthetic_year --events FILE     what happened, as a CSV of dates
python -m tests.synthetic_year --truths          what has to be found in it
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from . import synthetic_year, write_csv, write_events, write_store
from .generate import SEED


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.synthetic_year", description=__doc__)
    parser.add_argument("--to", type=Path, metavar="FILE", help="write the store there")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the export there")
    parser.add_argument("--events", type=Path, metavar="FILE", help="write the events there")
    parser.add_argument("--truths", action="store_true", help="print what has to be found")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another year (default: {SEED})")
    given = parser.parse_args()
    year = synthetic_year(given.seed)
    if given.to:
        write_store(year, given.to)
    if given.csv:
        write_csv(year.records, given.csv)
    if given.events:
        write_events(given.events)
    if given.truths:
        told = dataclasses.asdict(year.truths) | {"overdue": sorted(year.truths.overdue)}
        del told["days_taken"]
        print(json.dumps(told, ensure_ascii=False, indent=1))  # noqa: T201


if __name__ == "__main__":
    main()
