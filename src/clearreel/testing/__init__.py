"""Shipped for tests: synthetic footage with known truth and contract suites."""
