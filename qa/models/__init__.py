"""The shipped models, as data files of a pinned wheel run by ONNX Runtime."""
