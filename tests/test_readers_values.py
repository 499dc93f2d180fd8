"""Cells turned into values: dates, ratings, countries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.errors import UsageError
from vocmine.plugin import ReadOptions
from vocmine.readers import MessageReader, map_columns, open_table, order_of_dates
from vocmine.readers.countries import country_code
from vocmine.readers.dates import DateReader, date_order, parse_date
from vocmine.readers.scores import ScoreReader

BOGOTA = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-04", datetime(2026, 3, 4)),
        ("2026-03-04 10:11", datetime(2026, 3, 4, 10, 11)),
        ("2026-03-04T10:11:12", datetime(2026, 3, 4, 10, 11, 12)),
        ("2026-03-04T10:11:12Z", datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("2026-03-04T10:11:12.123456789Z", datetime(2026, 3, 4, 10, 11, 12, 123456, tzinfo=UTC)),
        ("2026-03-04T10:11:12-05:00", datetime(2026, 3, 4, 10, 11, 12, tzinfo=BOGOTA)),
        ("2026-03-04 10:11:12 -0500", datetime(2026, 3, 4, 10, 11, 12, tzinfo=BOGOTA)),
        ("2026/3/4", datetime(2026, 3, 4)),
        ("04/03/2026", datetime(2026, 3, 4)),
        ("04-03-2026 10:11", datetime(2026, 3, 4, 10, 11)),
        ("4.3.2026", datetime(2026, 3, 4)),
        ("04/03/26", datetime(2026, 3, 4)),
        ("04/03/2026, 10:11:12 p. m.", datetime(2026, 3, 4, 22, 11, 12)),
        ("04/03/2026 12:05 AM", datetime(2026, 3, 4, 0, 5)),
        ("03/25/2026 2:05 PM", datetime(2026, 3, 25, 14, 5)),
        ("12/Mar/24 9:41 AM", datetime(2024, 3, 12, 9, 41)),
        ("1 de marzo de 2026", datetime(2026, 3, 1)),
        ("1 de março de 2026 às 10:30", datetime(2026, 3, 1, 10, 30)),
        ("miércoles, 4 de marzo de 2026 a las 10:11", datetime(2026, 3, 4, 10, 11)),
        ("quarta-feira, 4 de março de 2026", datetime(2026, 3, 4)),
        ("lun 2 mar 2026 10:12", datetime(2026, 3, 2, 10, 12)),
        ("5-set-2026", datetime(2026, 9, 5)),
        ("15 sept. 2026", datetime(2026, 9, 15)),
        ("March 4th, 2026", datetime(2026, 3, 4)),
        ("Mar 4, 2026 3:04 PM", datetime(2026, 3, 4, 15, 4)),
        ("Wed, 04 Mar 2026 10:11:12 -0500", datetime(2026, 3, 4, 10, 11, 12, tzinfo=BOGOTA)),
        ("Wed Oct 10 20:19:24 +0000 2018", datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)),
        ("Wed Mar 04 10:11:12 COT 2026", datetime(2026, 3, 4, 10, 11, 12)),
        ("46085", datetime(2026, 3, 4)),
        ("46085.5", datetime(2026, 3, 4, 12)),
        ("46085,25", datetime(2026, 3, 4, 6)),
        ("1772619072", datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("1772619072000", datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("20260304", datetime(2026, 3, 4)),
        ("20260304 101112", datetime(2026, 3, 4, 10, 11, 12)),
        ("20260304T101112Z", datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("El 3 de marzo de 2026", datetime(2026, 3, 3)),
        ("mar. 3, 2026", datetime(2026, 3, 3)),
        ("mar., 3 de mar. de 2026 a la(s) 10:12 a. m.", datetime(2026, 3, 3, 10, 12)),
        ("3/3/26 10:12 p. m. GMT-5", datetime(2026, 3, 3, 22, 12, tzinfo=BOGOTA)),
        ("2026-03-04 10:11:12 America/Bogota", datetime(2026, 3, 4, 10, 11, 12, tzinfo=BOGOTA)),
        ("2026-03-04 10:11:12 America/Nowhere", datetime(2026, 3, 4, 10, 11, 12)),
        ("/Date(1772619072000)/", datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)),
        ("  04/03/2026  ", datetime(2026, 3, 4)),
    ],
)
def test_a_date_is_read_as_exports_write_it(cell: str, expected: datetime) -> None:
    found = parse_date(cell.strip())
    assert found == expected
    assert found is not None
    assert found.utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    "cell",
    ["ayer", "31/02/2026", "99/99/2026", "10", "123456", "mayo", "2026", "04/03", "n/a", "-",
     "30 de febrero de 2026", "01/01/0203", "04/03/2925", "0203-01-01", "2026-13-04", "03/2026",
     "R-2026-03", "hace 3 días", "12:30", "00/00/0000", "04/03/2026 25:00", "1 de foo de 2026"],
)  # fmt: skip
def test_what_is_not_a_whole_date_is_none(cell: str) -> None:
    assert parse_date(cell) is None


@given(st.text())
def test_no_cell_makes_the_reader_of_dates_fail(cell: str) -> None:
    DateReader().read(cell)


MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(
    MOMENTS,
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %I:%M:%S %p", "%d/%b/%Y %H:%M:%S",
         "%Y/%m/%dT%H:%M:%S", "%d.%m.%Y, %H:%M:%S", "%B %d, %Y %I:%M:%S %p", "%Y%m%d%H%M%S"]
    ),
)  # fmt: skip
def test_a_date_written_day_first_is_read_back(moment: datetime, style: str) -> None:
    assert parse_date(moment.strftime(style)) == moment


@given(MOMENTS)
def test_a_date_written_month_first_is_read_back_when_the_column_says_so(moment: datetime) -> None:
    assert parse_date(moment.strftime("%m/%d/%Y %H:%M:%S"), month_first=True) == moment


@given(MOMENTS)
def test_spreadsheet_serials_are_read_back_to_the_second(moment: datetime) -> None:
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    assert abs((parse_date(repr(serial)) or moment) - moment) <= timedelta(seconds=1)


def test_the_day_comes_first_unless_the_country_or_the_column_says_otherwise() -> None:
    ambiguous = ["03/04/2026", "05/06/2026"]
    assert DateReader.for_column(ambiguous).read("03/04/2026") == datetime(2026, 4, 3)
    assert DateReader.for_column(ambiguous, "US").read("03/04/2026") == datetime(2026, 3, 4)
    evident = [*ambiguous, "03/25/2026"]
    assert DateReader.for_column(evident).read("03/04/2026") == datetime(2026, 3, 4)
    assert DateReader.for_column(["25/03/2026"], "US").read("03/04/2026") == datetime(2026, 4, 3)


MARCH = [f"{day:02}/03/2026 10:00" for day in (5, 2, 9, 7, 1, 11, 3, 12, 8)]
IN_TURN = [f"{day:02}/{month:02}/2026" for month in (3, 4, 5) for day in (1, 4, 9, 12)]


class TestOrderOfDates:
    @pytest.mark.parametrize(
        ("sample", "month_first", "said"),
        [
            (["03/04/2026", "25/03/2026 10:11"], False, "day first, as 25/03/2026 shows"),
            (["03/04/2026", "3/25/26"], True, "month first, as 3/25/26 shows"),
            (IN_TURN, False, "day first, as rows then follow one another in time"),
            (IN_TURN[::-1], False, "day first, as rows then follow one another in time"),
            (MARCH, False, "day first, as all then fall in a month or two"),
        ],
    )
    def test_is_told_with_its_evidence(
        self, sample: list[str], month_first: bool, said: str
    ) -> None:
        found = date_order(sample)
        assert (found.month_first, found.said, found.doubt) == (month_first, said, "")
        assert found.details == {"dates": said}

    @pytest.mark.parametrize("sample", [IN_TURN, MARCH])
    def test_is_found_the_other_way_round_too(self, sample: list[str]) -> None:
        swapped = [f"{cell[3:5]}/{cell[:2]}{cell[5:]}" for cell in sample]
        assert date_order(swapped).month_first

    def test_is_a_doubt_when_nothing_tells(self) -> None:
        found = date_order(["03/04/2026", "05/06/2026"], column="Fecha")
        assert found.said == "day first, assumed"
        assert "'Fecha'" in found.doubt
        assert "--dates mdy" in found.doubt

    @pytest.mark.parametrize(("country", "said"), [("US", "month first"), ("co", "day first")])
    def test_is_that_of_the_country_when_nothing_else_tells(self, country: str, said: str) -> None:
        found = date_order(["03/04/2026"], country)
        assert (found.said, found.doubt) == (f"{said}, as in {country.upper()}", "")

    def test_of_a_table_is_told_by_any_of_its_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "quejas.csv"
        path.write_text("Fecha;Queja;Fecha de cierre\n03/04/2026;No llegó;04/25/2026\n", "utf-8")
        table = open_table(path, ReadOptions())
        mapping = map_columns(table.columns, table.sample, {})
        found = order_of_dates(table, mapping, ReadOptions())
        assert found.said == "month first, as 04/25/2026 shows in 'Fecha de cierre'"
        (record,) = MessageReader(table, mapping, ReadOptions()).records()
        assert record.created_at == datetime(2026, 3, 4)  # type: ignore[union-attr]

    def test_is_a_doubt_when_both_orders_occur(self) -> None:
        found = date_order(["25/03/2026", "26/03/2026", "03/27/2026"], column="Fecha")
        assert not found.month_first
        assert "both orders, 25/03/2026 and 03/27/2026" in found.doubt

    def test_figures_by_month_are_no_evidence(self) -> None:
        assert date_order([f"01/{month:02}/2026" for month in range(1, 13)]).doubt

    def test_is_no_question_without_such_dates(self) -> None:
        for sample in (["2026-03-04"], ["4 de marzo de 2026"], [], ["03/03/2026"], ["46085"]):
            found = date_order(sample)
            assert (found.details, found.warnings) == ({}, ())

    def test_is_what_the_user_says(self) -> None:
        reader = DateReader.for_column(["25/03/2026"], order="mdy")
        assert reader.read("03/04/2026") == datetime(2026, 3, 4)
        assert reader.read("25/03/2026") is None
        assert reader.failed == 1
        assert date_order([], order="DMY").said == "day first, as asked"

    def test_of_another_name_is_refused(self) -> None:
        with pytest.raises(UsageError, match="'ymd' is no order of dates"):
            date_order([], order="ymd")


def test_three_formats_in_one_column_are_all_read() -> None:
    column = ["2026-03-04", "05/03/2026 10:00", "6 de marzo de 2026", "46088"]
    reader = DateReader.for_column(column)
    assert [reader.read(cell) for cell in column] == [
        datetime(2026, 3, 4), datetime(2026, 3, 5, 10), datetime(2026, 3, 6), datetime(2026, 3, 7),
    ]  # fmt: skip
    assert reader.failed == 0


def test_cells_that_are_not_dates_are_counted_and_blank_ones_are_not() -> None:
    reader = DateReader()
    assert [reader.read(cell) for cell in ("", "  ", "pendiente", "ayer")] == [None] * 4
    assert (reader.failed, reader.first_failure) == (2, "pendiente")


# Ratings


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("5", 5.0), ("4.5", 4.5), ("4,5", 4.5), ("0", 1.0), ("5 estrellas", 5.0), ("1 star", 1.0),
        ("FIVE", 5.0), ("cuatro", 4.0), ("★★★☆☆", 3.0), ("⭐⭐", 2.0), ("4/5", 4.0), ("10/10", 5.0),
        ("4.0 out of 5 stars", 4.0), ("4,0 de 5 estrellas", 4.0), ("Muy satisfecho", 5.0),
        ("Pésimo", 1.0), ("5 - Excelente", 5.0), ("3 (Regular)", 3.0),
    ],
)  # fmt: skip
def test_a_rating_is_read_as_exports_write_it(cell: str, expected: float) -> None:
    assert ScoreReader().read(cell) == expected


@pytest.mark.parametrize(
    ("header", "sample", "cell", "expected"),
    [
        ("Calificación", ["1", "5", "3"], "5", 5.0),
        ("Calificación", ["7", "10", "3"], "10", 5.0),
        ("Calificación", ["7", "10", "3"], "0", 1.0),
        ("NPS", ["3", "4"], "5", 3.0),
        ("Satisfacción", ["80", "100"], "50", 3.0),
        ("Satisfacción", ["80 %", "100 %"], "100 %", 5.0),
    ],
)
def test_the_scale_is_taken_from_the_column(
    header: str, sample: list[str], cell: str, expected: float
) -> None:
    assert ScoreReader.for_column(header, sample).read(cell) == expected


@pytest.mark.parametrize(
    ("header", "top"),
    [
        ("Calificación 1 a 10", 10.0), ("Del 1 al 5, ¿cómo califica?", 5.0), ("(0-10)", 10.0),
        ("Nota", 5.0),
    ],
)  # fmt: skip
def test_the_scale_that_a_header_tells_is_believed(header: str, top: float) -> None:
    assert ScoreReader.for_column(header, ["3", "5", "4"]).top == top


def test_a_header_that_the_cells_deny_is_not_believed() -> None:
    assert ScoreReader.for_column("Calificación 1 a 5", ["3", "9", "8"]).top == 10.0


@given(st.lists(st.integers(0, 100), min_size=1))
def test_every_rating_ends_between_one_and_five_and_in_the_same_order(values: list[int]) -> None:
    cells = [str(value) for value in sorted(values)]
    reader = ScoreReader.for_column("nota", cells)
    scores = [reader.read(cell) for cell in cells if float(cell) <= reader.top]
    assert all(score is not None and 1 <= score <= 5 for score in scores)
    assert scores == sorted(score for score in scores if score is not None)


def test_what_is_not_a_rating_is_none_and_counted() -> None:
    reader = ScoreReader()
    assert [reader.read(cell) for cell in ("", "Offered", "47", "-3")] == [None] * 4
    assert reader.failed == 3


# Countries


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Colombia", "CO"), ("COL", "CO"), ("co", "CO"), ("170", "CO"), ("México", "MX"),
        ("BRASIL", "BR"), ("EE.UU.", "US"), ("España", "ES"), ("República Dominicana", "DO"),
        ("NL", "NL"), ("JPN", "JP"), ("Narnia", ""), ("", ""), ("xx", ""),
    ],
)  # fmt: skip
def test_countries_become_two_letter_codes(cell: str, code: str) -> None:
    assert country_code(cell) == code
