"""The shapes of OpenTelemetry: spans, attributes and the conventions for agents and models."""
