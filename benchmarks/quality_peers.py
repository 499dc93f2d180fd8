"""Sentiment of other open libraries on the same messages, where they are installed.

None of them is a dependency: install what should be compared beside vocmine, in an environment of
its own. VADER and TextBlob read English, `sentiment-analysis-spanish` Spanish.
"""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from heads_data import read_gold
from quality_data import judge, read_marc
from quality_stars import stars_sentiment

from vocmine.evaluation import score_labels
from vocmine.evaluation.judge import four_way

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from heads_data import Example

    from vocmine.models import Model

SIDES = ("negative", "positive")


def _vader() -> Any:
    """VADER with the thresholds of its authors: ±0.05 of the compound score."""
    analyzer = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return lambda texts: [_side(analyzer.polarity_scores(text)["compound"], 0.05) for text in texts]


def _textblob() -> Any:
    """TextBlob's default analyzer: the sign of its polarity."""
    blob = import_module("textblob").TextBlob
    return lambda texts: [_side(blob(text).sentiment.polarity, 0.0) for text in texts]


def _spanish() -> Any:
    """`sentiment-analysis-spanish`: a probability of positive, which knows no neutral."""
    module = import_module("sentiment_analysis_spanish.sentiment_analysis")
    analyzer = module.SentimentAnalysisSpanish()
    return lambda texts: [_side(analyzer.sentiment(text) - 0.5, 0.0) for text in texts]


PEERS: dict[str, tuple[str, Any]] = {
    "VADER": ("en", _vader),
    "TextBlob": ("en", _textblob),
    "sentiment-analysis-spanish": ("es", _spanish),
}
"""Name to the language it reads and how it is loaded."""
UNABLE = {
    "obsei": "version 1.1 reads sentiment with a language model or with one that it downloads, so "
    "nothing of it runs offline; version 0.0.15 runs VADER, which is judged by itself",
}
"""Libraries that were tried and cannot be compared, and why."""


def judge_peers(model: Model, data: Path, cache: Path | None, marc: int) -> list[dict[str, Any]]:
    """The model and every peer on gold messages of the peers' languages and on rated reviews.

    Returns:
        One object for each: `system`, `data`, `n`, `four_way` and `two_way` accuracy with its
        interval (`value`, `low`, `high`). A peer that cannot be loaded has `problem` instead.
    """
    gold = read_gold(data)
    sets = {lang: [e for e in gold if e.lang == lang] for lang in ("en", "es")}
    sides = {lang: [four_way(_code(e)) for e in part] for lang, part in sets.items()}
    if marc:
        sets["es, marc"] = [e for e in read_marc(data, marc) if e.labels["stars"] != 3]
        sides["es, marc"] = [stars_sentiment(int(str(e.labels["stars"]))) for e in sets["es, marc"]]
    rows = []
    for name, part in sets.items():
        batch = judge(model.encoder, part, cache).batch()
        read = list(map(four_way, model.heads.predict("sentiment", batch).codes))
        rows.append(_row(model.name, name, sides[name], read))
    for peer, (lang, load) in PEERS.items():
        try:
            reader = load()
            for name in (name for name in sets if name[:2] == lang):
                read = reader([example.text for example in sets[name]])
                rows.append(_row(peer, name, sides[name], read))
        except Exception as error:  # whatever keeps a peer from running is what is reported of it
            rows.append({"system": peer, "problem": f"{type(error).__name__}: {error}"[:200]})
    return rows + [{"system": peer, "problem": why} for peer, why in UNABLE.items()]


def _row(system: str, data: str, wanted: Sequence[str], read: Sequence[str]) -> dict[str, Any]:
    two = [i for i, side in enumerate(wanted) if side in SIDES]
    four_way_score = score_labels(wanted, read, range(len(wanted)))
    two_way_score = score_labels([wanted[i] for i in two], [read[i] for i in two], two)
    return {
        "system": system,
        "data": data,
        "n": len(wanted),
        "four_way": asdict(four_way_score.accuracy),
        "macro_f1": asdict(four_way_score.macro_f1),
        "two_way": asdict(two_way_score.accuracy),
        "two_way_n": len(two),
    }


def _code(example: Example) -> str:
    return str(example.labels["sentiment"])


def _side(score: float, least: float) -> str:
    if score > least or score >= least > 0:
        return "positive"
    return "negative" if score < -least or score <= -least < 0 else "neutral"
