"""The Django app of the domain."""

from django.apps import AppConfig


class HiringConfig(AppConfig):
    """One app, so that one migration history covers the domain."""

    name = "evenhand.hiring"
    label = "hiring"
    default_auto_field = "django.db.models.BigAutoField"
