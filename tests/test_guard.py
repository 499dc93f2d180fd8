"""What plugins print and set does no harm, and what they cost is counted."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from vocmine import guard
from vocmine.guard import BLOCK, Costs, Who, at_work, peak_memory

A = Who("analyzer", "a", "vocmine-a 1.0")
B = Who("analyzer", "b", "vocmine-b 2.0")


@pytest.fixture
def costs() -> Costs:
    return Costs()


class TestCosts:
    def test_calls_and_seconds_add_up(self, costs: Costs) -> None:
        for _ in range(2):
            with costs.call(A):
                time.sleep(0.02)
        other = Costs()
        with other.call(A):
            pass
        with other.call(B):
            pass
        costs.add(other)
        assert [(who, cost.calls) for who, cost in costs.of.items()] == [(A, 3), (B, 1)]
        assert 0.04 <= costs.of[A].seconds < 5

    def test_memory_is_by_how_much_the_peak_rose(self, costs: Costs) -> None:
        with suppress(OSError):  # what earlier tests needed would hide it
            Path("/proc/self/clear_refs").write_text("5", "ascii")
        room = peak_memory() + 100_000_000
        with costs.call(A):
            bytearray(room).count(1)
        with costs.call(B):
            pass
        assert costs.of[A].memory > 50_000_000
        assert costs.of[B].memory == 0

    def test_an_exception_passes_through_and_is_counted(self, costs: Costs) -> None:
        with pytest.raises(KeyError), costs.call(A):
            raise KeyError("x")
        assert costs.of[A].calls == 1

    def test_a_piece_of_work_costs_well_under_a_batch(self, costs: Costs) -> None:
        best = min(_seconds(costs) for _ in range(5))
        assert best < 0.005, "a batch of 256 messages takes about a second"


def _seconds(costs: Costs) -> float:
    start = time.perf_counter()
    for _ in range(20):
        with costs.call(A):
            pass
    return (time.perf_counter() - start) / 20


class TestPrinting:
    def test_is_kept_from_standard_output_and_told(
        self, costs: Costs, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with costs.call(A):
            print("uno")  # noqa: T201
            print("dos", end="")  # noqa: T201
            print(" y tres")  # noqa: T201
        assert capsys.readouterr().out == ""
        assert costs.notes() == [
            "Analyzer 'a' (vocmine-a 1.0) printed 2 lines, kept out of the results; the first: "
            "'uno'. Ask its author to use logging instead."
        ]

    def test_of_others_meanwhile_goes_where_it_should(
        self, costs: Costs, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with costs.call(A):
            thread = threading.Thread(target=print, args=("del programa",))
            thread.start()
            thread.join()
        assert capsys.readouterr().out == "del programa\n"
        assert costs.notes() == []

    def test_leaves_standard_output_as_it_was(self, costs: Costs) -> None:
        before = sys.stdout
        with costs.call(A), costs.call(B):
            assert sys.stdout is not before
        assert sys.stdout is before

    def test_of_much_is_not_kept_in_memory(self, costs: Costs) -> None:
        with costs.call(A):
            for _ in range(1000):
                sys.stdout.write("x" * 1000)
        assert (costs.of[A].lines, len(costs.of[A].printed)) == (1, guard.FIRST_LINE)


class TestTheEnvironment:
    def test_is_put_back_and_who_changed_it_is_told(
        self, costs: Costs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOCMINE_A", "before")
        monkeypatch.delenv("VOCMINE_B", raising=False)
        with costs.call(A):
            os.environ["VOCMINE_A"] = "after"
            os.environ["VOCMINE_B"] = "new"
        assert os.environ["VOCMINE_A"] == "before"
        assert "VOCMINE_B" not in os.environ
        assert costs.notes() == [
            "Analyzer 'a' (vocmine-a 1.0) changed 2 environment variables, put back since: "
            "VOCMINE_A, VOCMINE_B. Ask its author to leave the environment alone."
        ]

    def test_what_scikit_learn_sets_is_nobodys_fault(
        self, costs: Costs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("KMP_INIT_AT_FORK", raising=False)
        with costs.call(A):
            os.environ["KMP_INIT_AT_FORK"] = "FALSE"
        assert os.environ.pop("KMP_INIT_AT_FORK") == "FALSE"
        assert costs.notes() == []

    def test_two_at_work_are_both_named_until_it_is_known_which(self, costs: Costs) -> None:
        with costs.call(A), costs.call(B):
            os.environ["VOCMINE_X"] = "1"
        assert costs.changed["VOCMINE_X"] == {A, B}
        assert (
            "Analyzer 'a' (vocmine-a 1.0) or Analyzer 'b' (vocmine-b 2.0) changed 1 env"
            in (costs.notes()[0])
        )
        again = Costs()
        with again.call(B):
            os.environ["VOCMINE_X"] = "1"
        costs.add(again)
        assert costs.changed["VOCMINE_X"] == {B}

    def test_is_restored_to_what_it_was_before_the_first_at_work(self, costs: Costs) -> None:
        with costs.call(A):
            os.environ["VOCMINE_X"] = "1"
            with costs.call(B):  # begins when it is set already
                pass
        assert "VOCMINE_X" not in os.environ


class TestIterating:
    def test_takes_blocks_and_gives_things_one_by_one(self, costs: Costs) -> None:
        count = BLOCK * 2 + 3
        assert list(costs.iterate(A, lambda: iter(range(count)))) == list(range(count))
        assert costs.of[A].calls == 3

    def test_what_came_before_an_exception_is_given_first(self, costs: Costs) -> None:
        def broken() -> Iterator[int]:
            yield 1
            yield 2
            raise ValueError("dry")

        given = costs.iterate(A, broken)
        assert [next(given), next(given)] == [1, 2]
        with pytest.raises(ValueError, match="dry"):
            next(given)

    def test_the_iterator_is_closed_when_nobody_wants_more(self, costs: Costs) -> None:
        closed = []

        def endless() -> Iterator[int]:
            try:
                while True:
                    yield 1
            finally:
                closed.append(True)

        given = costs.iterate(A, endless)
        next(given)
        given.close()  # type: ignore[attr-defined]
        assert closed == [True]

    def test_a_read_that_is_no_generator_fails_inside(self, costs: Costs) -> None:
        def read() -> Iterator[int]:
            print("opening")  # noqa: T201
            raise OSError("gone")

        with pytest.raises(OSError, match="gone"):
            list(costs.iterate(A, read))
        assert costs.of[A].lines == 1


class TestHeavy:
    @pytest.mark.parametrize(
        ("who", "seconds", "memory", "said"),
        [
            (A, 9.0, 0, []),
            (A, 40.0, 0, ["took 40 of the 60 seconds of the run"]),
            (A, 20.0, 0, []),  # the run mostly waited for something else
            (A, 0.0, 2_300_000_000, ["raised the memory in use by 2.3 GB"]),
            (Who("analyzer", "topic", guard.HOST), 50.0, 2_300_000_000, []),
        ],
    )
    def test_third_parties_are_named_when_they_weigh(
        self, costs: Costs, who: Who, seconds: float, memory: int, said: list[str]
    ) -> None:
        costs.of[who] = guard.Cost(1, seconds, memory)
        notes = costs.heavy(60.0)
        assert len(notes) == len(said)
        assert all(part in note for part, note in zip(said, notes, strict=True))


def test_who_is_at_work_can_be_asked_meanwhile(costs: Costs) -> None:
    with costs.call(A):
        time.sleep(0.02)
        assert [who for who, _ in at_work(0.01)] == [A]
        assert at_work(60) == []
    assert at_work(0) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it so")
def test_peak_memory_is_what_the_system_says() -> None:
    import resource

    assert peak_memory() == pytest.approx(
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, rel=0.2
    )
