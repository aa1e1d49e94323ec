"""Messages and events on their way: who got each, how often, what carried it, and which were given up."""
