"""How good the engine is, beside its own parts and LlamaIndex: on the same archive and questions, in the same run.

    python -m eval.quality --data FOLDER --write docs/evaluation.md

``eval.quality.sets`` makes the sets ready, ``eval.quality.archives`` indexes each collection of articles once,
``eval.quality.rankings`` and ``eval.quality.llamaindex`` are what it is measured beside,
``eval.quality.figures`` measures a set, ``eval.quality.table`` writes it down. The data of others lie in FOLDER and
in the cache only; a set whose data are not there is left out, and the table says so. After an interruption the same
command goes on: what is answered under the same circumstances is not asked again, and the table says of how many
answers that holds. To have all asked anew, delete ``runs`` in the cache.
"""
