"""The language model as a reader here, beside the same model in LlamaIndex's ``CitationQueryEngine``.

    python -m eval.beside RUN --home HOME --questions QUESTIONS.jsonl [--limit N] [--seed S]
    python -m eval.beside RUN                                       # the table of what RUN holds
    python -m eval.beside RUN --sheet FILE.csv [--answers 60]       # statements to be judged by hand
    python -m eval.beside RUN --read FILE.csv [OTHER.csv]           # what the hands said, and how far two agree

Both are asked the same questions over the same archive, are given the same passages by the same index and
cross-encoder, and put them to the same server (``QA_LLM_MODEL``, ``QA_LLM_BASE_URL``) with the same bounds. Each
question's answers are appended to RUN, JSON Lines, at once; the same command goes on where it was interrupted.
"""
