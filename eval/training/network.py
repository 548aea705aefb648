"""The reading model as a PyTorch module, begun from the shipped cross-encoder's weights.

A BERT of twelve layers (MiniLM-L12-H384; Wang et al. 2020) with three heads: does the passage answer the question
(one logit), which words do (start and end logits a token), and does a premise support a claim (three classes).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

LAYERS, WIDTH, HEADS, INNER, VOCABULARY, POSITIONS = 12, 384, 12, 1536, 30522, 512


class Layer(nn.Module):
    """One transformer layer, norms behind, as BERT has it (Devlin et al. 2019); without dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.n1, self.n2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))
        self.i, self.u = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def heads(t: Tensor) -> Tensor:
            return t.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        read = functional.scaled_dot_product_attention(
            heads(self.q(x)), heads(self.k(x)), heads(self.v(x)), attn_mask=mask
        )
        x = self.n1(x + self.o(read.transpose(1, 2).reshape(batch, length, WIDTH)))
        out: Tensor = self.n2(x + self.u(functional.gelu(self.i(x))))
        return out


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.word, self.pos, self.kind = (nn.Embedding(n, WIDTH) for n in (VOCABULARY, POSITIONS, 2))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pool = nn.Linear(WIDTH, WIDTH)
        self.relevance, self.span, self.support = (nn.Linear(WIDTH, n) for n in (1, 2, 3))

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of answering ``(batch,)``, of start and end ``(batch, tokens, 2)``, of support ``(batch, 3)``."""
        x = self.norm(self.word(ids) + self.pos.weight[: ids.shape[1]] + self.kind(kinds))
        bias = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias.to(x.dtype))
        pooled = torch.tanh(self.pool(x[:, 0]))
        return self.relevance(pooled)[:, 0], self.span(x), self.support(pooled)


def from_cross_encoder(path: Path) -> Network:
    """The network with the weights of the int8 cross-encoder, dequantised; span and support heads are new."""
    graph = onnx.load(str(path)).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    matrices = {n.output[0]: n.input[1].removesuffix("_quantized") for n in graph.node if n.op_type == "MatMulInteger"}

    def whole(name: str) -> Tensor:
        zero = stored[name + "_zero_point"].astype(np.float32)
        return torch.tensor((stored[name + "_quantized"].astype(np.float32) - zero) * stored[name + "_scale"])

    def plain(name: str) -> Tensor:
        return torch.tensor(stored[name].copy())

    weights: dict[str, Any] = {}
    for mine, theirs in (("word", "word"), ("pos", "position"), ("kind", "token_type")):
        weights[f"{mine}.weight"] = whole(f"bert.embeddings.{theirs}_embeddings.weight")
    for part in ("weight", "bias"):
        weights[f"norm.{part}"] = plain(f"bert.embeddings.LayerNorm.{part}")
    for number in range(LAYERS):
        for mine, theirs in _DENSE:
            output = f"/bert/encoder/layer.{number}/{theirs}/MatMul_output_0_output_quantized"
            weights[f"layers.{number}.{mine}.weight"] = whole(matrices[output]).T.contiguous()
            weights[f"layers.{number}.{mine}.bias"] = plain(
                f"bert.encoder.layer.{number}.{theirs.replace('/', '.')}.bias"
            )
        for mine, theirs in _NORMS:
            for part in ("weight", "bias"):
                weights[f"layers.{number}.{mine}.{part}"] = plain(f"bert.encoder.layer.{number}.{theirs}.{part}")
    for mine, theirs in (("pool", "bert.pooler.dense"), ("relevance", "classifier")):
        weights[f"{mine}.weight"] = whole(f"{theirs}.weight").T.contiguous()
        weights[f"{mine}.bias"] = plain(f"{theirs}.bias")
    return _begun(weights)


_DENSE = (
    ("q", "attention/self/query"),
    ("k", "attention/self/key"),
    ("v", "attention/self/value"),
    ("o", "attention/output/dense"),
    ("i", "intermediate/dense"),
    ("u", "output/dense"),
)
_NORMS = (("n1", "attention.output.LayerNorm"), ("n2", "output.LayerNorm"))


def _begun(weights: dict[str, Any]) -> Network:
    network = Network()
    missing = network.load_state_dict(weights, strict=False)
    new = {f"{head}.{part}" for head in ("span", "support") for part in ("weight", "bias")}
    if set(missing.missing_keys) != new or missing.unexpected_keys:
        raise ValueError(f"these are not the weights of the pinned cross-encoder: {missing}")
    for head in (network.span, network.support):
        nn.init.normal_(head.weight, std=0.02)
        nn.init.zeros_(head.bias)
    return network
