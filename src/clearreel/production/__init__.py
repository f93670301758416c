"""A run from end to end: what is to be done, doing it, and writing down what came of it."""
