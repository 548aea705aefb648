"""Trains the ranker on questions with passages, on a processor or whatever PyTorch has.

    python -m eval.training.ranker --ranked ranked.jsonl --minutes 40 --out ranker.pt

It begins from the lowest layers of the shipped cross-encoder. One pass at most; the learning rate falls to nothing by
the end of the pass or of the minutes, whichever is nearer.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from eval.training.network import Ranker, from_cross_encoder
from eval.training.train import Item, batches, padded
from qa.models.weights import CROSS_ENCODER

SEED = 1
LAYERS = 4
_RATE = 1.4e-4
_WARM_UP = 100  # steps
_LONGEST = 192  # tokens
_WARMTH = 2.0  # of the cross-encoder's choice among the passages
_SAVE_EVERY_S = 600


def items(lines: Sequence[dict[str, Any]], tokenizer: Tokenizer) -> list[Item]:
    """The passages in tokens; those of one question are a group."""
    found = []
    for number, line in enumerate(lines):
        logits = line["logits"] or [None] * len(line["texts"])
        pairs = [(line["question"], text) for text in line["texts"]]
        for place, (encoding, logit) in enumerate(zip(tokenizer.encode_batch(pairs), logits, strict=True)):
            right = place < line["right"]
            found.append(Item(encoding.ids, encoding.type_ids, right, [], None, str(number), logit))
    return found


def loss_of(network: Ranker, batch: Sequence[Item]) -> Tensor:
    """Cross-entropy of choosing, within each group, a passage that answers; and as the cross-encoder would choose."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(*padded(batch)).float()
    groups: dict[str | None, list[int]] = {}
    for i, item in enumerate(batch):
        groups.setdefault(item.group, []).append(i)
    return torch.stack([_of_group(logits[members], [batch[i] for i in members]) for members in groups.values()]).mean()


def _of_group(logits: Tensor, items_: Sequence[Item]) -> Tensor:
    chances = torch.log_softmax(logits, 0)
    right = -torch.logsumexp(chances[[i for i, item in enumerate(items_) if item.answerable]], 0)
    known = [item.logit for item in items_ if item.logit is not None]
    if not known:
        return right
    return (right - (torch.softmax(torch.tensor(known) / _WARMTH, 0) * chances).sum()) / 2


def train(network: Ranker, found: Sequence[list[Item]], minutes: float, rate: float, out: Path) -> None:
    for part in (network.word, network.pos, network.kind, network.norm):
        part.requires_grad_(requires_grad=False)
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=rate)
    began = saved = time.monotonic()
    for step, batch in enumerate(found):
        done = max((time.monotonic() - began) / 60 / minutes, step / len(found))
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / _WARM_UP) * (1 - done)
        loss = loss_of(network, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 50 == 0:
            print(f"step {step} of {len(found)}, {done:.0%} done, loss {loss.item():.3f}", flush=True)
        if time.monotonic() - saved > _SAVE_EVERY_S:
            torch.save(network.state_dict(), out)
            saved = time.monotonic()
    torch.save(network.state_dict(), out)


def lowest(path: Path, layers: int = LAYERS) -> Ranker:
    """The lowest layers of the cross-encoder, with its head."""
    network = Ranker(layers)
    network.load_state_dict(from_cross_encoder(path).state_dict(), strict=False)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.training.ranker", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--ranked", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="go on from these weights; else from the cross-encoder's")
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--rate", type=float, default=_RATE, help="the learning rate at its highest")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    folder = CROSS_ENCODER.locate()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST, strategy="only_second")
    with options.ranked.open(encoding="utf-8") as lines:
        found = items([json.loads(line) for line in lines], tokenizer)
    network = lowest(folder / "model.onnx")
    if options.begin:
        network.load_state_dict(torch.load(options.begin))
    train(network, batches(found), options.minutes, options.rate, options.out)


if __name__ == "__main__":
    main()
