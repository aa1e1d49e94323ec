"""CloudWatch Logs: a store with late visibility, and the part of the API that a log reader needs."""
