"""The shapes of AWS's own documents: messages, events, histories, agents' traces, and names of resources."""
