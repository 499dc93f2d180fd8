"""How meanings are learnt: wordings, messages made of them, directions, graphs and the models."""

# ruff: noqa: E402 (the scripts import their neighbours by name)

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

ROOT = Path(__file__).parents[1]
TRAINING = ROOT / "models" / "training"
sys.path[:0] = [str(TRAINING), str(ROOT / "benchmarks")]

from encoder_vocabulary import corpus_texts
from heads_data import CopyFinder, normalised, shingles
from meaning_data import Composed, Wording, compose, read_wordings
from meaning_fit import Examples, fit, precision
from planted import planted_corpus
from versions import VERSIONS

from vocmine.model_files import fingerprint_of, sha256_of, verify_folder
from vocmine.models import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    FloatArray = NDArray[np.float32]

DATA = os.environ.get("VOCMINE_DATA", "")
WORDINGS = ROOT / "models" / "wordings"
MODELS = ROOT / "models" / "vocmine_models"
FILES = sorted(WORDINGS.glob("*.jsonl"))
NO_ONNX = "onnx is in the extra `train` only"
MEANING_DIM = 128
HIDDEN = 4
"""Width of the states of the graph that is built by hand."""
LANGS = ("es", "pt", "en")
FEW = 10
"""Wordings that may copy a text of dev: `learn_meaning` leaves them out."""


@cache
def wordings() -> list[Wording]:
    return read_wordings(WORDINGS)


def some_wordings() -> list[Wording]:
    """Real ones, few enough to be composed in no time."""
    return wordings()[::60]


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def near_copies(texts: list[str], others: Sequence[str]) -> list[str]:
    """Texts that `CopyFinder` calls copies of one of the others.

    It is asked only about pairs that share half of the 5-grams of the shorter: counting those of
    all pairs at once takes a tenth of the time of asking about all.
    """
    vectorizer = CountVectorizer(analyzer=shingles, binary=True, dtype=np.float32)
    every = vectorizer.fit_transform([*texts, *others])
    left, right = every[: len(texts)], every[len(texts) :].T.tocsr()
    half = np.asarray(every.sum(axis=1), np.float32).ravel() / 2
    asked, partner = np.zeros(len(texts), np.bool_), np.zeros(len(others), np.bool_)
    for first in range(0, len(texts), 256):
        rows = slice(first, min(first + 256, len(texts)))
        shared = (left[rows] @ right).toarray()
        close = shared >= np.minimum(half[rows, None], half[len(texts) :])
        asked[rows] = close.any(axis=1)
        partner |= close.any(axis=0)
    finder = CopyFinder(others[at] for at in np.flatnonzero(partner).tolist())
    return [texts[at] for at in np.flatnonzero(asked).tolist() if finder.is_copy(texts[at])]


class TestWordings:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_a_line_is_a_problem_in_one_language_and_at_least_ten_different_texts(
        self, path: Path
    ) -> None:
        for number, row in enumerate(rows_of(path), start=1):
            where = f"{path.name}, line {number}"
            assert set(row) == {"problem", "lang", "texts"}, where
            assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", row["problem"]), where
            assert row["lang"] in LANGS, where
            # Case, accents and stops alone make no other wording.
            assert len({normalised(text) for text in row["texts"]}) == len(row["texts"]), where
            assert len(row["texts"]) >= 10, where
            assert all(text == text.strip() and normalised(text) for text in row["texts"]), where

    def test_there_are_hundreds_of_problems_and_some_in_each_language(self) -> None:
        problems = {lang: {w.problem for w in wordings() if w.lang == lang} for lang in LANGS}
        assert len(problems["es"]) > 500
        assert len(problems["pt"]) > 30
        assert len(problems["en"]) > 30

    def test_hardly_any_text_tells_of_two_problems(self) -> None:
        owners = defaultdict(set)
        for wording in wordings():
            owners[normalised(wording.text)].add(wording.problem)
        shared = {text: found for text, found in owners.items() if len(found) > 1}
        assert len(shared) <= len(owners) / 1000, shared

    def test_no_text_is_a_near_copy_of_a_phrase_that_the_benchmark_plants(self) -> None:
        planted = planted_corpus(2000, seed=0, problems=25)
        phrases = {message.text[s:e] for message in planted for s, e, _ in message.spans}
        assert len(phrases) > 2000
        found = near_copies([w.text for w in wordings()], sorted(phrases))
        assert not found, found

    @pytest.mark.skipif(
        not DATA or not Path(DATA, "dev").is_dir(), reason="VOCMINE_DATA does not name a folder"
    )
    def test_few_texts_are_near_copies_of_one_of_dev(self) -> None:
        dev = corpus_texts(Path(DATA, "dev"))
        assert len(dev) > 5000
        found = near_copies([w.text for w in wordings()], dev)
        assert len(found) <= FEW, found

    def test_near_copies_are_those_that_the_finder_finds(self) -> None:
        long = "Llevo tres semanas esperando la devolución de mi dinero y nadie me responde"
        others = [long + " el correo", "muchas gracias", "la comida llegó fría y tarde a la casa"]
        texts = [long, "Muchas gracias.", "muchas gracias a todos", "me cobraron dos veces"]
        assert near_copies(texts, others) == [t for t in texts if CopyFinder(others).is_copy(t)]
        assert near_copies(texts, others) == texts[:2]


class TestReading:
    def write(self, folder: Path, *rows: dict[str, Any], name: str = "some.jsonl") -> None:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(lines, "utf-8")

    def test_texts_come_in_the_order_of_files_and_lines_without_their_stops(
        self, tmp_path: Path
    ) -> None:
        second = {"problem": "app_slow", "lang": "en", "texts": ["It hangs...", "Why so slow?"]}
        first = {"problem": "no_light", "lang": "es", "texts": ["Se fue la luz. ", "3.5 horas"]}
        self.write(tmp_path, second, name="b.jsonl")
        self.write(tmp_path, first, name="a.jsonl")
        self.write(tmp_path, second, name="notes.txt")
        assert read_wordings(tmp_path) == [
            Wording("no_light", "es", "Se fue la luz"),
            Wording("no_light", "es", "3.5 horas"),
            Wording("app_slow", "en", "It hangs"),
            Wording("app_slow", "en", "Why so slow?"),
        ]

    @pytest.mark.parametrize(
        "bad",
        [
            {"problem": "no_light", "lang": "fr", "texts": ["Plus de courant"]},
            {"problem": "no_light", "lang": "es", "texts": ["sin luz", "no hay", "sin luz."]},
            {"problem": "no_light", "lang": "es", "texts": ["Travou"]},
            {"problem": "no_light", "texts": ["sin luz"]},
        ],
        ids=["language", "twice", "elsewhere too", "field"],
    )
    def test_a_line_that_is_refused_is_named(self, tmp_path: Path, bad: dict[str, Any]) -> None:
        good = {"problem": "app_slow", "lang": "pt", "texts": ["Trava tudo"]}
        self.write(tmp_path, good, good | {"problem": "app_dead", "texts": ["Travou"]}, bad)
        with pytest.raises(ValueError, match=r"^some\.jsonl, line 3: "):
            read_wordings(tmp_path)


WORDS = "no llegó el pedido pero nadie responde. Além disso, the app hangs; y cobran más".split()


@st.composite
def few_wordings(draw: st.DrawFn) -> list[Wording]:
    """Up to a dozen wordings of a few problems, each with a mark that is in no other."""
    drawn = st.tuples(
        st.sampled_from(("late", "slow", "cold")),
        st.sampled_from(LANGS),
        st.lists(st.sampled_from(WORDS), max_size=8),
    )
    return [
        Wording(problem, lang, " ".join([*words, f"caso{number:02}"]))
        for number, (problem, lang, words) in enumerate(draw(st.lists(drawn, max_size=12)))
    ]


def held(composed: Composed, made_of: list[Wording]) -> list[list[Wording]]:
    """Wordings that each message holds; no text of them may lie in another."""
    return [[w for w in made_of if w.text in text] for text in composed.texts]


def told(composed: Composed) -> list[SimpleNamespace]:
    """Segments one by one."""
    columns = (column.tolist() for column in (*composed.segments, composed.problem))
    return [
        SimpleNamespace(
            message=m, start=s, end=e, text=composed.texts[m][s:e], problem=problem, wording=wording
        )
        for m, s, e, problem, wording in zip(*columns, composed.wording.tolist(), strict=True)
    ]


def in_common(composed: Composed, segment: SimpleNamespace, wording: Wording) -> float:
    """Share of a segment that lies in a wording of its message."""
    start = composed.texts[segment.message].index(wording.text)
    both = min(segment.end, start + len(wording.text)) - max(segment.start, start)
    return max(float(both), 0.0) / float(segment.end - segment.start)


class TestComposing:
    def test_one_seed_gives_one_set_of_messages_and_another_seed_another(self) -> None:
        first, again, other = (compose(some_wordings(), seed=seed) for seed in (1, 1, 2))
        assert first.texts == again.texts
        assert first.langs == again.langs
        for one, two in zip(first.segments, again.segments, strict=True):
            assert one.tolist() == two.tolist()
        assert first.problem.tolist() == again.problem.tolist()
        assert first.wording.tolist() == again.wording.tolist()
        assert first.texts != other.texts

    @given(few_wordings(), st.integers(0, 9), st.integers(1, 3))
    @settings(max_examples=60, deadline=None)
    def test_every_wording_is_once_in_as_many_messages_as_asked(
        self, made_of: list[Wording], seed: int, copies: int
    ) -> None:
        composed = compose(made_of, seed=seed, copies=copies)
        inside = held(composed, made_of)
        assert Counter(w for found in inside for w in found) == dict.fromkeys(made_of, copies)
        for text, lang, found in zip(composed.texts, composed.langs, inside, strict=True):
            assert 1 <= len(found) <= 4
            assert {w.lang for w in found} == {lang}
            assert all(text.count(w.text) == 1 for w in found)

    @given(few_wordings(), st.integers(0, 9))
    @settings(max_examples=60, deadline=None)
    def test_a_segment_is_of_the_wording_that_it_lies_in(
        self, made_of: list[Wording], seed: int
    ) -> None:
        composed = compose(made_of, seed=seed)
        inside = held(composed, made_of)
        for segment in told(composed):
            shares = {w: in_common(composed, segment, w) for w in inside[segment.message]}
            most = max(shares, key=shares.__getitem__)
            if shares[most] > 0.5:
                assert (segment.problem, segment.wording) == (most.problem, most.text)
            elif shares[most] == 0:
                assert (segment.problem, segment.wording) == ("", "")
            else:
                assert bool(segment.problem) == bool(segment.wording)

    def test_most_segments_are_words_of_their_wording_and_no_more(self) -> None:
        owned = [s for s in told(compose(some_wordings(), seed=1)) if s.problem]
        problem_of = {w.text: w.problem for w in some_wordings()}
        assert all(problem_of[s.wording] == s.problem for s in owned)
        # Some take along the word that joins them to what went before.
        joint = re.compile(r"^(ademas|pero|alem disso|mas|also|but) ")
        within = [
            joint.sub("", normalised(s.text)) in joint.sub("", normalised(s.wording)) for s in owned
        ]
        assert np.mean(within) > 0.95, np.mean(within)

    def test_hardly_a_wording_is_lost_when_messages_are_cut_into_segments(self) -> None:
        composed = compose(some_wordings(), seed=1, copies=3)
        found = {(s.message, s.wording) for s in told(composed) if s.problem}
        assert len(found) > 0.97 * 3 * len(some_wordings())

    def test_what_opens_and_closes_a_message_is_of_no_problem(self) -> None:
        composed = compose(some_wordings(), seed=1)
        empty = Counter(s.text for s in told(composed) if not s.problem)
        owned = {s.text for s in told(composed) if s.problem}
        usual = {"Buenos días", "Cordial saludo", "Gracias", "Qué mal servicio", "Bom dia", "Hello"}
        assert usual <= set(empty)
        assert not usual & owned
        assert empty.total() > len(composed.texts) / 2


LAYERS = 2
WIDE = 48
"""Numbers per layer of made-up states."""


def made(
    *, seed: int = 0, problems: int = 40, langs: Sequence[str] = ("es", "pt"), hidden: int = WIDE
) -> Examples:
    """States of two layers: problems lie along four directions, and other things weigh more.

    Those are a direction in which all segments differ at random, what all have in common, and an
    offset of each language. Every problem is told in every language.
    """
    fixed, rng = np.random.default_rng(99), np.random.default_rng(seed)
    size, each = LAYERS * hidden, 12
    basis = np.linalg.qr(fixed.normal(size=(size, 8)))[0].T
    problem = np.repeat(np.arange(problems), each)
    place = np.tile(np.arange(each) % len(langs), problems)
    states = rng.normal(size=(problems, 4))[problem] @ basis[:4]
    states += 0.1 * rng.normal(size=(len(problem), size))
    states += 6.0 * rng.normal(size=(len(problem), 1)) * basis[4]
    states += 8.0 * basis[5] + 5.0 * place[:, None] * basis[6] + 3.0 * (place[:, None] > 1)
    rows = states.astype(np.float32)
    words = np.array([f"{seed} {number}" for number in range(len(rows))])
    return Examples(
        rows, rows[:, :3], problem.astype(np.str_), np.array(langs)[place].astype(np.str_), words
    )


def scaled(examples: Examples, layer: int, factor: float) -> Examples:
    """The same with the states of one layer so much longer."""
    states = examples.states.reshape(len(examples.states), LAYERS, -1).copy()
    states[:, layer] *= factor
    return examples._replace(states=states.reshape(examples.states.shape))


def cosines(rows: FloatArray) -> FloatArray:
    unit = rows - rows.mean(axis=0)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    found: FloatArray = unit @ unit.T
    return found


def nearest(rows: FloatArray) -> list[set[int]]:
    """The ten nearest others of each."""
    alike = cosines(rows)
    np.fill_diagonal(alike, -2)
    return [set(found) for found in np.argsort(-alike, axis=1)[:, :10].tolist()]


def overlap(one: list[set[int]], two: list[set[int]]) -> float:
    """Share of the neighbours in one that are neighbours in the other too."""
    return float(np.mean([len(a & b) / len(a) for a, b in zip(one, two, strict=True)]))


class TestFitting:
    def test_problems_that_were_not_seen_are_told_apart_too(self) -> None:
        others = made(seed=2)
        weights = fit(made(seed=1), layers=LAYERS, width=4)
        raw = precision(others.states, others.problem, others.wording)
        learnt = precision(others.states @ weights, others.problem, others.wording)
        assert raw < 0.25
        assert learnt > 0.85

    def test_a_direction_that_tells_nothing_of_problems_counts_for_less_in_any_width(self) -> None:
        # All directions are kept: only their weights can tell useful from useless.
        others = made(seed=2)
        weights = fit(made(seed=1), layers=LAYERS, width=LAYERS * WIDE)
        raw = precision(others.states, others.problem, others.wording)
        assert precision(others.states @ weights, others.problem, others.wording) > raw + 0.4

    @pytest.mark.parametrize("langs", [("es", "pt"), ("es", "pt", "en")])
    def test_languages_do_not_differ_in_the_directions(self, langs: tuple[str, ...]) -> None:
        examples = made(langs=langs)
        projected = examples.states @ fit(examples, layers=LAYERS, width=8)
        spread = projected.std()
        means = [projected[examples.lang == lang].mean(axis=0) for lang in langs]
        raw = [examples.states[examples.lang == lang].mean(axis=0) for lang in langs]
        for mean, before in zip(means[1:], raw[1:], strict=True):
            assert np.linalg.norm(before - raw[0]) > 3
            assert np.abs(mean - means[0]).max() < 1e-3 * spread

    def test_what_all_segments_have_in_common_is_left_out(self) -> None:
        examples = made()
        projected = examples.states @ fit(examples, layers=LAYERS, width=8)
        assert np.linalg.norm(examples.states.mean(axis=0)) > 7
        assert np.abs(projected.mean(axis=0)).max() < 1e-3 * projected.std()

    def test_a_problem_is_the_same_one_in_another_language(self) -> None:
        examples = made()
        projected = examples.states @ fit(examples, layers=LAYERS, width=4)
        foreign = examples.lang[:, None] != examples.lang
        first = np.where(foreign, cosines(projected), -2).argmax(axis=1)
        assert (examples.problem[first] == examples.problem).mean() > 0.85
        raw = np.where(foreign, cosines(examples.states), -2).argmax(axis=1)
        assert (examples.problem[raw] == examples.problem).mean() < 0.3

    # The means of the languages, weighted by their segments, add up to nothing: one follows from
    # the others. QR of them all finds a direction more, which is rounding and takes what is there.
    @pytest.mark.parametrize("langs", [("es",), ("es", "pt"), ("es", "pt", "en")])
    def test_nothing_else_is_left_out(self, langs: tuple[str, ...]) -> None:
        examples = made(langs=langs, hidden=6)
        # Problems differ in all directions, so each but those of the means must be kept.
        points = np.random.default_rng(5).normal(size=(40, 12))[examples.problem.astype(int)]
        examples = examples._replace(states=(examples.states + points).astype(np.float32))
        kept = np.linalg.svd(fit(examples, layers=LAYERS, width=12))[1]
        assert (kept > 1e-3).sum() == 12 - 1 - (len(langs) - 1)

    @pytest.mark.parametrize("factor", [10.0, 0.01])
    @pytest.mark.parametrize("layer", [0, 1])
    def test_neighbours_are_the_same_however_long_the_states_of_a_layer(
        self, layer: int, factor: float
    ) -> None:
        first, second = made(), scaled(made(), layer, factor)
        near = nearest(first.states @ fit(first, layers=LAYERS, width=8))
        assert overlap(near, nearest(second.states @ fit(second, layers=LAYERS, width=8))) > 0.87
        # It is the layers that are made alike: without that the longer one drowns the other.
        assert overlap(near, nearest(second.states @ fit(second, layers=1, width=8))) < 0.8

    def test_two_layers_that_say_the_same_count_alike(self) -> None:
        half = made().states[:, :WIDE]
        examples = made()._replace(states=np.hstack([half, 100 * half]))

        def share(layers: int) -> float:
            """How much the first layer adds to the meanings, where the second adds one."""
            weights = fit(examples, layers=layers, width=3)
            return float((half @ weights[:WIDE]).std() / (100 * half @ weights[WIDE:]).std())

        assert share(layers=2) == pytest.approx(1.0, abs=0.2)
        assert share(layers=1) < 0.01

    def test_weights_are_a_matrix_of_numbers_that_sixteen_bits_hold(self) -> None:
        weights = fit(made(), layers=LAYERS, width=5)
        assert weights.shape == (LAYERS * WIDE, 5)
        assert weights.dtype == np.float32
        assert np.abs(weights).max() == 1.0
        assert (np.linalg.norm(weights, axis=0) > 0).all()

    def test_fitting_leaves_its_examples_as_they_are_and_gives_the_same_again(self) -> None:
        examples, untouched = made(), made()
        first = fit(examples, layers=LAYERS, width=4)
        assert np.array_equal(examples.states, untouched.states)
        assert np.array_equal(first, fit(examples, layers=LAYERS, width=4))

    def test_some_examples_are_rows_of_all_columns(self) -> None:
        examples = made()
        some = examples.where(examples.lang == "pt")
        assert set(some.lang.tolist()) == {"pt"}
        assert {len(column) for column in some} == {len(examples.lang) // 2}
        assert np.array_equal(some.states, examples.states[examples.lang == "pt"])
        assert np.array_equal(some.vectors, examples.vectors[examples.lang == "pt"])
        assert some.wording.tolist() == examples.wording[examples.lang == "pt"].tolist()


def at_angles(*degrees: float) -> FloatArray:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


class TestPrecision:
    """Points at 0, 10, 180 and 190 degrees: their mean is the centre, so angles are what counts."""

    ROWS = at_angles(0, 10, 180, 190)

    def of(self, problems: str, texts: str = "wxyz") -> float:
        return precision(self.ROWS, np.array(list(problems)), np.array(list(texts)))

    def test_it_is_the_share_of_nearest_others_that_are_of_the_same_problem(self) -> None:
        assert self.of("aabb") == 1.0
        assert self.of("abab") == 0.0
        # Two others are looked at for each a. At 0: 10 (a) and 190 (b). At 10: 0 and 180 (both a).
        # At 180: 190 (b) and 10 (a). What is at 190 has no other of its problem to find.
        assert self.of("aaab") == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)

    def test_segments_of_the_same_text_count_neither_for_nor_against(self) -> None:
        # 0 and 10 are one text. One other a is looked for: from 0 the nearest is 190 (b), from 10
        # it is 180 (a). From 180 two are: 190 (b) and 10 (a).
        assert self.of("aaab", "wwyz") == pytest.approx((0 + 1 + 1 / 2) / 3)
        # Nor are they missed: nothing of b is another text of b.
        assert self.of("aabb", "wxzz") == 1.0

    def test_what_all_vectors_have_in_common_is_taken_away(self) -> None:
        problems, texts = np.array(list("aabb")), np.array(list("wxyz"))
        # From (4, 0) the point at (2, 0) is straight ahead, and it is of the other problem.
        aside = self.ROWS + np.array([3, 0], dtype=np.float32)
        assert precision(aside, problems, texts) == 1.0

    def test_no_more_than_ten_are_looked_at(self) -> None:
        # Eleven a on one side see ten of their own first. The one on the other side sees b alone,
        # which are of one text and have nothing to look for.
        rows = np.array([[1.0]] * 11 + [[-1.0]] * 11, dtype=np.float32)
        problems = np.array(["a"] * 12 + ["b"] * 10)
        texts = np.array([f"a{number}" for number in range(12)] + ["b"] * 10)
        assert precision(rows, problems, texts) == pytest.approx(11 / 12)

    def test_vectors_stay_as_they_were(self) -> None:
        rows = self.ROWS.copy()
        precision(rows, np.array(list("aabb")), np.array(list("wxyz")))
        assert np.array_equal(rows, self.ROWS)


def test_data_and_directions_need_no_onnx() -> None:
    code = "import sys; sys.modules['onnx'] = None; import meaning_data, meaning_fit; print('fine')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=TRAINING, capture_output=True, text=True, check=False
    )
    assert done.stdout == "fine\n", done.stderr


def tiny() -> Any:
    """An encoder of two layers whose nodes are named as `build_graph` names them."""
    onnx = pytest.importorskip("onnx", reason=NO_ONNX)
    helper, floats = onnx.helper, onnx.TensorProto.FLOAT
    mix = np.random.default_rng(3).normal(size=(HIDDEN, HIDDEN)).astype(np.float32)
    steps = [
        ("MatMul", ["x", "mix"], "emb.ln.out"),
        ("Tanh", ["emb.ln.out"], "l0.oln.out"),
        ("MatMul", ["l0.oln.out", "mix"], "l1.mixed"),
        ("Sin", ["l1.mixed"], "l1.oln.out"),
        ("Add", ["l1.oln.out", "emb.ln.out"], "token_vectors"),
    ]
    shape = ["b", "t", HIDDEN]
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [name], name) for kind, inputs, name in steps],
        "tiny",
        [helper.make_tensor_value_info("x", floats, shape)],
        [helper.make_tensor_value_info("token_vectors", floats, shape)],
        [onnx.numpy_helper.from_array(mix, "mix")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: Any) -> dict[str, FloatArray]:
    """What a graph gives for some tokens, by name, after the checker has accepted it."""
    onnx = pytest.importorskip("onnx", reason=NO_ONNX)
    runtime = pytest.importorskip("onnxruntime")
    onnx.checker.check_model(model, full_check=True)
    session = runtime.InferenceSession(model.SerializeToString())
    tokens = np.random.default_rng(4).normal(size=(2, 5, HIDDEN)).astype(np.float32)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"x": tokens}), strict=True))


def states_of(layers: Sequence[int]) -> FloatArray:
    """The same worked out by numpy."""
    mix = np.random.default_rng(3).normal(size=(HIDDEN, HIDDEN)).astype(np.float32)
    tokens = np.random.default_rng(4).normal(size=(2, 5, HIDDEN)).astype(np.float32)
    embedded = tokens @ mix
    first = np.tanh(embedded)
    states = {-1: embedded, 0: first, 1: np.sin(first @ mix)}
    found: FloatArray = np.concatenate([states[layer] for layer in layers], axis=-1)
    return found


@pytest.fixture
def graphs() -> ModuleType:
    pytest.importorskip("onnx", reason=NO_ONNX)
    return import_module("meaning_graph")


some_layers = pytest.mark.parametrize("layers", [(-1, 0, 1), (1, 0), (0,)], ids=str)


def weights_for(layers: Sequence[int], width: int = 3) -> FloatArray:
    drawn = np.random.default_rng(6).uniform(-1, 1, size=(len(layers) * HIDDEN, width))
    return drawn.astype(np.float32)


class TestGraph:
    @some_layers
    def test_states_lie_side_by_side_in_the_order_asked(
        self, graphs: ModuleType, layers: tuple[int, ...]
    ) -> None:
        model, width = graphs.with_states(tiny(), layers)
        given_back = run(model)
        assert list(given_back) == ["token_vectors", "token_meanings"]
        assert width == len(layers) * HIDDEN
        assert given_back["token_meanings"].shape == (2, 5, width)
        assert np.allclose(given_back["token_meanings"], states_of(layers), atol=1e-5)

    @some_layers
    def test_meanings_are_states_times_weights_as_sixteen_bits_keep_them(
        self, graphs: ModuleType, layers: tuple[int, ...]
    ) -> None:
        weights = weights_for(layers)
        model, width = graphs.with_meaning(tiny(), layers, weights)
        found = run(model)["token_meanings"]
        assert width == 3
        states = run(graphs.with_states(tiny(), layers)[0])["token_meanings"]
        kept = weights.astype(np.float16).astype(np.float32)
        assert np.allclose(found, states @ kept, atol=1e-5)
        assert np.allclose(found, states @ weights, atol=1e-3 * np.abs(states).sum(-1).max())

    def test_token_vectors_stay_the_same_to_the_last_bit(self, graphs: ModuleType) -> None:
        before = run(tiny())["token_vectors"].tobytes()
        layers = (-1, 0, 1)
        states, meaning = (
            graphs.with_states(tiny(), layers)[0],
            graphs.with_meaning(tiny(), layers, weights_for(layers))[0],
        )
        assert run(states)["token_vectors"].tobytes() == before
        assert run(meaning)["token_vectors"].tobytes() == before

    def test_learning_again_gives_what_learning_once_does(self, graphs: ModuleType) -> None:
        weights = weights_for((0, 1))
        once = graphs.with_meaning(tiny(), (0, 1), weights)[0]
        earlier = (
            once,
            graphs.with_states(tiny(), (0,))[0],
            graphs.with_meaning(tiny(), (-1, 0, 1), weights_for((-1, 0, 1), width=7))[0],
        )
        for model in earlier:
            again, width = graphs.with_meaning(model, (0, 1), weights)
            assert width == 3
            assert again.SerializeToString(deterministic=True) == once.SerializeToString(
                deterministic=True
            )

    def test_states_of_a_graph_that_has_learnt_are_those_of_one_that_has_not(
        self, graphs: ModuleType
    ) -> None:
        learnt = graphs.with_meaning(tiny(), (0, 1), weights_for((0, 1)))[0]
        assert graphs.with_states(learnt, (-1, 1)) == graphs.with_states(tiny(), (-1, 1))

    def test_the_graph_that_is_extended_stays_as_it_was(self, graphs: ModuleType) -> None:
        model = tiny()
        graphs.with_states(model, (0, 1))
        graphs.with_meaning(model, (0, 1), weights_for((0, 1)))
        assert model == tiny()


@pytest.fixture
def learning() -> ModuleType:
    pytest.importorskip("onnx", reason=NO_ONNX)
    return import_module("learn_meaning")


def folder_of(model: str, part: int) -> Path:
    """Folder of the encoder (0) or the heads (1) of a shipped model."""
    return MODELS / SHIPPED[model][part] / VERSIONS[model]


def meta_of(folder: Path) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
    return meta


each_model = pytest.mark.parametrize("model", sorted(VERSIONS))


class TestShipped:
    def test_it_is_said_for_every_model_which_layers_are_used(self, learning: ModuleType) -> None:
        assert set(learning.LAYERS) == set(VERSIONS)

    @each_model
    def test_layers_are_of_the_encoder_and_as_its_description_says(
        self, learning: ModuleType, model: str
    ) -> None:
        meta = meta_of(folder_of(model, 0))
        layers = learning.LAYERS[model]
        assert list(layers) == meta["meaning"]["layers"]
        assert sorted(set(layers)) == list(layers)
        assert set(layers) <= set(range(-1, meta["layers"]))

    @each_model
    def test_the_graph_makes_meanings_of_those_layers(
        self, learning: ModuleType, model: str
    ) -> None:
        onnx = pytest.importorskip("onnx", reason=NO_ONNX)
        graph = onnx.load(folder_of(model, 0) / "encoder.onnx").graph
        used = [n.input[0] for n in graph.node if re.fullmatch(r"meaning\.\d+\.product", n.name)]
        names = {-1: "emb.ln.out"} | {layer: f"l{layer}.oln.out" for layer in range(12)}
        assert used == [names[layer] for layer in learning.LAYERS[model]]
        assert [output.name for output in graph.output] == ["token_vectors", "token_meanings"]
        width = graph.output[1].type.tensor_type.shape.dim[2].dim_value
        assert width == meta_of(folder_of(model, 0))["meaning_dim"]

    @each_model
    def test_meanings_are_as_wide_as_topics_take_them(self, model: str) -> None:
        assert meta_of(folder_of(model, 0))["meaning_dim"] == MEANING_DIM

    @each_model
    def test_every_file_of_wordings_is_listed_as_it_is_now(self, model: str) -> None:
        listed = [
            (entry["name"], entry["sha256"])
            for entry in meta_of(folder_of(model, 0))["training_data"]
            if entry["name"].startswith("wordings/")
        ]
        assert len(FILES) > 10
        assert sorted(listed) == [(f"wordings/{path.name}", sha256_of(path)) for path in FILES]

    @each_model
    def test_the_description_counts_the_wordings_that_there_are(self, model: str) -> None:
        about = meta_of(folder_of(model, 0))["meaning"]
        assert about["wordings"] + about["copies_of_dev_removed"] == len(wordings())
        assert about["copies_of_dev_removed"] <= FEW
        assert about["problems"] == len({wording.problem for wording in wordings()})

    @each_model
    def test_heads_are_for_the_encoder_that_goes_with_them(self, model: str) -> None:
        encoder = verify_folder(folder_of(model, 0))
        heads = verify_folder(folder_of(model, 1))
        assert heads["encoder"]["name"] == encoder["name"]
        assert heads["encoder"]["fingerprint"] == fingerprint_of(encoder)


ABOUT = {
    "layers": [0, 1],
    "problems": 2,
    "wordings": 4,
    "copies_of_dev_removed": 0,
    "seed": 1,
    "date": "2026-01-01",
    "precision_on_problems_held_out": {"meanings": 0.5, "vectors": 0.25},
}


def small_encoder(folder: Path) -> Path:
    """A folder with the description of a shipped encoder and the graph built by hand."""
    folder.mkdir(parents=True)
    (folder / "encoder.onnx").write_bytes(tiny().SerializeToString(deterministic=True))
    meta = meta_of(folder_of("voc-fast", 0)) | {"version": folder.name}
    meta["training_data"] = [
        entry for entry in meta["training_data"] if not entry["name"].startswith("wordings/")
    ]
    path = folder / "encoder.onnx"
    meta["files"] = {path.name: {"sha256": sha256_of(path), "bytes": path.stat().st_size}}
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    return folder


class TestLearning:
    def test_the_folder_that_is_written_fits_its_description(
        self, learning: ModuleType, tmp_path: Path
    ) -> None:
        old, new = small_encoder(tmp_path / "1.0.0"), tmp_path / "1.1.0"
        before = {path.name: path.read_bytes() for path in old.iterdir()}
        source = {"name": "wordings/x.jsonl", "licence": "own", "role": "x", "sha256": "0" * 64}
        learning.write_encoder(old, new, weights_for((0, 1)), ABOUT, [source])
        meta = verify_folder(new)
        assert meta["version"] == "1.1.0"
        assert meta["meaning_dim"] == 3
        assert meta["meaning"] == ABOUT
        assert meta["training_data"] == [*meta_of(old)["training_data"], source]
        assert (new / "README.md").read_text("utf-8").startswith("#")
        assert {path.name: path.read_bytes() for path in old.iterdir()} == before

    def test_written_twice_nothing_is_listed_twice(
        self, learning: ModuleType, tmp_path: Path
    ) -> None:
        folder = small_encoder(tmp_path / "1.0.0")
        for digit in "01":
            source = {"name": "wordings/x.jsonl", "licence": "", "role": "", "sha256": digit * 64}
            learning.write_encoder(folder, folder, weights_for((0, 1)), ABOUT, [source])
        names = [entry["name"] for entry in verify_folder(folder)["training_data"]]
        assert names.count("wordings/x.jsonl") == 1
        assert meta_of(folder)["training_data"][-1]["sha256"] == "1" * 64

    def test_directions_are_judged_on_a_fifth_of_the_problems_that_they_never_saw(
        self, learning: ModuleType, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: dict[str, set[str]] = defaultdict(set)

        def watched_fit(examples: Examples, *, layers: int, width: int) -> FloatArray:
            seen["fit"] |= set(examples.problem.tolist())
            return fit(examples, layers=layers, width=width)

        def watched_precision(
            rows: FloatArray, problem: NDArray[np.str_], wording: NDArray[np.str_]
        ) -> float:
            seen["judged"] |= set(problem.tolist())
            return precision(rows, problem, wording)

        monkeypatch.setattr(learning, "fit", watched_fit)
        monkeypatch.setattr(learning, "precision", watched_precision)
        examples = made(problems=40)
        figures = learning.judge(examples, layers=LAYERS)
        assert not seen["fit"] & seen["judged"]
        assert seen["fit"] | seen["judged"] == set(examples.problem.tolist())
        assert len(seen["judged"]) == 8
        assert figures["meanings"] > figures["vectors"] + 0.2

    @pytest.mark.parametrize("same", [True, False])
    def test_heads_go_on_only_with_an_encoder_that_gives_the_same_vectors(
        self, learning: ModuleType, tmp_path: Path, same: bool
    ) -> None:
        class Constant:
            name, dim = "constant", HIDDEN

            def __init__(self, fingerprint: str, value: float) -> None:
                self.fingerprint, self.value = fingerprint, value

            def encode(self, texts: list[str], *_: object) -> SimpleNamespace:
                vectors = np.full((len(texts), HIDDEN), self.value, dtype=np.float32)
                return SimpleNamespace(message_vectors=vectors)

        before, after = Constant("old", 1.0), Constant("new", 1.0 if same else 1.0000001)
        heads = folder_of("voc-fast", 1)
        if same:
            learning.carry_heads(heads, tmp_path / "heads" / "9.9.9", before, after)
            meta = verify_folder(tmp_path / "heads" / "9.9.9")
            assert meta["version"] == "9.9.9"
            assert meta["encoder"]["fingerprint"] == "new"
        else:
            with pytest.raises(SystemExit, match="its heads must be trained"):
                learning.carry_heads(heads, tmp_path / "heads" / "9.9.9", before, after)
            assert not (tmp_path / "heads").exists()

    def test_examples_are_segments_of_problems_with_states_of_length_one(
        self, learning: ModuleType
    ) -> None:
        some = some_wordings()[::40]
        found = learning.examples_of(folder_of("voc-fast", 0), some, learning.LAYERS["voc-fast"])
        assert found.states.shape[1] == 3 * found.vectors.shape[1]
        assert np.allclose(np.linalg.norm(found.states, axis=1), 1.0, atol=1e-4)
        about = {wording.text: wording for wording in some}
        assert set(found.wording.tolist()) == set(about)
        for text, problem, lang in zip(found.wording, found.problem, found.lang, strict=True):
            assert about[text][:2] == (problem, lang)

    def test_it_tells_what_it_needs(
        self,
        learning: ModuleType,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.delenv("VOCMINE_DATA", raising=False)
        with pytest.raises(SystemExit):
            learning.main([])
        assert "VOCMINE_DATA" in capsys.readouterr().err
