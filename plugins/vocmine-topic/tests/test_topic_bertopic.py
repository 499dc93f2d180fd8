"""BERTopic as an engine: the same groups on every run, offline, and a clear word when missing."""

from __future__ import annotations

import socket
import subprocess
import sys
import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import adjusted_mutual_info_score

from vocmine.errors import UsageError
from vocmine.plugin import Context
from vocmine_topic import engines
from vocmine_topic.analyzer import TopicAnalyzer
from vocmine_topic.engines import Space, load_engine

WIDTH = 32
WORDS = 6
PROBLEMS = 5


def space(
    *, segments: int = 300, seed: int = 3, problems: int = PROBLEMS
) -> tuple[Space, np.ndarray]:
    """Segments around some directions, each with words of its problem, and the problem of each."""
    rng = np.random.default_rng(seed)
    problem = rng.integers(problems, size=segments)
    centres = np.linalg.qr(rng.normal(size=(WIDTH, problems)))[0].T
    rows = centres[problem] + rng.normal(scale=0.08, size=(segments, WIDTH))
    features = np.rint(127 * rows / np.abs(rows).max(axis=1, keepdims=True)).astype(np.int8)
    said = np.zeros((segments, PROBLEMS * WORDS))
    said[np.arange(segments), problem * WORDS + rng.integers(WORDS, size=segments)] = 1.0
    terms = [f"palabra{at} de{at}" for at in range(said.shape[1])]
    owner = np.sort(rng.integers(segments // 2, size=segments))
    return Space(features, csr_matrix(said), features[:, :0], owner, terms), problem


class TestLoading:
    def test_a_missing_bertopic_is_named_with_the_commands_that_install_it(self, monkeypatch):
        monkeypatch.setattr(engines, "find_spec", lambda name: None if name == "umap" else name)
        with pytest.raises(UsageError) as refused:
            load_engine("bertopic")
        assert "missing: umap" in refused.value.message
        assert "pip install 'vocmine[bertopic-light]'" in refused.value.hint
        assert "pip install --no-deps bertopic" in refused.value.hint
        assert "pip install 'vocmine[bertopic]'" in refused.value.hint

    def test_a_run_is_refused_before_anything_is_read(self, monkeypatch):
        monkeypatch.setattr(engines, "find_spec", lambda name: None)
        with pytest.raises(UsageError, match="'bertopic' of the topic analyzer is not installed"):
            TopicAnalyzer().open(Context(heads=None, options={"engine": "bertopic"}))
        TopicAnalyzer().open(Context(heads=None))

    def test_nothing_heavy_is_imported_before_segments_are_grouped(self):
        code = (
            "import sys, vocmine_topic.engines, vocmine_topic.engines.bertopic as engine;"
            "engine.BertopicEngine();"
            "print(*{'bertopic', 'umap', 'hdbscan', 'numba', 'torch'} & set(sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == ""


@pytest.fixture(scope="module")
def engine():
    pytest.importorskip("bertopic")
    pytest.importorskip("umap")
    pytest.importorskip("hdbscan")
    return load_engine("bertopic")


class TestGroups:
    def test_each_problem_is_a_group_and_the_largest_comes_first(self, engine):
        segments, problem = space()
        found = engine.group(segments, topics=0, seed=0)
        assert found.dtype == np.int64
        assert adjusted_mutual_info_score(problem, found) > 0.9
        sizes = np.bincount(found[found >= 0])
        assert len(sizes) == PROBLEMS
        assert (np.diff(sizes) <= 0).all()

    def test_the_same_segments_give_the_same_groups_in_ten_runs(self, engine):
        segments, _ = space(segments=120)
        runs = [engine.group(segments, topics=0, seed=7).tolist() for _ in range(10)]
        assert all(run == runs[0] for run in runs)

    def test_another_process_gives_the_same_groups(self, engine, tmp_path):
        segments, _ = space(segments=120)
        np.savez(
            tmp_path / "space.npz",
            features=segments.features,
            said=segments.said.toarray(),
            owner=segments.owner,
        )
        code = (
            "import sys, numpy as np; from scipy.sparse import csr_matrix;"
            "from vocmine_topic.engines import Space, load_engine;"
            "kept = np.load(sys.argv[1]); features = kept['features'];"
            "terms = [f'palabra{at}' for at in range(kept['said'].shape[1])];"
            "said, owner = csr_matrix(kept['said']), kept['owner'];"
            "space = Space(features, said, features[:, :0], owner, terms);"
            "print(*load_engine('bertopic').group(space, topics=0, seed=0).tolist())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "space.npz")],
            capture_output=True,
            text=True,
            check=True,
        )
        own = engine.group(segments, topics=0, seed=0)
        assert list(map(int, done.stdout.split())) == own.tolist()

    @pytest.mark.parametrize("topics", [2, 3, 5])
    def test_as_many_groups_as_are_asked_for_where_there_are_so_many(self, engine, topics):
        segments, _ = space()
        found = engine.group(segments, topics=topics, seed=0)
        assert set(found.tolist()) - {-1} == set(range(topics))

    def test_few_segments_are_one_group(self, engine):
        segments, _ = space(segments=20)
        assert engine.group(segments, topics=0, seed=0).tolist() == [0] * 20

    def test_what_is_far_from_everything_is_in_no_group(self, engine):
        segments, problem = space()
        centres = [segments.features[problem == at].mean(axis=0) for at in range(PROBLEMS)]
        basis = np.linalg.qr(np.stack(centres).T)[0]
        strange = segments.features.copy()
        for row, alone in enumerate(np.random.default_rng(0).normal(size=(4, WIDTH))):
            alone -= basis @ (basis.T @ alone)  # nothing in common with any problem
            strange[row] = np.rint(127 * alone / np.abs(alone).max())
        found = engine.group(segments._replace(features=strange), topics=0, seed=0)
        assert found[:4].tolist() == [-1] * 4
        assert (found[4:] >= 0).mean() > 0.95

    def test_segments_alike_in_all_are_grouped_without_complaint(self, engine):
        segments, _ = space()
        same = np.tile(segments.features[:1], (len(segments.features), 1))
        found = engine.group(segments._replace(features=same), topics=0, seed=0)
        assert len(found) == len(same)
        assert found.min() >= -1

    def test_anchors_take_the_segments_near_them(self, engine):
        segments, problem = space()
        anchors = np.zeros((2, WIDTH), dtype=np.int8)
        anchors[0] = segments.features[problem == 2].mean(axis=0)
        found = type(engine)(anchors).group(segments, topics=0, seed=0)
        assert adjusted_mutual_info_score(problem, found) > 0.9
        assert len(np.unique(found[problem == 2])) == 1

    def test_nothing_is_asked_of_the_network_and_nothing_is_written(
        self, engine, monkeypatch, tmp_path, capfd
    ):
        def refuse(*_, **__):
            raise AssertionError("the network was asked")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        monkeypatch.chdir(tmp_path)
        engine.group(space(segments=120)[0], topics=0, seed=0)
        assert list(tmp_path.iterdir()) == []
        assert capfd.readouterr() == ("", "")

    def test_warnings_are_as_they_were_before(self, engine):
        before = warnings.filters[:]
        engine.group(space(segments=120)[0], topics=0, seed=0)
        assert warnings.filters == before
