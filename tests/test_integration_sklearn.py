"""`VocVectors` and `VocFeatures`: transformers that scikit-learn takes as its own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from vocmine.errors import UsageError
from vocmine.integrations.sklearn import VocFeatures, VocVectors
from vocmine.models import load_model

TEXTS = [
    "Me cobraron dos veces la factura",
    "La asesora fue muy amable. Pero la app se cierra sola",
    "",
    "👍",
    "Quero cancelar o meu plano",
]
both = pytest.mark.parametrize("transformer", [VocVectors(), VocFeatures()], ids=repr)
CHECKS = (
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_set_params,
    estimator_checks.check_mixin_order,
    estimator_checks.check_valid_tag_types,
)
"""The common checks of scikit-learn that need no data."""


@both
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_check_estimator_passes_what_it_runs_for_estimators_of_text(transformer) -> None:
    ran = estimator_checks.check_estimator(transformer)
    assert {check["status"] for check in ran} == {"passed"}


@both
def test_scikit_learn_says_that_it_skips_the_checks_that_feed_matrices(transformer) -> None:
    with pytest.warns(SkipTestWarning, match="requires input"):
        estimator_checks.check_estimator(transformer)


@both
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_common_check_without_data_passes(transformer, check) -> None:
    check(type(transformer).__name__, transformer)


def test_vectors_are_those_of_the_encoder() -> None:
    none = np.zeros(0, dtype=np.int32)
    expected = load_model("voc").encoder.encode(TEXTS, none, none, none).message_vectors
    found = VocVectors().fit_transform(TEXTS)
    assert found.dtype == np.float32
    assert np.array_equal(found, expected)


def test_features_are_probabilities_with_names() -> None:
    features = VocFeatures().set_output(transform="pandas").fit_transform(TEXTS)
    values = features.to_numpy()
    assert ((values >= 0) & (values <= 1)).all()
    pqrs = features[[name for name in features if name.startswith("pqrs=")]]
    assert pqrs.sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-5)
    assert pqrs.iloc[0].idxmax() == "pqrs=claim"
    assert features["friction=billing"][0] > 0.5 > features["friction=billing"][1]


def test_a_text_makes_a_point_as_strongly_as_its_strongest_segment() -> None:
    names = ("touchpoint", "polarity")
    app, staff, together = VocFeatures(tasks=names).fit_transform(
        ["La app se cierra sola", "La asesora fue muy amable", TEXTS[1]]
    )
    columns = list(VocFeatures(tasks=names).get_feature_names_out())
    for name, of in (("touchpoint=app", app), ("touchpoint=staff", staff)):
        place = columns.index(name)
        assert of[place] > 0.5
        assert together[place] > 0.5


def test_texts_without_words_make_no_point() -> None:
    features = VocFeatures(tasks=("friction", "stage")).fit_transform(["", "👍"])
    assert np.array_equal(features, np.zeros_like(features))


@both
def test_a_row_depends_on_its_text_alone(transformer) -> None:
    together = transformer.fit_transform(TEXTS)
    alone = np.concatenate([transformer.transform([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-6)
    assert transformer.transform(TEXTS[::-1])[::-1] == pytest.approx(together, abs=1e-6)


@both
@pytest.mark.parametrize("of", [list, tuple, np.asarray, pd.Series], ids=lambda of: of.__name__)
def test_any_sequence_of_texts_is_taken(transformer, of) -> None:
    given = of(TEXTS)
    assert transformer.transform(given).shape[0] == len(TEXTS)
    assert list(given) == TEXTS


@both
def test_no_texts_give_no_rows_and_all_columns(transformer) -> None:
    names = transformer.get_feature_names_out()
    assert transformer.transform([]).shape == (0, len(names))


@both
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("una queja", "got one string"),
        ([1, 2], "Text 0 is a int"),
        (["a", None], "Text 1 is a NoneType.*fillna"),
        (np.zeros((2, 2)), r"got shape \(2, 2\)"),
        (pd.DataFrame({"texto": ["a"]}), "choose one column"),
    ],
)
def test_what_is_no_list_of_texts_is_refused_with_its_reason(transformer, given, reason) -> None:
    with pytest.raises(ValueError, match=reason):
        transformer.transform(given)


def test_unknown_models_encoders_and_tasks_are_refused_by_fit() -> None:
    for wrong in (VocVectors(model="nada"), VocVectors(encoder="nada"), VocFeatures(tasks=["x"])):
        with pytest.raises(UsageError, match=r"There is no|has no task"):
            clone(wrong).fit(TEXTS)


def test_it_works_in_a_pipeline_under_cross_validation_on_a_column_of_a_table() -> None:
    table = pd.DataFrame(
        {
            "texto": ["Me cobraron de más", "Un cobro doble", "La app no abre", "No carga la app"]
            * 2,
            "meses": [12] * 8,
        }
    )
    labels = ["cobros", "cobros", "digital", "digital"] * 2
    columns = ColumnTransformer([("texto", VocVectors(), "texto")], remainder="passthrough")
    scores = cross_val_score(make_pipeline(columns, LogisticRegression()), table, labels, cv=2)
    assert scores.mean() > 0.9


def test_a_fitted_transformer_holds_its_parameters_and_no_model() -> None:
    # scikit-learn sends estimators to worker processes as they are.
    fitted = VocFeatures(tasks=("pqrs",)).fit(TEXTS)
    assert vars(fitted) == {"model": "voc", "tasks": ("pqrs",)}


def test_a_transformer_works_in_other_processes() -> None:
    code = (
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import cross_val_score\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from vocmine.integrations.sklearn import VocVectors\n"
        "if __name__ == '__main__':\n"
        "    t, y = ['Me cobraron de más', 'La app no abre'] * 4, [0, 1] * 4\n"
        "    VocVectors().transform(t)\n"
        "    p = make_pipeline(VocVectors(), LogisticRegression())\n"
        "    print(cross_val_score(p, t, y, cv=2, n_jobs=2).mean())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) == 1.0
