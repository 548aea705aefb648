"""What a larger archive costs: an archive that grows, measured at each size over its service.

Articles of realtimeqa_news come in, the labelled ones first; where these run out, mutated copies of them, whose vectors
are the originals' with noise (``vectors``), since embedding a million paragraphs takes hours. Out come latency by stage
and by filter, memory, disk, indexing speed and start-up time for each size (``python -m eval.scale``).
"""
