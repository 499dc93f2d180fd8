"""The source `reviews`: tables of reviews, with stars or another rating, and surveys."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from vocmine.errors import SourceError
from vocmine.message import Message
from vocmine.plugin import Detection, ReadOptions
from vocmine.readers import (
    ColumnMapping,
    MessageReader,
    Table,
    map_columns,
    open_table,
    order_of_dates,
    require_text,
    score_details,
)
from vocmine.readers.evidence import case_columns, review_columns
from vocmine.readers.layouts import find_layout
from vocmine.readers.survey_records import survey_records, with_metrics
from vocmine.readers.surveys import Survey, find_metrics, find_survey
from vocmine_reviews.wording import split_translation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vocmine.message import Record

_LINK_ID = re.compile(r"https?://\S*?(?:reviewId=|#ReviewPlace:id=)([^&#\s]+)")


class ReviewSource:
    """Reads tables in which customers rate and review, or answer a survey.

    Scores of `detect`:

    | score | when |
    |---|---|
    | 0.95 | the columns are those of a known platform (Google Play, App Store, Mercado Libre, …) |
    | 0.95 | the header is that of a survey tool (Qualtrics, SurveyMonkey, Typeform, forms) |
    | 0.85 | a form with a `Timestamp` and questions |
    | 0.8 | a rating and a text, and fewer than two columns that only cases have |
    | 0.8 | an NPS, CSAT or CES and answers in words |
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
        survey = _survey(table, options)
        mapping = survey.mapping if survey else _mapping(table, options)
        score, reason = _score_survey(survey) if survey else _score(table, mapping)
        dates = order_of_dates(table, mapping, options)
        scored = mapping.fields.get("score", "")
        scores = survey.scores if survey else find_metrics(table, scored)[1]
        return Detection(
            score=score,
            format=table.format,
            reason=reason,
            mapping=mapping.fields,
            columns=table.columns,
            details={
                **table.details,
                **mapping.details(),
                **dates.details,
                **score_details(table, mapping, scores),
                **_details(table, survey),
            },
            warnings=(*table.warnings, *mapping.warnings, *dates.warnings),
        )

    def read(self, path: Path, options: ReadOptions) -> Iterator[Record]:
        """Stream every record of the table, in file order.

        A review whose text is blank and whose title has words is read from its title; one with
        a rating alone is `Skipped` as `rating_only`. A response of a survey is a message for
        each of its answers in words. NPS, CSAT and CES are in `extra` as `nps`, `csat`, `ces`.

        Raises:
            SourceError: The file cannot be read, or none of its columns holds text.
            UsageError: As in `detect`.
        """
        table = open_table(path, options)
        survey = _survey(table, options)
        mapping = survey.mapping if survey else _mapping(table, options)
        require_text(table, mapping)
        if survey:
            yield from survey_records(table, survey, options)
            return
        metrics, scores = find_metrics(table, mapping.fields.get("score", ""))
        for record in MessageReader(table, mapping, options, scores=scores).records():
            yield with_metrics(_review(record), metrics)


def _mapping(table: Table, options: ReadOptions) -> ColumnMapping:
    return map_columns(table.columns, table.sample, options.mapping)


def _survey(table: Table, options: ReadOptions) -> Survey | None:
    return None if find_layout(table.columns) else find_survey(table, options)


def _review(record: Record) -> Record:
    """A record as the platform means it: its id and its original words."""
    link = _LINK_ID.match(record.external_id)
    if link:
        record = replace(record, external_id=link[1])
    if not isinstance(record, Message):
        return record
    text, translation = split_translation(record.text)
    if translation:
        context = "\n\n".join(filter(None, (record.context, translation)))
        record = replace(record, text=text, context=context)
    return record


def _score_survey(survey: Survey) -> tuple[float, str]:
    if not survey.questions:
        return 0.0, "It is a survey without a question that people answered in words."
    asked = f"{len(survey.questions)} open question{'s' if survey.several else ''}"
    if survey.tool:
        return survey.certainty, f"It is a survey of {survey.tool} with {asked}."
    return 0.8, f"It is a survey with {asked}: '{survey.questions[0].column}'."


def _details(table: Table, survey: Survey | None) -> dict[str, str]:
    """What `vocmine preview` tells of a survey and of metrics, beside the mapping."""
    found = {"survey": survey.tool} if survey and survey.tool else {}
    if survey and survey.questions:
        found["open_questions"] = " | ".join(each.column for each in survey.questions)
    metrics = survey.metrics if survey else find_metrics(table, "")[0]
    if metrics:
        found["metrics"] = " | ".join(f"{name}: {column}" for name, column in metrics.items())
    return found


def _score(table: Table, mapping: ColumnMapping) -> tuple[float, str]:
    if "text" not in mapping.fields:
        return 0.0, "It has no column of text."
    if mapping.layout and mapping.layout.kind == "reviews":
        return 0.95, f"Its columns are those of {mapping.layout.vendor}."
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
