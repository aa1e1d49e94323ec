"""What services tell of themselves, as spans: executions, API requests, model calls, asynchronous outcomes."""
