"""Lambda: execution environments of our own, because honest log lines need them."""
