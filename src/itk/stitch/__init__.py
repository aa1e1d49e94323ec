"""Joins observations into one trace. Pure: the same evidence gives the same trace, in whatever order it came."""
