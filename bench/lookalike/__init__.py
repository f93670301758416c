"""How well changed copies of footage are told from other footage."""
