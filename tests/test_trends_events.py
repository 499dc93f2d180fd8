"""Context events: how they are read, and what was said before and after."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_frames import frame_of

from vocmine.errors import SourceError
from vocmine.trends.events import WINDOW, Event, event_effects, load_events

STRIKE = Event("Paro", date(2026, 3, 9), date(2026, 3, 12))


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "fechas.csv"
    path.write_bytes(text.encode(encoding))
    return path


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "fecha,evento,fin\n2026-03-09,Paro,2026-03-12\n",
            "fecha;evento;fin\n09/03/2026;Paro;12/03/2026\n",
            "Evento\tFecha\tFin\nParo\t9 de marzo de 2026\t12 mar 2026\n",
            "date|event|end\n2026-03-09|Paro|2026-03-12\n",
            '\ufeff"Inicio","Nombre","Hasta"\n"9 marzo 2026","Paro","12/03/2026"\n',
        ],
        ids=["iso", "semicolons", "tabs and words", "english", "bom and quotes"],
    )
    def test_any_delimiter_and_any_way_to_write_a_date(self, tmp_path: Path, text: str) -> None:
        assert load_events(written(tmp_path, text)) == (STRIKE,)

    def test_windows_accents(self, tmp_path: Path) -> None:
        path = written(tmp_path, "fecha;evento\n01/04/2026;Día sin IVA\n", "cp1252")
        assert load_events(path)[0].name == "Día sin IVA"

    def test_the_day_comes_first_as_one_above_twelve_shows_for_all(self, tmp_path: Path) -> None:
        path = written(tmp_path, "fecha,evento\n03/04/2026,A\n25/04/2026,B\n")
        assert [event.day for event in load_events(path)] == [date(2026, 4, 3), date(2026, 4, 25)]

    def test_events_come_in_order_and_one_day_ends_on_itself(self, tmp_path: Path) -> None:
        path = written(tmp_path, "fecha,evento,fin\n2026-05-01,B,\n2026-04-01,A,2026-04-03\n")
        first, second = load_events(path)
        assert (first.name, second.name) == ("A", "B")
        assert second.end == second.day

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("cuando,que\n2026-01-01,Paro\n", "no column 'fecha'"),
            ("fecha,nota\n2026-01-01,Paro\n", "no column 'evento'"),
            (
                "fecha,evento\n2026-01-01,Paro\nayer,Lluvia\n",
                "fechas.csv, row 3: 'ayer' is no date",
            ),
            ("fecha,evento\n30/02/2026,Paro\n", "row 2: '30/02/2026' is no date"),
            ("fecha,evento\n,Paro\n", "row 2: '' is no date"),
            ("fecha,evento\n2026-01-01, \n", "row 2: the event has no name"),
            ("fecha,evento,fin\n2026-01-09,Paro,2026-01-02\n", "'Paro' ends on 2026-01-02, before"),
            ("fecha,evento,fin\n2026-01-09,Paro,luego\n", "row 2: 'luego' is no date"),
        ],
    )
    def test_an_error_names_the_file_and_the_row(
        self, tmp_path: Path, text: str, said: str
    ) -> None:
        with pytest.raises(SourceError) as caught:
            load_events(written(tmp_path, text))
        assert said in str(caught.value)
        assert "fechas.csv" in str(caught.value)

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="no file"):
            load_events(tmp_path / "no.csv")


def told(
    before: float, after: float, *, each: int = 10, wave: float = 0.0, around: int = 60
) -> Any:
    """Days around the strike, `each` messages a day, of which some shares are negative.

    With `wave` whole days are worse and better by turns.
    """
    day = np.repeat(np.arange(-around, around), each)
    share = np.where(day >= 0, after, before) + wave * np.where(day % 2, 1, -1)
    rank = (np.tile(np.arange(each), 2 * around) + 0.5) / each
    return frame_of(np.datetime64(STRIKE.day) + day, sentiment=-(rank < share).astype(int))


class TestBeforeAndAfter:
    def test_windows_are_equal_and_the_first_day_is_after(self) -> None:
        (effect,) = event_effects(told(0.3, 0.6), [STRIKE])
        assert (effect.name, effect.day, effect.end) == ("Paro", "2026-03-09", "2026-03-12")
        assert (effect.messages_before, effect.messages_after) == (WINDOW * 10, WINDOW * 10)
        assert (effect.before, effect.after) == (pytest.approx(0.3), pytest.approx(0.6))
        assert 0.2 < effect.low < 0.3 < effect.high < 0.4

    def test_nothing_changes_and_the_interval_holds_zero(self) -> None:
        (effect,) = event_effects(told(0.4, 0.4), [STRIKE])
        assert effect.low < 0 < effect.high

    def test_the_interval_is_that_of_newcombe_where_days_do_not_differ(self) -> None:
        """Newcombe (1998), table II, method 10: 56/70 and 48/80 give 0.0524 to 0.3339."""
        at = np.repeat([-1, 0], [80, 70])
        rank = np.concatenate([np.arange(80), np.arange(70)])
        negative = rank < np.where(at < 0, 48, 56)
        # Spread over the window, so that no day differs from another by more than chance.
        day = np.where(at < 0, -1 - rank % WINDOW, rank % WINDOW)
        frame = frame_of(
            np.datetime64(STRIKE.day) + np.append(day, [-WINDOW, WINDOW - 1]),
            sentiment=-np.append(negative, [False, False]).astype(int),
        )
        (effect,) = event_effects(frame, [STRIKE])
        assert effect.low == pytest.approx(0.0524, abs=0.02)
        assert effect.high == pytest.approx(0.3339, abs=0.02)

    def test_days_that_differ_widen_it(self) -> None:
        (calm,) = event_effects(told(0.3, 0.5, each=20), [STRIKE])
        (rough,) = event_effects(told(0.3, 0.5, each=20, wave=0.25), [STRIKE])
        assert rough.high - rough.low > 1.5 * (calm.high - calm.low)

    def test_an_event_that_lasts_longer_has_windows_of_its_own_length(self) -> None:
        long = Event("Obra", STRIKE.day, date(2026, 4, 17))
        (effect,) = event_effects(told(0.3, 0.6), [long])
        assert (effect.messages_before, effect.messages_after) == (400, 400)

    def test_where_the_data_end_both_windows_are_cut_alike(self) -> None:
        (effect,) = event_effects(told(0.3, 0.6, around=12), [STRIKE])
        assert (effect.messages_before, effect.messages_after) == (120, 120)
        assert effect.before is not None

    @pytest.mark.parametrize(
        "day", [date(2020, 1, 1), date(2030, 1, 1), date(2026, 1, 10), date(2026, 5, 6)]
    )
    def test_too_little_on_one_side_gives_no_figure(self, day: date) -> None:
        (effect,) = event_effects(told(0.3, 0.6), [Event("Lejos", day, day)])
        assert (effect.before, effect.after, effect.low, effect.high) == (None,) * 4

    def test_few_messages_give_no_figure(self) -> None:
        frame = frame_of(np.datetime64(STRIKE.day) + np.arange(-18, 19))
        (effect,) = event_effects(frame, [STRIKE])
        assert (effect.messages_before, effect.before) == (18, None)

    def test_without_dates_every_event_has_no_figure(self) -> None:
        (effect,) = event_effects(frame_of(["NaT"]), [STRIKE])
        assert (effect.name, effect.before, effect.messages_after) == ("Paro", None, 0)

    def test_intervals_hold_the_truth_nineteen_times_in_twenty(self) -> None:
        rng = np.random.default_rng(0)
        held = 0
        for _ in range(200):
            day = np.repeat(np.arange(-40, 40), 8)
            # Days differ: on some of them everybody is cross.
            mood = rng.beta(8, 12, 80)[day + 40] + 0.1 * (day >= 0)
            frame = frame_of(
                np.datetime64(STRIKE.day) + day,
                sentiment=-(rng.random(len(day)) < mood).astype(int),
            )
            (effect,) = event_effects(frame, [STRIKE])
            held += effect.low <= 0.1 <= effect.high
        assert held >= 182
