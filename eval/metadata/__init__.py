"""Titles, dates, outlets and authors that are read from pages, against what a person saw on them.

    python -m eval.metadata FOLDER [--half tune|held] [--bare] [--pages] [--labels FILE]

FOLDER holds the pages, ``html/<id>.html.gz``; it is not part of the project. What is known of them is in
``eval/sets/metadata``, as hashes. trafilatura's own metadata and htmldate are measured in the same run.

A page's title is right where it says what the headline says, letters and digits alone; a date is right where it names
the day. A date that is wrong, or that is given where a page has none, is worse than one that is missing: it is the last
column, over all pages. With ``--bare``, the pages are read without their scripts, meta elements and marked properties:
what is left is what a person sees.
"""
