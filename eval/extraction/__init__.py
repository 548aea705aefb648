"""How well pages of HTML become paragraphs, beside free extractors: ``python -m eval.extraction --data FOLDER``.

FOLDER has ``ground-truth.json``, ``{id: {"articleBody": text}}``, in which a blank line parts blocks and a line end
the items, rows and lines of one, and ``html/ID.html.gz`` (or ``.html``): the layout of Zyte's article extraction
benchmark. Nothing of it is copied or kept.
"""
