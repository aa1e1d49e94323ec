"""X-Ray: a store of segments with late visibility, its API, and what Lambda and the SDKs would send to it."""
