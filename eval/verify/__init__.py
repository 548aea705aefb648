"""How well the verifier tells what a paragraph says from what it does not say.

Mutants: true sentences with one thing swapped must not be supported; the same sentences word for word, and rewritten
by hand (``eval/sets/rewrites``), must be. With ``--data`` also sentences of realtimeqa_news, and the pairs of
claim_support beside word overlap and the cross-encoder alone. Halves are cut by a hash of the text; weights and
thresholds are chosen on the one, and the figures are of the other.
"""
