"""The pages as a Django app: it has templates and static files and no models."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages, forms and their static files."""

    name = "evenhand.web"
    label = "web"

    def ready(self) -> None:
        """Let what happens to accounts be recorded."""
        from evenhand.web.accounts import recording

        recording.connect()
