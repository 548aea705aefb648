"""A trained reading model -> int8 ONNX and its tokenizer, as the service reads them; says size and sha256.

python -m eval.training.export reader.pt --out qa/models/reader
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from eval.training.network import Network
from qa.models.weights import CROSS_ENCODER

_INPUTS = ("input_ids", "token_type_ids", "attention_mask")
_OUTPUTS = ("relevance", "span", "support")


def export(weights: Path, out: Path) -> None:
    """Writes the graph with weights in int8, a scale for each channel; activations are quantised as they come.

    One scale for a whole matrix is not enough here: its logits differed by .48 on average from the float model, with
    one a channel by .11.
    """
    network = Network().eval()
    network.load_state_dict(torch.load(weights))
    example = (
        torch.ones(2, 16, dtype=torch.long),
        torch.zeros(2, 16, dtype=torch.long),
        torch.ones(2, 16, dtype=torch.long),
    )
    free = {name: {0: "batch", 1: "tokens"} for name in (*_INPUTS, "span")}
    free |= {name: {0: "batch"} for name in ("relevance", "support")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "model.onnx"
        torch.onnx.export(
            network,
            example,
            str(whole),
            input_names=list(_INPUTS),
            output_names=list(_OUTPUTS),
            dynamic_axes=free,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.training.export", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx and tokenizer.json")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    export(options.weights, options.out / "model.onnx")
    shutil.copy(CROSS_ENCODER.locate() / "tokenizer.json", options.out)
    for name in ("model.onnx", "tokenizer.json"):
        data = (options.out / name).read_bytes()
        print(f"{name}: {len(data) / 1e6:.1f} MB, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
