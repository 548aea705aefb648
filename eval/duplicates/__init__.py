"""How well copies of one report are found: on copies made by editing, and on pairs that a person judged.

python -m eval.duplicates
python -m eval.duplicates --data ../shared/data/realtimeqa_news/articles.jsonl.gz

Counted are pairs of articles: those that the archive puts into one report, against those that are one. Everything goes
by way of ``Catalogue.put``, as an ingest does.
"""
