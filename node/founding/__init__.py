"""Founding a network of several organisations: draft, joins, genesis with both inside.

Must not know: how it is shown. Invariant: every step is a function of files; who has the same draft
and the same joins makes the same genesis, byte for byte.
"""
