"""What log formats share, as pure functions: how JSON, times and ids look in text.

`aws` and `otel` know the shapes of whole documents; the modules beside them know text alone.
"""
