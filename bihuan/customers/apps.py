"""The room as Django knows it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Customers."""

    name = "bihuan.customers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes the room's kinds of events known."""
        from bihuan.customers import events  # noqa: F401
