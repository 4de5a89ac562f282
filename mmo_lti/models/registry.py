"""Imports every mapped class, so that `Base.metadata` is whole for migrations and tests."""

import importlib
import pkgutil

import mmo_lti.models as package
from mmo_lti.models.base import Base

for _module in pkgutil.iter_modules(package.__path__):
    if _module.name != "registry":
        importlib.import_module(f"{package.__name__}.{_module.name}")

metadata = Base.metadata
"""All tables."""
