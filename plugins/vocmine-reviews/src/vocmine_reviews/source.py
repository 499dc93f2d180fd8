"""The source `reviews`: tables of reviews, with stars or another rating."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from vocmine.errors import SourceError
from vocmine.plugin import Detection, ReadOptions
from vocmine.readers import (
    ColumnMapping,
    MessageReader,
    Table,
    map_columns,
    open_table,
    order_of_dates,
    require_text,
)
from vocmine.readers.evidence import case_columns, review_columns, review_platform

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vocmine.message import Record

_LINK_ID = re.compile(r"https?://\S*?(?:reviewId=|#ReviewPlace:id=)([^&#\s]+)")


class ReviewSource:
    """Reads tables in which customers rate and review.

    Scores of `detect`:

    | score | when |
    |---|---|
    | 0.95 | the columns are those of a known platform (Google Play, App Store, Mercado Libre, …) |
    | 0.8 | a rating and a text, and fewer than two columns that only cases have |
    | 0.7 | no rating, but a column named `Reseña`, `review` or `opinión` |
    | 0.3 | a rating among the columns of a help desk (a satisfaction survey) |
    | 0.0 | everything else: generic tables belong to `tickets` |
    """

    def detect(self, path: Path, options: ReadOptions) -> Detection:
        """Look at the content; see the class for the scale. Unreadable files score 0.0.

        Raises:
            UsageError: `options` name a field, column, sheet or encoding that does not exist.
        """
        try:
            table = open_table(path, options)
        except SourceError as error:
            return Detection(0.0, reason=str(error))
        mapping = map_columns(table.columns, table.sample, options.mapping)
        score, reason = _score(table, mapping)
        dates = order_of_dates(table, mapping, options)
        return Detection(
            score=score,
            format=table.format,
            reason=reason,
            mapping=mapping.fields,
            columns=table.columns,
            details={**table.details, **dates.details},
            warnings=(*table.warnings, *mapping.warnings, *dates.warnings),
        )

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        """Stream every record of the table, in file order.

        A review whose text is blank and whose title has words is read from its title; one with
        a rating alone is `Skipped` as `rating_only`.

        Raises:
            SourceError: The file cannot be read, or none of its columns holds text.
            UsageError: As in `detect`.
        """
        table = open_table(path, options)
        mapping = map_columns(table.columns, table.sample, options.mapping)
        require_text(table, mapping)
        for record in MessageReader(table, mapping, options).records():
            link = _LINK_ID.match(record.external_id)
            yield replace(record, external_id=link[1]) if link else record


def _score(table: Table, mapping: ColumnMapping) -> tuple[float, str]:
    if "text" not in mapping.fields:
        return 0.0, "It has no column of text."
    platform = review_platform(table.columns)
    if platform:
        return 0.95, f"Its columns are those of {platform}."
    rating = mapping.fields.get("score")
    cases = case_columns(table.columns)
    if rating and len(cases) >= 2:
        return 0.3, f"It has a rating, but '{cases[0]}' and '{cases[1]}' belong to cases."
    if rating:
        return 0.8, f"It has a rating, '{rating}', and a text, '{mapping.fields['text']}'."
    named = review_columns(table.columns)
    if named and len(cases) < 2:
        return 0.7, f"Column '{named[0]}' is named like a review."
    return 0.0, "It has no rating."
