"""Evenhand: structured interviews, scored with intervals whose coverage is measured."""

from importlib.metadata import version

__version__ = version("evenhand")
