"""Puts broken and hostile inputs to every reader of articles, and keeps those on which one breaks its promise.

    python -m eval.fuzz --inputs 200000                  # all readers, the inputs shared out evenly
    python -m eval.fuzz html pdf --inputs 5000 --seed 2  # these alone, other inputs
    python -m eval.fuzz --replay .fuzz/html-….bin        # one input that was kept
    python -m eval.fuzz html --guided --inputs 100000    # led by coverage, where atheris is installed

What a reader promises: any bytes give Articles and IngestErrors, and nothing is raised; each of them is as
``eval.fuzz.promises`` says; and each input is done with in five seconds of computing.

Inputs are made of small files of our own writing (``seeds``) by what breaks readers (``mutations``). The input of a
reader, a seed and a number is always the same one (``cases``), on every machine. They are read in processes of their
own (``fleet``), so that one that loops or falls within a C library is found, and stops nothing.
"""
