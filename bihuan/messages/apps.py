"""The room as Django knows it."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages. Django's own flash messages have taken the label of that name."""

    name = "bihuan.messages"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.messages import events  # noqa: F401
