"""ITK, the Integration Test Kit: live integration tests for event-driven AWS applications."""

__version__ = "0.1.0"
