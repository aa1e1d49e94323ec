"""Bedrock agents: scripts played as real event streams."""
