"""The room as Django knows it."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """Obligations."""

    name = "bihuan.obligations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.obligations import events  # noqa: F401
