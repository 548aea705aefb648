"""From a news archive to answers whose every sentence is cited, word for word.

``qa.engine.build(settings)`` is the way in; ``qa.types`` holds the words that everything here speaks.
"""
