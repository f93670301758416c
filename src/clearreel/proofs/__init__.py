"""Signed releases, and proofs of what is in them and what is not."""
