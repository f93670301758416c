"""Weights: one file a family, loaded late, opened only after their hash is checked."""
