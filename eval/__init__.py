"""Question sets, measures, runs and comparisons; asks the engine in-process or any server over HTTP.

``eval.questions`` reads the questions, ``eval.ask`` puts them, ``eval.judge`` compares answers with the gold,
``eval.measures`` and ``eval.curves`` count, ``eval.faults`` says what went wrong, ``eval.runs`` keeps it all on disk,
``eval.report`` and ``eval.pages`` show it, ``eval.compare`` and ``eval.gate`` hold runs side by side.
``eval.convert`` and ``eval.export`` translate sets and runs from and to other formats, ``eval.drafts`` makes sets of
what readers asked, ``eval.judges`` asks a judge model, ``eval.quality`` measures the engine beside its parts.
``eval.training`` made the reading model that ships.
"""
