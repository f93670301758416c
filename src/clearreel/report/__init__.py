"""The data set as a page that opens offline."""
