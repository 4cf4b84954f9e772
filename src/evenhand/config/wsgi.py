"""The WSGI application that granian, or any other server, runs."""

import gc
import os
from importlib import import_module

import django

from evenhand.config.logs import catch_what_nobody_does

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.config.settings")
# What is loaded from here on stays: to look through it for garbage is a third of the loading.
gc.disable()
django.setup(set_prefix=False)
# Every page, which the first visitor waited for otherwise.
import_module("evenhand.config.urls")

from evenhand.config.short_way import Application  # noqa: E402 - it needs the settings

application = Application()
catch_what_nobody_does()
# And every look through it afterwards would stop all saves meanwhile.
gc.collect()
gc.freeze()
gc.enable()
