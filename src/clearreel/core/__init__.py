"""Spans, shots, clips, facts and errors. Standard library only."""
