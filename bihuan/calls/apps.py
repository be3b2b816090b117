"""The room as Django knows it."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Calls."""

    name = "bihuan.calls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.calls import events  # noqa: F401
