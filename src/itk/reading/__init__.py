"""How JSON, times, ids and agent parts look in text: pure helpers that log formats share."""
