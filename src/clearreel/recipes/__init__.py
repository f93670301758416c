"""Recipes: the stages, their settings and the rules, as small TOML files."""
