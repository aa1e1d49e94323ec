"""Where things go, worked out without a browser: pure functions from a trace to values that a test can look at."""
