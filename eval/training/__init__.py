"""How the reading model that ships was made: examples, network, training, export. Nothing here runs in the service.

    python -m eval.training.examples --data TRAIN_FOLDER --out examples.jsonl
    python -m eval.training.train --examples examples.jsonl --minutes 95 --out reader.pt
    python -m eval.training.export reader.pt --out qa/models/reader

The last two need PyTorch and onnx, which the project does not depend on (docs/decisions/0014 says what to install).
"""
