"""Rows of a survey to records: nothing is lost, and identifiers are unique and stable."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import ReadOptions
from vocmine.readers import open_table
from vocmine.readers.content import is_blank
from vocmine.readers.survey_records import survey_records
from vocmine.readers.surveys import find_survey

OPTIONS = ReadOptions()
HEADER = ["#", "¿Nos recomendaría? (0-10)", "¿Por qué?", "¿Qué mejorar?", "Submit Date (UTC)"]
ANSWERS = st.sampled_from(["", "N/A", "Bien", "Llegó tarde, y abierto", 'Dijo "no"', "a\nb", "👍"])
ROWS = st.lists(st.tuples(st.integers(0, 10), ANSWERS, ANSWERS), min_size=1, max_size=8)


def records_of(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> list[Record]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "encuesta.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        table = open_table(path, OPTIONS)
        survey = find_survey(table, OPTIONS)
        assert survey
        return list(survey_records(table, survey, OPTIONS))


def responses(rows: Sequence[tuple[int, str, str]]) -> list[list[str]]:
    moment = "2026-03-04 10:00:00"
    return [[f"{n:032x}", str(mark), *said, moment] for n, (mark, *said) in enumerate(rows)]


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_every_answer_is_a_message_and_every_silent_response_is_skipped_once(
    rows: list[tuple[int, str, str]],
) -> None:
    given_answers = [[cell for cell in said if not is_blank(cell)] for _, *said in rows]
    found = records_of(responses(rows))
    assert [record.text for record in found if isinstance(record, Message)] == [
        cell for answers in given_answers for cell in answers
    ]
    silent = [record for record in found if isinstance(record, Skipped)]
    assert [record.reason for record in silent] == ["rating_only"] * given_answers.count([])
    ids = [record.external_id for record in found]
    assert len(set(ids)) == len(ids)


@given(ROWS)
@settings(max_examples=20, deadline=None)
def test_a_later_export_with_more_responses_and_a_new_question_keeps_every_identifier(
    rows: list[tuple[int, str, str]],
) -> None:
    before = {record.external_id for record in records_of(responses(rows))}
    more = [[*row[:2], "Cali", *row[2:]] for row in responses([*rows, (5, "Bien", "Nada")])]
    after = records_of(more, [*HEADER[:2], "¿En qué ciudad vive?", *HEADER[2:]])
    assert before <= {record.external_id for record in after}


def test_without_an_identifier_and_a_date_equal_answers_of_two_customers_both_count() -> None:
    header = ["NPS", "¿Por qué?", "¿Qué mejorar?"]
    found = records_of([["9", "Rápidos", "Precio"], ["9", "Rápidos", "Precio"]], header)
    assert [record.external_id for record in found] == [""] * 4
    names = [record.extra["response"] for record in found if isinstance(record, Message)]
    assert names[0].startswith("sha-")
    assert names[0] == names[1]


def test_an_identifier_kept_from_excel_loses_its_wrapping() -> None:
    (first, *_) = records_of([['="0017"', "9", "Rápidos", "Precio", "2026-03-04 10:00:00"]])
    assert first.external_id == "0017#por-que"


def test_a_broken_row_keeps_its_place_among_the_records() -> None:
    good = ["1", "9", "Rápidos", "", "2026-03-04 10:00:00"]
    first, broken, last = records_of([good, ["2", "8"], ["3", *good[1:]]])
    assert isinstance(broken, Unreadable)
    assert (broken.locator, broken.external_id) == ("row 3", "2")
    assert [first.locator, last.locator] == ["row 2", "row 4"]


TRIED = [
    "ResponseId",
    "RecordedDate",
    "Status",
    "DistributionChannel",
    "¿Por qué?",
    "¿Qué mejorar?",
]
MOMENT = "2026-03-04 10:00:00"


def test_responses_of_those_who_try_out_a_survey_of_qualtrics_are_skipped_once() -> None:
    told = [
        ("IP Address", "email"),
        ("Survey Preview", "preview"),
        ("1", "anonymous"),
        ("0", "preview"),
    ]
    rows = [
        [f"R_{n}", MOMENT, status, channel, "Llegó tarde", "La app"]
        for n, (status, channel) in enumerate(told)
    ]
    found = records_of(rows, TRIED)
    assert [type(record) for record in found] == [Message, Message, Skipped, Skipped, Skipped]
    tries = [record for record in found if isinstance(record, Skipped)]
    assert [record.reason for record in tries] == ["test_response"] * 3
    assert [record.detail for record in tries][:2] == ["Status: Survey Preview", "Status: 1"]


def test_a_status_in_the_survey_of_another_tool_is_an_answer_like_others() -> None:
    rows = [["a" * 32, "9", "Llegó tarde", "La app", "1", MOMENT]]
    found = records_of(rows, [*HEADER[:4], "Status", HEADER[4]])
    assert all(isinstance(record, Message) for record in found)
