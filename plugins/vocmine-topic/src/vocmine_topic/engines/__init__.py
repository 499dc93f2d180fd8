"""What groups the segments of a sample; everything after that is common to all engines."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt

from vocmine.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scipy.sparse import csr_matrix

    from vocmine.batch import SketchArray
    from vocmine_topic.features import FeatureArray

Labels = npt.NDArray[np.int64]

ENGINES = {
    "kmeans": "vocmine_topic.engines.kmeans:KMeansEngine",
    "bertopic": "vocmine_topic.engines.bertopic:BertopicEngine",
}
DEFAULT = "kmeans"

_NEEDED = {"bertopic": ("bertopic", "hdbscan", "pandas", "tqdm", "umap", "yaml")}
"""Modules of an engine that vocmine does not bring with it."""
_INSTALL = {
    "bertopic": "Install it with pip install 'vocmine[bertopic-light]' and then pip install "
    "--no-deps bertopic; or, with PyTorch, which vocmine has no use for, with pip install "
    "'vocmine[bertopic]'."
}


class Space(NamedTuple):
    """Segments to be grouped: those that say something, each wording a few times at most.

    Args:
        features: What they say and mean, int8 (segments, width); see `vocmine_topic.features`.
        said: Their terms, rows of length one, float64 (segments, terms).
        sketches: The engine's own vectors in few bytes, int8 (segments, width); width 0 when
            unknown.
        owner: Message of each segment, ascending, int64 (segments,).
        terms: Names of the columns of `said`, folded lemmas and pairs of them (`cobro doble`).
    """

    features: FeatureArray
    said: csr_matrix
    sketches: SketchArray
    owner: npt.NDArray[np.int64]
    terms: Sequence[str]

    def of(self, rows: npt.NDArray[np.intp]) -> Space:
        """The segments at the given ascending places."""
        return Space(
            self.features[rows], self.said[rows], self.sketches[rows], self.owner[rows], self.terms
        )


class Engine(Protocol):
    """Groups segments."""

    def group(self, space: Space, *, topics: int, seed: int) -> Labels:
        """Group of each segment, int64 (segments,), from 0, -1 for none.

        The same input gives the same groups. `topics` is how many the user asks for; 0 means that
        the corpus decides.
        """


def require_engine(name: str) -> None:
    """Check that what an engine is made of is installed, without importing it.

    Raises:
        UsageError: Names what is missing and the commands that install it.
    """
    missing = [module for module in _NEEDED.get(name, ()) if find_spec(module) is None]
    if missing:
        raise UsageError(
            f"The engine '{name}' of the topic analyzer is not installed "
            f"(missing: {', '.join(missing)}).",
            _INSTALL[name],
        )


def load_engine(name: str) -> Engine:
    """The engine of that name, which is a key of `ENGINES`.

    Raises:
        UsageError: See `require_engine`.
    """
    require_engine(name)
    module, _, attribute = ENGINES[name].partition(":")
    return cast("Engine", getattr(import_module(module), attribute)())
