"""Where nothing happens, nothing is told: at most five alarms in a hundred null years.

Each test counts data sets with any claim, not claims: a team reads the whole list every week, and
what it must be able to trust is the list.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from synthetic_year import null_frame
from threadpoolctl import threadpool_limits

from vocmine.comparison.groups import compare_groups
from vocmine.priorities.clusters import clusters
from vocmine.priorities.impact import impacts
from vocmine.priorities.points import shows_loss
from vocmine.store.frame import code_of
from vocmine.trends.changes import changes
from vocmine.trends.series import timeline

SMALL = 40
"""Messages a week where many data sets are wanted and their size does not matter."""


@pytest.fixture(autouse=True)
def _one_thread():
    """Threads cost more than they save on arrays this small, most of all on a busy machine."""
    with threadpool_limits(1):
        yield


def alarms(frame, grain="week"):
    return changes(frame, timeline(frame, grain))


def test_two_hundred_null_years_raise_alarms_in_no_more_than_five_in_a_hundred():
    kinds = Counter()
    alarmed = 0
    for seed in range(200):
        found = alarms(null_frame(seed))
        alarmed += bool(found)
        kinds.update((row.kind, row.what) for row in found)
    assert alarmed <= 10, kinds


@pytest.mark.parametrize(
    "how",
    [
        {"weekly": 8},
        {"weekly": SMALL, "growth": 3.0},
        {"weekly": SMALL, "spread": 0.3},
        {"weekly": SMALL, "spread": 0.0},
        {"weekly": SMALL, "weeks": 12},
    ],
    ids=["few messages", "fast growth", "restless weeks", "pure chance", "three months"],
)
def test_few_alarms_whatever_the_null_looks_like(how):
    """Thirty each: were the rate one in twenty, five alarms or more would come once in sixty."""
    assert sum(bool(alarms(null_frame(seed, **how))) for seed in range(1000, 1030)) <= 4


def test_months_raise_no_more_alarms_than_weeks():
    assert sum(bool(alarms(null_frame(seed), "month")) for seed in range(2000, 2020)) <= 3


def test_no_loss_is_claimed_where_no_point_costs_anything():
    claimed = 0
    for seed in range(40):
        frame = null_frame(seed, weekly=SMALL)
        claimed += any(shows_loss(one) for one in impacts(frame, clusters(frame)))
    assert claimed <= 5


def test_nineteen_in_twenty_intervals_hold_the_effect_that_was_planted():
    """A point takes one star; the level of its channel is another's doing."""
    held = []
    for seed in range(40):
        frame = null_frame(seed, weekly=SMALL)
        costly = frame.with_insight(frame.insights.friction == code_of("friction", "refund"))
        messages = replace(
            frame.messages,
            nps=np.full(len(frame.messages), np.nan),
            score=frame.messages.score - costly - (frame.messages.channel.code == 0),
        )
        frame = replace(frame, messages=messages)
        points = clusters(frame)
        place = points.friction.tolist().index(code_of("friction", "refund"))
        impact = impacts(frame, points)[place]
        held.append(impact.low <= -1 <= impact.high)
    assert np.mean(held) >= 0.85


def test_groups_that_do_not_differ_are_not_said_to():
    found = 0
    for seed in range(40):
        frame = null_frame(seed, weekly=SMALL)
        channel = frame.messages.channel
        members = channel.code[:, None] == np.arange(len(channel.values))
        everyone = np.ones(len(frame.messages), dtype=np.bool_)
        rows = compare_groups(frame, "channel", channel.values, members, within=everyone)
        found += any(row.sure for row in rows)
    assert found <= 5
