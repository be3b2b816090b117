"""The room as Django knows it."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visits."""

    name = "bihuan.visits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.visits import events  # noqa: F401
