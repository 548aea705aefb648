"""Question sets, measures, runs and comparisons; asks the engine in-process or any server over HTTP.

``eval.questions`` reads the questions, ``eval.ask`` puts them, ``eval.judge`` compares answers with the gold,
``eval.measures`` counts, ``eval.runs`` keeps it all on disk, ``eval.report`` and ``eval.compare`` show it.
"""
