"""Plain frozen values. No input or output, no clock, no chance: every other package speaks in these."""
