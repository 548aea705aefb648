"""Ingesting at the size of a real archive: is everything in it afterwards, how much memory and time does it take.

    python -m eval.ingest --data FOLDER --articles 600

``qa ingest`` runs as a user would run it, in processes of its own, into a new archive: once, and once again with the
same file. ``eval.ingest.commands`` runs it and watches its memory, ``eval.ingest.roundtrip`` compares what came out
with what went in. Speed and memory are printed and never asserted, since machines differ.
"""
