"""How well a model reads messages that people labelled: measures, and what they are made of.

`read_gold` reads the labels, `read_messages` lets a model read the same messages, and `evaluate`
compares the two. The measures (`score_labels`, `score_sets`, `score_points`, `calibration`) need
nothing but labels.
"""

from __future__ import annotations

from vocmine.evaluation.bootstrap import Estimate
from vocmine.evaluation.calibration import calibration
from vocmine.evaluation.gold import Gold, GoldMessage, Task, read_gold
from vocmine.evaluation.judge import Evaluation, TaskReport, evaluate
from vocmine.evaluation.points import EndToEnd, Point, score_points
from vocmine.evaluation.predictions import Predictions, read_messages, tasks_of
from vocmine.evaluation.scores import Score, score_labels, score_sets

__all__ = [
    "EndToEnd",
    "Estimate",
    "Evaluation",
    "Gold",
    "GoldMessage",
    "Point",
    "Predictions",
    "Score",
    "Task",
    "TaskReport",
    "calibration",
    "evaluate",
    "read_gold",
    "read_messages",
    "score_labels",
    "score_points",
    "score_sets",
    "tasks_of",
]
