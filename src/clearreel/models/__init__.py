"""Weights: one file a family, loaded late, opened only after their hash is checked.

`catalog` knows which weights there are, where they come from and what is known of their past.
Each family's module turns arrays into arrays. Its constructor takes the path of an ONNX file, so
a better model of the same shape can stand in the same place.
"""
