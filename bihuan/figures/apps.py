"""The room as Django knows it."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Figures."""

    name = "bihuan.figures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.figures import events  # noqa: F401
