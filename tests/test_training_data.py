"""Training data of the heads: mappings of public sets, quotes, clauses, copies and fits."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

TRAINING = Path(__file__).parents[1] / "models" / "training"
sys.path.insert(0, str(TRAINING))

import heads_data
import heads_fit
import heads_public
import heads_sets
import heads_tune

DATA = os.environ.get("VOCMINE_DATA", "")
SEED = 20260101
"""Of the samples of large sets that the shipped models learned from."""
NEAR = 0.95
"""Cosine above which two messages count as one."""

ROW = {
    "text": "Bonito, pero llegó roto y nadie contesta",
    "lang": "es",
    "pqrs": "claim",
    "sentiment": "negative",
    "emotions": ["anger"],
    "effort": 2,
    "churn": 0,
    "recommend": 0,
    "urgent": 0,
    "insights": [
        {
            "quote": "llegó roto",
            "polarity": -2,
            "friction": "wrong_delivery",
            "stage": "delivery",
            "pyramid": "utility",
            "touchpoint": "product",
        }
    ],
}


def insight(start: int, end: int) -> heads_data.GoldInsight:
    return heads_data.GoldInsight(start, end, {})


def test_a_quote_without_offsets_is_found_in_its_message() -> None:
    made = heads_data.labelled_example(ROW, "corpus/x")
    assert made.insights is not None
    (point,) = made.insights
    assert made.text[point.start : point.end] == "llegó roto"
    assert point.labels["friction"] == "wrong_delivery"


def test_every_emotion_is_known_in_the_projects_own_labels() -> None:
    made = heads_data.labelled_example(ROW, "corpus/x")
    assert made.emotions == {e: e == "anger" for e in heads_data.EMOTIONS}


@pytest.mark.parametrize("bad", [{"quote": "llegó sano"}, {"quote": "llegó roto", "start": 3}])
def test_a_quote_that_is_not_there_is_an_error(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is not in the message"):
        heads_data.locate(str(ROW["text"]), bad)


def test_a_clause_stands_for_the_insight_it_overlaps_most() -> None:
    insights = (insight(0, 10), insight(8, 30))
    assert heads_data.best_insight((0, 12), insights) == 0
    assert heads_data.best_insight((6, 30), insights) == 1
    assert heads_data.best_insight((40, 50), insights) == -1


def test_less_than_half_of_the_shorter_is_no_overlap() -> None:
    assert heads_data.best_insight((6, 30), (insight(0, 10),)) == -1
    assert heads_data.best_insight((5, 30), (insight(0, 10),)) == 0


def test_copies_are_found_despite_case_accents_names_and_links() -> None:
    finder = heads_data.CopyFinder(["@banco ¡PÉSIMO servicio! https://t.co/x"])
    assert finder.is_copy("pesimo servicio")
    assert not finder.is_copy("pesima comida")


def test_near_copies_of_long_texts_are_found_and_short_ones_need_equality() -> None:
    long = "Llevo tres semanas esperando la devolución de mi dinero y nadie me responde el correo"
    finder = heads_data.CopyFinder([long, "muchas gracias"])
    assert finder.is_copy(long + " ni el teléfono")
    assert not finder.is_copy("muchas gracias a todos")
    assert not finder.is_copy("Llevo tres años esperando que abran una sucursal en mi pueblo")


def test_brighter_says_nothing_about_emotions_outside_the_ekman_six() -> None:
    made = heads_public.brighter_example({"text": "x", "lang": "es", "label": ["joy"]}, 0.5)
    assert made.emotions["joy"] is True
    assert made.emotions["disgust"] is False
    assert "gratitude" not in made.emotions
    assert made.labels == {}
    assert made.insights is None
    assert made.weight == 0.5


def test_brighter_in_english_does_not_know_disgust() -> None:
    made = heads_public.brighter_example({"text": "x", "lang": "en", "label": []}, 1.0)
    assert set(made.emotions) == set(heads_public.EKMAN) - {"disgust"}


def test_goemotions_map_to_ours() -> None:
    made = heads_public.goemotions_example({"text": "x", "label": ["annoyance", "anger"]}, 1.0)
    named = {emotion for emotion, there in made.emotions.items() if there}
    assert named == {"frustration", "anger"}
    assert made.emotions["joy"] is False
    assert "trust" not in made.emotions


def test_a_goemotions_label_without_counterpart_leaves_the_rest_unknown() -> None:
    made = heads_public.goemotions_example({"text": "x", "label": ["joy", "amusement"]}, 1.0)
    assert made.emotions == {"joy": True}


def test_emotions_of_one_sign_tell_the_sign_of_the_text() -> None:
    signs = [
        heads_public.goemotions_example({"text": "x", "label": labels}, 1.0).labels
        for labels in (["joy", "pride"], ["anger"], ["joy", "anger"], ["neutral"], [])
    ]
    assert signs == [
        {"sentiment": {"positive", "very_positive"}},
        {"sentiment": {"negative", "very_negative"}},
        {},
        {},
        {},
    ]


def test_a_complaint_of_xci_is_one_of_three_kinds_and_the_rest_is_none_of_them() -> None:
    severe, mild, other = (
        heads_public.xci_example({"text": "x", "label": label, "severity": severity}, 1.0)
        for label, severity in (("complaint", 4), ("complaint", 1), ("non_complaint", 0))
    )
    assert severe.labels == {
        "pqrs": {"claim", "grievance", "report"},
        "sentiment": {"negative", "very_negative"},
    }
    assert mild.labels["sentiment"] == {"negative", "neutral", "mixed"}
    assert other.labels == {"pqrs": {"petition", "inquiry", "suggestion", "compliment", "none"}}


def test_an_intent_of_banking77_that_is_a_failure_has_its_friction() -> None:
    failure, question = (
        heads_public.banking77_example({"text": "why?", "label": label}, 1.0)
        for label in ("transaction_charged_twice", "age_limit")
    )
    assert [i.labels for i in failure.insights or ()] == [{"friction": "billing"}]
    assert (question.insights, question.labels) == (None, {"pqrs": {"inquiry", "petition"}})


def test_support_intents_become_pqrs_kinds() -> None:
    kinds = {
        intent: heads_public.bitext_example({"text": "x", "label": intent}, 1.0)
        for intent in ("cancel_order", "delivery_period", "payment_issue", "review")
    }
    assert [example and example.labels["pqrs"] for example in kinds.values()] == [
        "petition",
        "inquiry",
        "claim",
        None,
    ]


def test_every_mapped_code_is_in_the_catalogue() -> None:
    from vocmine.catalogue import label_set

    assert set(heads_public.GOEMOTIONS.values()) <= set(label_set("emotion").codes)
    assert set(heads_public.BITEXT.values()) <= set(label_set("pqrs").codes)
    assert set(heads_data.EMOTIONS) == set(label_set("emotion").codes)


@pytest.mark.parametrize("recipe", [{"strength": 1.0}, {"hidden": 8, "members": 2, "epochs": 60}])
def test_a_fitted_head_separates_what_can_be_separated(recipe: dict[str, float]) -> None:
    rng = np.random.default_rng(0)
    target = np.arange(300) % 3
    features = (rng.normal(size=(300, 6)) * 0.1 + 50).astype(np.float32)
    features[np.arange(300), target] += 1.0
    layers = heads_fit.fit(
        features,
        target.astype(np.intp),
        np.ones(300, dtype=np.float32),
        heads_fit.Recipe(("message",), **recipe),  # type: ignore[arg-type]
        3,
    )
    assert (heads_fit.logits(layers, features).argmax(axis=1) == target).mean() > 0.98


def test_merged_members_give_the_mean_of_their_logits() -> None:
    rng = np.random.default_rng(1)

    def member() -> heads_fit.Layers:
        shapes = ((3, 4), (4,)), ((4, 2), (2,))
        return tuple(
            (rng.normal(size=w).astype(np.float32), rng.normal(size=b).astype(np.float32))
            for w, b in shapes
        )

    members = [member(), member()]
    features = rng.normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(
        heads_fit.logits(heads_fit.merge_members(members), features),
        np.mean([heads_fit.logits(m, features) for m in members], axis=0),
        rtol=1e-4,
        atol=1e-5,
    )


def test_balanced_weights_give_every_class_the_same_mass() -> None:
    target = np.array([0] * 90 + [1] * 10, dtype=np.intp)
    ones = np.ones(100, dtype=np.float32)
    rows = heads_fit.class_weights(target, ones, 2, 1.0)
    assert rows[:90].sum() == pytest.approx(rows[90:].sum(), rel=1e-5)
    assert heads_fit.class_weights(target, ones, 2, 0.0) == pytest.approx(ones)


def test_the_temperature_undoes_overconfidence() -> None:
    rng = np.random.default_rng(2)
    target = rng.integers(0, 2, 4000)
    honest = np.log(0.75 / 0.25)
    said = np.where(rng.random(4000) < 0.75, target, 1 - target)
    logits = np.stack([-(2 * said - 1), 2 * said - 1], axis=1) * honest / 2 * 3.0
    assert heads_tune.best_temperature(logits.astype(np.float32), target) == pytest.approx(
        3.0, rel=0.15
    )


def test_a_two_class_bias_is_the_threshold_it_stands_for() -> None:
    bias = heads_tune.two_class_bias(0.3)
    for probability in (0.29, 0.31):
        scores = np.log([1 - probability, probability]) + bias
        assert (scores[1] > scores[0]) == (probability > 0.3)


def cosines(texts: list[str], others: list[str]) -> np.ndarray:  # type: ignore[type-arg]
    """Cosine of each text with the other that is most like it, by rare 5-grams of its plain words.

    Not the measure by which training data are chosen, so that this proves something about that.
    """
    # What is repeated counts once, so that two who laugh are not the same.
    grams = TfidfVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, dtype=np.float32)
    grams.fit([heads_data.normalised(text) for text in [*texts, *others]])
    left, right = (
        grams.transform([heads_data.normalised(text) for text in side]) for side in (texts, others)
    )
    found = [(left[i : i + 200] @ right.T).max(axis=1) for i in range(0, left.shape[0], 200)]
    return np.concatenate([part.toarray()[:, 0] for part in found])


def test_the_cosine_tells_a_copy_with_a_slip_from_another_message() -> None:
    text = (
        "Llevo tres semanas esperando la devolución de mi dinero y nadie me responde el correo ni "
        "el teléfono; en la sucursal me dicen que llame y por teléfono que vaya a la sucursal"
    )
    slip = text.replace("el teléfono;", "el telefono!!")
    other = "Llevo tres años esperando que abran una sucursal en mi pueblo"
    found = cosines([slip, other], [text, "muchas gracias"])
    assert found[0] > NEAR
    assert found[1] < 0.5


with_data = pytest.mark.skipif(
    not Path(DATA, "corpus").is_dir() or not DATA, reason="VOCMINE_DATA is not set"
)


@with_data
def test_no_message_of_dev_nor_one_nearly_the_same_is_in_the_training_data() -> None:
    data = Path(DATA)
    trained_on = heads_sets.read_training_set(data, public=tuple(heads_sets.PUBLIC), seed=SEED)
    training = [example.text for example in trained_on.examples]
    dev = heads_sets.dev_texts(data)
    assert len(training) > 5000
    assert len(dev) > 5000
    near = [text for text, most in zip(dev, cosines(dev, training), strict=True) if most > NEAR]
    assert near == []


@with_data
def test_every_quote_of_the_corpus_is_in_its_message() -> None:
    examples = heads_data.read_corpus(Path(DATA))
    assert len(examples) > 3000
    assert all(example.insights is not None for example in examples)
