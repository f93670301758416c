"""Footage that looks or sounds like other footage, though its bytes differ."""
