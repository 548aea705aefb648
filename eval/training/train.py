"""Trains the reading model on examples, on a processor or whatever PyTorch has.

    python -m eval.training.train --examples examples.jsonl --minutes 95 --out reader.pt
    python -m eval.training.train --examples second.jsonl --begin reader.pt --minutes 60 --out reader2.pt

One pass at most. The learning rate falls to nothing by the end of the pass or of the minutes, whichever is nearer;
two runs on machines of different speed therefore differ a little. Two cores read about 1,800 tokens a second.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn import functional

from eval.training.examples import Example
from eval.training.network import Network, from_cross_encoder
from qa.models.weights import CROSS_ENCODER

SEED = 1
_RATE = 8e-5
_HEAD_RATE = 5.0  # times that; the heads of spans and support begin from nothing
_WARM_UP = 150  # steps
_FROZEN = 3  # lowest layers, with the embeddings: a quarter faster, and they know words already
_TOKENS = 3072  # a batch, padding included
_LONGEST = 224  # tokens
_SPAN_SHARE = 0.35  # of the span's loss: about as large as the others' once it has fallen
_RANKING_SHARE = 0.5  # of the loss of choosing among a group's passages
_SAVE_EVERY_S = 600


@dataclass(frozen=True, slots=True)
class Item:
    """An example in tokens: ``spans`` where a question is answered, ``allowed`` classes for a claim.

    Items of one ``group`` are one question on several passages, of which at most one answers.
    """

    ids: list[int]
    kinds: list[int]
    answerable: bool
    spans: list[tuple[int, int]]
    allowed: list[int] | None
    group: str | None = None


def items(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Item]:
    """Examples in tokens; those whose answer was cut off are left out."""
    found = []
    for begin in range(0, len(examples), 4000):
        part = examples[begin : begin + 4000]
        for example, encoding in zip(
            part, tokenizer.encode_batch([(e["question"], e["context"]) for e in part]), strict=True
        ):
            spans = [_tokens(encoding, *span) for span in example.get("spans", ())]
            kept = [span for span in spans if span]
            answerable = bool(example.get("answerable"))
            if answerable and not kept:
                continue
            allowed, group = example.get("allowed"), example.get("group")
            found.append(Item(encoding.ids, encoding.type_ids, answerable, kept, allowed, group))
    return found


def _tokens(encoding: Encoding, start: int, end: int) -> tuple[int, int] | None:
    first, last = encoding.char_to_token(start, 1), encoding.char_to_token(end - 1, 1)
    return None if first is None or last is None else (first, last)


def batches(found: Sequence[Item]) -> list[list[Item]]:
    """Batches of about as many tokens, of similar length within, in random order."""
    made: list[list[Item]] = []
    units = _units(found)
    for begin in range(0, len(units), 2000):
        mine: list[list[Item]] = [[]]
        for unit in sorted(units[begin : begin + 2000], key=_longest):
            if mine[-1] and (len(mine[-1]) + len(unit)) * _longest(unit) > _TOKENS:
                mine.append([])
            mine[-1] += unit
        random.shuffle(mine)
        made += mine
    return made


def _units(found: Sequence[Item]) -> list[list[Item]]:
    """What must be read in one batch: the items of a group, in the place of the first; any other item alone."""
    groups: dict[str, list[Item]] = {}
    made: list[list[Item]] = []
    for item in found:
        if item.group in groups:
            groups[item.group].append(item)
            continue
        made.append([item])
        if item.group is not None:
            groups[item.group] = made[-1]
    return made


def _longest(unit: Sequence[Item]) -> int:
    return max(len(item.ids) for item in unit)


def loss_of(network: Network, batch: Sequence[Item]) -> Tensor:
    """Binary cross-entropy of answering, cross-entropy of spans (any annotator's is right) and of support."""
    ids, kinds, mask = _padded(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        relevance, span, support = network(ids, kinds, mask)
    questions = [i for i, item in enumerate(batch) if item.allowed is None]
    answered = [i for i in questions if batch[i].answerable]
    claims = [i for i, item in enumerate(batch) if item.allowed is not None]
    total = torch.zeros(())
    if questions:
        wanted = torch.tensor([float(batch[i].answerable) for i in questions])
        each = functional.binary_cross_entropy_with_logits(relevance.float()[questions], wanted)
        total = total + each * len(questions) / len(batch)
        total = total + _RANKING_SHARE * _ranking(relevance.float(), batch)
    if answered:
        inside = ((kinds == 1) & (mask > 0))[answered]
        chance = torch.log_softmax(span.float()[answered].masked_fill(~inside[..., None], -1e4), dim=1)
        each = _any_of([[chance[r, a, 0] + chance[r, z, 1] for a, z in batch[i].spans] for r, i in enumerate(answered)])
        total = total + _SPAN_SHARE * each * len(answered) / len(batch)
    if claims:
        chance = torch.log_softmax(support.float()[claims], dim=-1)
        each = _any_of([[chance[r, c] for c in batch[i].allowed or ()] for r, i in enumerate(claims)])
        total = total + each * len(claims) / len(batch)
    return total


def _ranking(relevance: Tensor, batch: Sequence[Item]) -> Tensor:
    """Cross-entropy of the passage that answers among those of its group; 0 where no group has one."""
    groups: dict[str, list[int]] = {}
    for i, item in enumerate(batch):
        if item.group is not None:
            groups.setdefault(item.group, []).append(i)
    each = [
        torch.logsumexp(relevance[members], 0) - relevance[right]
        for members in groups.values()
        for right in members
        if batch[right].answerable and len(members) > 1
    ]
    return torch.stack(each).mean() if each else torch.zeros(())


def _any_of(options: Iterable[list[Tensor]]) -> Tensor:
    return -torch.stack([torch.logsumexp(torch.stack(each), 0) for each in options]).mean()


def _padded(batch: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
    longest = max(len(item.ids) for item in batch)
    ids, kinds = (torch.zeros(len(batch), longest, dtype=torch.long) for _ in range(2))
    mask = torch.zeros(len(batch), longest)
    for i, item in enumerate(batch):
        ids[i, : len(item.ids)] = torch.tensor(item.ids)
        kinds[i, : len(item.kinds)] = torch.tensor(item.kinds)
        mask[i, : len(item.ids)] = 1
    return ids, kinds, mask


def train(network: Network, found: Sequence[list[Item]], minutes: float, rate: float, out: Path) -> None:
    for part in (network.word, network.pos, network.kind, network.norm, *list(network.layers)[:_FROZEN]):
        part.requires_grad_(requires_grad=False)
    heads = [*network.span.parameters(), *network.support.parameters()]
    mine = {id(parameter) for parameter in heads}
    body = [p for p in network.parameters() if p.requires_grad and id(p) not in mine]
    optimizer = torch.optim.AdamW([{"params": body, "times": 1.0}, {"params": heads, "times": _HEAD_RATE}], lr=rate)
    began = saved = time.monotonic()
    for step, batch in enumerate(found):
        done = max((time.monotonic() - began) / 60 / minutes, step / len(found))
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * group["times"] * min(1, (step + 1) / _WARM_UP) * (1 - done)
        loss = loss_of(network, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + heads, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 100 == 0:
            print(f"step {step} of {len(found)}, {done:.0%} done, loss {loss.item():.3f}", flush=True)
        if time.monotonic() - saved > _SAVE_EVERY_S:
            torch.save(network.state_dict(), out)
            saved = time.monotonic()
    torch.save(network.state_dict(), out)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.training.train", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--examples", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="go on from these weights; else from the cross-encoder's")
    parser.add_argument("--minutes", type=float, default=95.0)
    parser.add_argument("--rate", type=float, default=_RATE, help="the learning rate at its highest")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    folder = CROSS_ENCODER.locate()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST, strategy="only_second")
    with options.examples.open(encoding="utf-8") as lines:
        found = items([json.loads(line) for line in lines], tokenizer)
    random.shuffle(found)
    network = from_cross_encoder(folder / "model.onnx")
    if options.begin:
        network.load_state_dict(torch.load(options.begin))
    train(network.train(), batches(found), options.minutes, options.rate, options.out)


if __name__ == "__main__":
    main()
