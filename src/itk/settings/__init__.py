"""Settings: `.env` and the environment -> one frozen `Settings`."""

from itk.settings.load import load_settings
from itk.settings.model import FIELDS, Settings
from itk.settings.names import ForbiddenNames
from itk.settings.reference import settings_reference
from itk.settings.resolver import run_resolver

__all__ = ["FIELDS", "ForbiddenNames", "Settings", "load_settings", "run_resolver", "settings_reference"]
