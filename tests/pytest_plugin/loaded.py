"""How a test starts pytest with ITK's plugin: an installed ITK brings it along, one in a checkout must be named."""

from __future__ import annotations

from importlib.metadata import entry_points

PLUGIN = (
    *(() if entry_points(group="pytest11", name="itk") else ("-p", "itk.pytest_plugin")),
    *("-p", "no:cacheprovider"),
)
