"""`vocmine evaluate` with the model that comes with vocmine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_the_shipped_model_is_judged_on_all_that_it_reads(vocmine: Run, tmp_path: Path) -> None:
    row = {
        "text": "Llevo tres semanas esperando el reembolso y nadie contesta el teléfono",
        "pqrs": "reclamo",
        "sentiment": "very_negative",
        "emotions": ["frustration"],
        "effort": 3,
        "churn": 0,
        "recommend": 0,
        "urgent": 0,
        "insights": [
            {
                "quote": "nadie contesta el teléfono",
                "polarity": -2,
                "friction": "no_response",
                "stage": "support",
                "pyramid": "utility",
                "touchpoint": "phone",
            }
        ],
    }
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n", "utf-8")
    found = json.loads(vocmine("evaluate", path, "--format", "json").out)
    assert [task["name"] for task in found["tasks"]] == [
        *("pqrs", "sentiment", "sentiment_four", "effort", "churn", "recommend", "urgent"),
        *("emotions", "polarity", "polarity_sign", "friction", "stage", "pyramid", "touchpoint"),
    ]
