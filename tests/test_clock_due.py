"""How a message stands on a day: light, answers, extensions, bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from vocmine.clock.due import due_rows
from vocmine.clock.rows import Due
from vocmine.errors import UsageError
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
Clock = Callable[..., list[Due]]

RECEIVED, DUE = "2026-02-06", "2026-02-27"
"""A claim of the general regime: fifteen business days without a holiday, both on a Friday."""


@pytest.fixture
def clock(build_store: Build, record: Record) -> Clock:
    """The clock of some messages, each received on `RECEIVED` unless it says otherwise."""

    def run(
        *messages: dict[str, Any],
        today: str = "2026-02-10",
        country: str = "CO",
        regime: str = "general",
        **options: Any,
    ) -> list[Due]:
        made = [
            record(n, **{"created_at": RECEIVED, "country": country, **message})
            for n, message in enumerate(messages, 1)
        ]
        with build_store(made, **options) as store:
            frame = read_frame(store, Filter(keep_duplicates=True))
            return due_rows(
                store, frame, country=country, regime=regime, today=date.fromisoformat(today)
            )

    return run


def extra(**columns: Any) -> dict[str, Any]:
    return {"extra": columns}


class TestLight:
    @pytest.mark.parametrize(
        ("today", "state", "left"),
        [
            ("2026-02-06", "green", 15),
            ("2026-02-23", "green", 4),
            ("2026-02-24", "amber", 3),
            ("2026-02-27", "amber", 0),
            ("2026-02-28", "red", -1),  # a Saturday: what is sent then is of the Monday
            ("2026-03-02", "red", -1),
            ("2026-03-03", "red", -2),
        ],
    )
    def test_green_turns_amber_with_three_days_left_and_red_when_overdue(
        self, clock: Clock, today: str, state: str, left: int
    ) -> None:
        (row,) = clock({}, today=today)
        assert (row.due, row.state, row.days_left) == (DUE, state, left)
        assert row.days_late == max(-left, 0)
        assert row.answered == ""
        assert row.days_taken is None

    def test_on_a_sunday_the_monday_still_counts(self, clock: Clock) -> None:
        (row,) = clock({"created_at": "2026-02-09"}, today="2026-03-01")
        assert (row.due, row.state, row.days_left) == ("2026-03-02", "amber", 1)

    def test_a_row_says_what_it_is_about(self, clock: Clock) -> None:
        (row,) = clock({"pqrs": "claim"} | extra(area="Cartera"))
        assert (row.external_id, row.area, row.received) == ("PQR-00001", "Cartera", RECEIVED)
        assert (row.kind, row.kind_name) == ("claim", "reclamo")
        assert (row.rule, row.verified) == ("co-general", True)
        assert row.title


class TestAnswers:
    def test_the_day_of_closing_answers(self, clock: Clock) -> None:
        (row,) = clock(extra(closed_at="2026-02-20T16:00:00"), today="2026-05-04")
        assert (row.state, row.answered, row.days_taken, row.days_late) == (
            *("grey", "2026-02-20"),
            *(10, 0),
        )
        assert row.days_left is None

    def test_an_answer_on_the_last_day_is_in_time_and_one_on_the_next_is_not(
        self, clock: Clock
    ) -> None:
        rows = clock(
            extra(closed_at="2026-02-27"), extra(closed_at="2026-02-28"), today="2026-05-04"
        )
        assert [row.days_late for row in rows] == [0, 1]

    def test_the_answer_counts_then_the_closing_then_the_first_reply(self, clock: Clock) -> None:
        """A case that was answered in time is not late because it was closed later."""
        rows = clock(
            extra(**{"Fecha de respuesta": "13/02/2026", "Fecha de cierre": "20/03/2026"}),
            extra(first_reply_at="2026-02-11", closed_at="2026-02-20"),
            extra(first_reply_at="2026-02-11"),
            today="2026-05-04",
        )
        assert [row.answered for row in rows] == ["2026-02-13", "2026-02-20", "2026-02-11"]
        assert rows[0].days_late == 0

    @pytest.mark.parametrize("status", ["Pendiente", "En trámite", "Open", "Reabierto", "Aberto"])
    def test_a_pending_status_wins_over_a_date(self, clock: Clock, status: str) -> None:
        (row,) = clock(extra(first_reply_at="2026-02-11", status=status), today="2026-03-03")
        assert (row.state, row.answered) == ("red", "")

    def test_closed_without_a_date_is_answered_on_a_day_that_is_not_known(
        self, clock: Clock
    ) -> None:
        (row,) = clock(extra(estado="Cerrado"), today="2026-05-04")
        assert (row.state, row.answered, row.days_taken) == ("grey", "", None)
        assert (row.days_left, row.days_late) == (None, 0)

    def test_an_answer_before_its_message_is_an_answer_of_unknown_day(self, clock: Clock) -> None:
        (row,) = clock(extra(closed_at="2026-01-15"), today="2026-05-04")
        assert (row.state, row.answered, row.days_taken) == ("grey", "", None)

    def test_an_answer_of_the_same_day_took_none(self, clock: Clock) -> None:
        (row,) = clock(extra(closed_at=RECEIVED), today="2026-05-04")
        assert (row.state, row.days_taken) == ("grey", 0)

    def test_as_of_a_day_in_the_past_a_later_answer_had_not_come(self, clock: Clock) -> None:
        case = extra(closed_at="2026-02-20", status="Cerrado")
        (then,) = clock(case, today="2026-02-19")
        (now,) = clock(case, today="2026-02-20")
        assert (then.state, then.days_left, now.state) == ("green", 6, "grey")


class TestExtensions:
    @pytest.mark.parametrize(
        ("asked", "due"),
        [
            ("", "2026-03-20"),  # thirty business days
            ("2026-03-10", "2026-03-10"),
            ("2026-04-30", "2026-03-20"),  # at most the double
            ("2026-02-12", "2026-03-20"),  # no extension at all
        ],
    )
    def test_in_the_general_regime_it_is_at_most_the_double_and_not_verified(
        self, clock: Clock, asked: str, due: str
    ) -> None:
        (row,) = clock(extra(prorroga_queja="Si", due_at=asked))
        assert (row.extended, row.due, row.verified) == (True, due, False)

    def test_the_export_s_own_due_date_counts_for_nothing_without_one(self, clock: Clock) -> None:
        (row,) = clock(extra(due_at="2026-03-10"))
        assert (row.extended, row.due, row.verified) == (False, DUE, True)

    def test_where_the_rule_forbids_it_the_date_stays(self, clock: Clock) -> None:
        (row,) = clock(extra(prorroga="Sí", due_at="2026-03-20"), country="PE", regime="consumer")
        assert (row.extended, row.due, row.verified) == (True, "2026-02-27", True)

    def test_where_it_was_not_looked_up_only_the_export_moves_it(self, clock: Clock) -> None:
        rows = clock(
            extra(prorroga="1"),
            extra(prorroga="1", fecha_vencimiento="06/03/2026"),
            regime="utilities",
        )
        assert [row.due for row in rows] == [DUE, "2026-03-06"]
        assert [row.verified for row in rows] == [True, False]

    def test_a_transfer_is_told_and_the_clock_goes_on(self, clock: Clock) -> None:
        (row,) = clock(extra(fecha_traslado="2026-02-12"), today="2026-03-03")
        assert (row.transferred, row.state) == (True, "red")


class TestSilence:
    @pytest.mark.parametrize(
        ("regime", "today", "closed", "silence"),
        [
            ("telecom", "2026-02-27", "", ""),
            ("telecom", "2026-03-02", "", "positive"),
            ("telecom", "2026-05-04", "2026-03-02", "positive"),
            ("telecom", "2026-05-04", "2026-02-27", ""),
            ("utilities", "2026-03-02", "", "positive"),
            ("general", "2026-03-02", "", ""),
        ],
    )
    def test_it_is_positive_once_overdue_where_the_rule_has_it(
        self, clock: Clock, regime: str, today: str, closed: str, silence: str
    ) -> None:
        (row,) = clock(extra(closed_at=closed), regime=regime, today=today)
        assert row.silence == silence


class TestKind:
    def test_the_export_s_own_type_wins_over_the_label(self, clock: Clock) -> None:
        rows = clock(
            {"pqrs": "claim"} | extra(tipo_solicitud="Consulta"),
            {"pqrs": "claim"} | extra(tipo_solicitud="PQR"),
        )
        assert [row.rule for row in rows] == ["co-general-inquiry", "co-general"]
        assert [row.kind for row in rows] == ["inquiry", "claim"]

    def test_documents_have_a_shorter_term_where_the_type_says_so(self, clock: Clock) -> None:
        rows = clock(
            {"pqrs": "petition"} | extra(type="Solicitud de información"), {"pqrs": "petition"}
        )
        assert [row.due for row in rows] == ["2026-02-20", DUE]
        assert [row.kind for row in rows] == ["petition", "petition"]

    def test_praise_and_chat_have_no_term(self, clock: Clock) -> None:
        rows = clock({"pqrs": "compliment"}, {"pqrs": "none"}, {"pqrs": "report"})
        assert {row.state for row in rows} == {"none"}
        assert {row.due for row in rows} == {""}
        assert {row.days_left for row in rows} == {None}

    def test_without_the_analyzer_only_the_type_tells(self, clock: Clock) -> None:
        rows = clock(extra(tipo="Queja"), {}, analyzers=("sentiment",))
        assert [(row.kind, row.state) for row in rows] == [("grievance", "green"), ("", "none")]


class TestWhatHasNoTerm:
    def test_no_date(self, clock: Clock) -> None:
        (row,) = clock({"created_at": None})
        assert (row.state, row.received, row.due) == ("none", "", "")

    def test_what_came_after_today(self, clock: Clock) -> None:
        (row,) = clock({"created_at": "2026-02-11"}, today="2026-02-10")
        assert (row.state, row.received, row.due) == ("none", "2026-02-11", "")

    def test_another_country_but_not_an_unknown_one(self, clock: Clock) -> None:
        rows = clock({"country": "PE"}, {"country": ""}, {"country": "CO"})
        assert [row.state for row in rows] == ["none", "green", "green"]

    def test_a_law_that_had_not_begun(self, clock: Clock) -> None:
        rows = clock(
            {"created_at": "2022-05-31"}, {"created_at": "2022-06-01"}, country="PE", regime=""
        )
        assert [row.rule for row in rows] == ["", "pe-consumer"]

    def test_no_message_at_all(self, clock: Clock) -> None:
        assert clock() == []

    def test_an_unknown_regime_is_an_error_before_anything_is_read(self, clock: Clock) -> None:
        with pytest.raises(UsageError, match="no regime 'banca'"):
            clock({}, regime="banca")


def test_cues_come_from_the_text_the_subject_and_the_columns(
    build_store: Build, record: Record
) -> None:
    made = [
        record(1, text="Reitero mi queja.", quotes=[], extra={"tutela": "1"}),
        record(2, text="Ver asunto.", quotes=[], extra={"RIESGO_VIDA": "Si"}),
        record(3, text="Todo muy mal.", quotes=[], extra={"ente_control": "Procuraduría"}),
        record(4, text="Por tutela felicito.", quotes=[], pqrs="compliment"),
    ]
    with build_store(made) as store:
        store.conn.execute("UPDATE messages SET title = 'Derecho de petición' WHERE id = 2")
        frame = read_frame(store, Filter())
        rows = due_rows(store, frame, country="CO", regime="", today=date(2026, 3, 3))
    assert [row.cues for row in rows] == [
        ("tutela", "repeated"),
        ("life", "petition"),
        ("regulator",),
        (),  # nobody must answer it
    ]


def test_texts_are_read_in_windows_without_losing_any(
    build_store: Build, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vocmine.clock.cues.WINDOW", 2)
    made = [
        record(n, text="Pondré una tutela." if n % 3 == 0 else "Mal servicio.", quotes=[])
        for n in range(1, 8)
    ]
    with build_store(made) as store:
        frame = read_frame(store, Filter())
        rows = due_rows(store, frame, country="CO", regime="", today=date(2026, 3, 3))
    assert [row.message for row in rows if row.cues] == [3, 6]


def test_rows_stand_in_the_order_of_the_frame(clock: Clock) -> None:
    rows = clock({"created_at": "2026-02-09"}, {"created_at": None}, {"created_at": "2026-01-20"})
    assert [row.message for row in rows] == [1, 2, 3]
