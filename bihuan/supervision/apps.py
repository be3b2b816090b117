"""The room as Django knows it."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Supervision."""

    name = "bihuan.supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.supervision import events  # noqa: F401
