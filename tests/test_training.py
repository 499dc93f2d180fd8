"""Adapting heads: what is learned is a pulled change of the base, judged on unseen messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vocmine.batch import Batch
from vocmine.errors import UsageError
from vocmine.evaluation.gold import GoldMessage
from vocmine.evaluation.points import Point
from vocmine.heads import Head, Heads
from vocmine.lexical import Vocabulary, keys_of
from vocmine.plugin import Encoded as Vectors
from vocmine.taxonomy import Category, Taxonomy
from vocmine.training.adapt import LEAST_ROWS, Adapted, adapt, summary
from vocmine.training.fit import Space, fit, folds_of, log_losses, probabilities
from vocmine.training.gold import check_enough, is_labelled, trainable_tasks
from vocmine.training.rows import Encoded, encode_rows, seen_as
from vocmine.training.scores import score

DIM = 6
WORDS = ("caro", "lento", "roto", "bien")
FRICTIONS = ("price", "delay", "product_quality", "none")
OWN = Taxonomy(
    (
        Category("muy_caro", "price", "Muy caro", "Muito caro", "Too dear"),
        Category("alza", "price", "Alza", "Aumento", "Rise"),
    )
)


class WordEncoder:
    """A number for each word of `WORDS`, one for "subió", and one that is noise."""

    name, dim, fingerprint = "words", DIM, "e"

    def encode(self, texts: Any, message: Any, start: Any, end: Any) -> Vectors:
        spans = zip(message.tolist(), start.tolist(), end.tolist(), strict=True)
        return Vectors(self._of(texts), self._of([texts[m][s:e] for m, s, e in spans]))

    def _of(self, texts: Any) -> Any:
        made = [[*(float(w in t) for w in (*WORDS, "subió")), len(t) % 7 / 7] for t in texts]
        return np.asarray(made, dtype=np.float32).reshape(-1, DIM)


def base_heads(*, good: bool = True) -> Heads:
    """Heads that read friction off the words; a bad base mixes the first two up."""
    texts = [*WORDS, "subió"]
    keys = np.unique(np.concatenate([keys_of(text) for text in texts]))
    vocabulary = Vocabulary(keys, np.ones(len(keys), dtype=np.float32))
    weights = np.zeros((DIM, len(FRICTIONS)), dtype=np.float32)
    order = (0, 1, 2, 3) if good else (1, 0, 2, 3)
    for row, column in enumerate(order):
        weights[row, column] = 4.0

    def head(per: str, labels: tuple[Any, ...], table: Any, **more: Any) -> Head:
        zeros = np.zeros(len(labels), dtype=np.float32)
        words = np.zeros((len(keys), len(labels)), dtype=np.float32)
        inputs = ("segment",) if per == "segment" else ("message",)
        return Head(per, inputs, ((table, zeros),), labels, 0.8, zeros, words=words, **more)

    return Heads(
        {
            "pqrs": head("message", ("claim", "compliment"), weights[:, :2]),
            "emotions": replace(
                head("message", ("anger", "joy"), weights[:, :2], many=True),
                bias=np.full(2, 0.5, dtype=np.float32),
            ),
            "insight": head("segment", (0, 1), weights[:, :2]),
            "friction": head("segment", FRICTIONS, weights),
        },
        fingerprint="f",
        encoder_fingerprint="e",
        dim=DIM,
        vocabularies={"message": vocabulary, "segment": vocabulary},
    )


def said(word: str, number: int, **labels: Any) -> GoldMessage:
    text = f"Caso {number}: {word} {'x' * (number % 5)}"
    start = text.index(word)
    return GoldMessage(text, points=[Point(start, start + len(word), labels)])


def frictions(count: int = 60) -> list[GoldMessage]:
    """Messages whose friction is told by their word."""
    return [said(WORDS[i % 4], i, friction=FRICTIONS[i % 4]) for i in range(count)]


def adapted(messages: list[GoldMessage], base: Heads, own: Taxonomy | None = None) -> Adapted:
    return adapt(base, encode_rows(WordEncoder(), messages), own)


class TestFit:
    def space(self, rows: int = 40, *, words: bool = False) -> tuple[Space, Any]:
        from scipy.sparse import csr_matrix

        rng = np.random.default_rng(0)
        inputs = rng.normal(size=(rows, 5)).astype(np.float32)
        sparse = csr_matrix(rng.random((rows, 9))) if words else None
        return Space.of(inputs, sparse), (inputs, sparse)

    def test_coordinates_keep_the_similarities_of_rows(self) -> None:
        space, _ = self.space(words=True)
        expected = (space.dense @ space.dense.T + (space.words @ space.words.T).toarray()) / 2
        np.testing.assert_allclose(space.z[:, :-1] @ space.z[:, :-1].T, expected, atol=1e-8)

    @pytest.mark.parametrize("words", [False, True])
    def test_what_is_learned_folds_into_weights_of_inputs_and_words(self, words: bool) -> None:
        space, (inputs, sparse) = self.space(words=words)
        learned = np.random.default_rng(1).normal(size=(space.z.shape[1], 3))
        of_inputs, of_words, bias = space.weights(learned)
        logits = inputs @ of_inputs + bias + (sparse @ of_words if words else 0.0)
        np.testing.assert_allclose(logits, space.z @ learned, atol=1e-6)

    def test_a_stronger_pull_stays_nearer_to_the_base_and_an_infinite_one_on_it(self) -> None:
        space, _ = self.space()
        target = (space.dense[:, 0] > 0).astype(np.intp)
        base = np.zeros((len(target), 2))
        sizes = [
            np.abs(fit(space.z, base, target, pull, many=False)).sum()
            for pull in (0.1, 1.0, 10.0, float("inf"))
        ]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[-1] == 0.0

    @pytest.mark.parametrize("many", [False, True])
    def test_learning_lowers_the_log_loss(self, many: bool) -> None:
        space, _ = self.space()
        target = np.stack([space.dense[:, 0] > 0, space.dense[:, 1] > 0], axis=1)
        wanted: Any = target if many else target[:, 0].astype(np.intp)
        base = np.zeros((len(target), 2))
        learned = fit(space.z, base, wanted, 0.1, many=many)
        before, after = (
            log_losses(logits, wanted, many=many).sum()
            for logits in (base, base + space.z @ learned)
        )
        assert after < 0.3 * before

    def test_chances_of_one_label_add_up_and_those_of_several_do_not(self) -> None:
        logits = np.array([[1.0, 2.0], [0.0, 0.0]])
        np.testing.assert_allclose(probabilities(logits, many=False).sum(axis=1), 1.0)
        np.testing.assert_allclose(probabilities(logits, many=True)[1], 0.5)


def test_rows_of_one_message_are_never_parted() -> None:
    groups = np.repeat(np.arange(17), 3)
    folds = folds_of(groups, 5, seed=3)
    assert all(len(set(folds[groups == group])) == 1 for group in range(17))
    assert set(folds) == set(range(5))
    assert (folds == folds_of(groups, 5, seed=3)).all()


def test_a_score_counts_rows_and_labels() -> None:
    found = score(np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0]), 3, many=False)
    assert (found.accuracy, found.n) == (0.75, 4)
    assert found.macro_f1 == pytest.approx((6 / 7 + 0) / 2)
    several = score(
        np.array([[True, False], [True, True]]),
        np.array([[True, False], [True, False]]),
        2,
        many=True,
    )
    assert (several.accuracy, several.macro_f1) == (0.5, 0.5)


def test_a_point_is_learned_from_as_the_model_sees_it() -> None:
    clauses = [(0, 20), (20, 30)]
    assert seen_as(Point(2, 12, {}), clauses) == (0, 20)
    assert seen_as(Point(18, 30, {}), clauses) == (20, 30)
    assert seen_as(Point(40, 50, {}), clauses) == (40, 50), "no clause has it"


class TestAdapting:
    def test_a_bad_base_gets_better_on_messages_it_did_not_see(self) -> None:
        found = adapted(frictions(), base_heads(good=False))
        (report,) = found.reports
        assert report.base is not None
        assert report.own is not None
        assert report.kept == "own"
        assert report.base.accuracy == pytest.approx(0.5)
        assert report.own.accuracy > 0.9
        assert (report.rows, report.messages, report.own.n) == (60, 60, 60)
        batch = _batch(["lento", "caro"])
        assert found.heads.predict("friction", batch).codes == ["delay", "price"]

    def test_a_base_that_is_right_stays(self) -> None:
        base = base_heads()
        found = adapted(frictions(), base)
        assert [report.kept for report in found.reports] == ["base"]
        assert found.heads.head("friction") is base.head("friction")

    def test_random_labels_teach_nothing(self) -> None:
        rng = np.random.default_rng(5)
        messages = [said(WORDS[i % 4], i, friction=FRICTIONS[rng.integers(4)]) for i in range(80)]
        (report,) = adapted(messages, base_heads(good=False)).reports
        assert report.own is not None
        assert report.own.accuracy < 0.45

    def test_tasks_without_labels_keep_their_heads_and_are_not_reported(self) -> None:
        base = base_heads(good=False)
        found = adapted(frictions(), base)
        assert [report.task for report in found.reports] == ["friction"]
        for task in ("pqrs", "emotions", "insight"):
            assert found.heads.head(task) is base.head(task)

    def test_a_task_of_few_rows_or_one_label_keeps_the_base_and_says_so(self) -> None:
        few, same = (
            frictions(LEAST_ROWS - 1),
            [said("caro", i, friction="price") for i in range(40)],
        )
        for messages, reason in ((few, "few_rows"), (same, "one_label")):
            (report,) = adapted(messages, base_heads(good=False)).reports
            assert (report.reason, report.kept, report.own) == (reason, "base", None)

    def test_message_labels_of_one_and_of_several_kinds_are_learned(self) -> None:
        messages = [
            GoldMessage(
                f"{'subió' if i % 2 else 'bien'} {i}",
                labels={"pqrs": ("compliment", "claim")[i % 2]},
                sets={"emotions": frozenset({("joy", "anger")[i % 2]})},
            )
            for i in range(60)
        ]
        found = adapted(messages, base_heads())
        assert {report.task: report.kept for report in found.reports} == {
            "pqrs": "own",
            "emotions": "own",
        }
        batch = _batch(["subió", "bien"])
        assert found.heads.predict("pqrs", batch).codes == ["claim", "compliment"]
        assert found.heads.predict_many("emotions", batch).codes == ["anger", "joy"]

    def test_the_same_seed_gives_the_same_model(self) -> None:
        one, two = (adapted(frictions(), base_heads(good=False)) for _ in range(2))
        assert one.reports == two.reports
        for (a, x), (b, y) in zip(
            one.heads.head("friction").layers, two.heads.head("friction").layers, strict=True
        ):
            np.testing.assert_array_equal(a, b)
            np.testing.assert_array_equal(x, y)

    def test_figures_are_kept_for_the_card(self) -> None:
        figures = summary(adapted(frictions(), base_heads(good=False)).reports)
        assert figures["friction"]["kept"] == "own"
        assert figures["friction"]["own"]["n"] == 60
        assert summary(adapted(frictions(10), base_heads()).reports)["friction"]["pull"] is None


class TestOwnCategories:
    def messages(self) -> list[GoldMessage]:
        kinds = (("caro", "muy_caro"), ("caro, subió", "alza"), ("lento", "delay"))
        return [said(kinds[i % 3][0], i, friction=kinds[i % 3][1]) for i in range(90)]

    def test_are_told_apart_where_the_base_knows_one_friction(self) -> None:
        found = adapted(self.messages(), base_heads(), OWN)
        category, friction = found.reports
        assert (category.task, friction.task) == ("category", "friction")
        assert category.base is not None
        assert category.own is not None
        assert category.base.accuracy < 0.7 < category.own.accuracy
        assert friction.base is not None
        assert friction.base.accuracy == 1.0, "as frictions the base had them right"
        head = found.heads.head("friction")
        batch = _batch(["caro", "caro, subió", "lento"])
        labels = head.decide(found.heads.probabilities("friction", batch)).tolist()
        assert [head.labels[i] for i in labels] == ["muy_caro", "alza", "delay"]
        assert found.heads.predict("friction", batch).codes == ["price", "price", "delay"]

    def test_take_the_place_of_the_friction_they_map_to_unless_it_is_used_too(self) -> None:
        found = adapted(self.messages(), base_heads(), OWN).heads.head("friction")
        assert found.labels == ("muy_caro", "alza", "delay", "product_quality", "none")
        assert found.told_as == ("price", "price", "delay", "product_quality", "none")
        more = [*self.messages(), said("caro", 99, friction="price")]
        found = adapted(more, base_heads(), OWN).heads.head("friction")
        assert found.labels[:3] == ("muy_caro", "alza", "price")

    def test_a_friction_that_nobody_labelled_is_read_as_the_base_reads_it(self) -> None:
        found = adapted(self.messages(), base_heads(), OWN)
        assert found.heads.predict("friction", _batch(["roto", "bien"])).codes == [
            "product_quality",
            "none",
        ]

    def test_too_few_rows_give_the_base_with_its_frictions_split_evenly(self) -> None:
        found = adapted(self.messages()[:9], base_heads(), OWN)
        assert found.reports[0].reason == "few_rows"
        assert found.heads.predict("friction", _batch(["caro", "lento"])).codes == [
            "price",
            "delay",
        ]


class TestEnough:
    def test_no_emotion_is_a_label_too(self) -> None:
        assert is_labelled(GoldMessage("a", sets={"emotions": frozenset()}))
        assert not is_labelled(GoldMessage("a", points=[Point(0, 1, {})]))

    def test_fewer_than_thirty_messages_are_refused(self) -> None:
        with pytest.raises(UsageError, match=r"c\.csv holds 29 labelled messages, and at least 30"):
            check_enough(frictions(29), None, "c.csv")
        assert check_enough(frictions(30), None, "c.csv") == {}

    def test_a_category_with_one_quote_is_refused_by_name(self) -> None:
        messages = [*frictions(40), *(said("caro", i, friction="muy_caro") for i in range(5))]
        messages.append(said("caro", 99, friction="alza"))
        with pytest.raises(UsageError, match="1 quotes of the category 'alza', and at least 2"):
            check_enough(messages, OWN, "c.csv")
        assert check_enough([*messages, messages[-1]], OWN, "c.csv") == {"muy_caro": 5, "alza": 2}

    def test_own_categories_may_be_given_as_category_or_as_friction(self) -> None:
        tasks = {task.name: task for task in trainable_tasks(base_heads(), OWN)}
        assert list(tasks) == ["pqrs", "emotions", "friction", "category"]
        assert tasks["category"].labels[:2] == ("muy_caro", "alza")
        assert tasks["friction"].also["Aumento"] == "alza"
        assert tasks["friction"].also["demora"] == "delay"


def _batch(texts: list[str]) -> Batch:
    """Each text as a message with one clause, itself."""
    vectors = WordEncoder()._of(texts)
    start = np.zeros(len(texts), dtype=np.int32)
    end = np.asarray([len(text) for text in texts], dtype=np.int32)
    message = np.arange(len(texts), dtype=np.int32)
    return Batch.of_texts(texts, (message, start, end), (vectors, vectors))


def test_messages_are_encoded_once_with_their_clauses_and_points() -> None:
    messages = [said("caro", 1, friction="price"), GoldMessage("Todo bien")]
    found: Encoded = encode_rows(WordEncoder(), messages)
    assert found.vectors.shape == (2, DIM)
    assert found.point_message.tolist() == [0]
    assert "caro" in found.point_texts[0]
