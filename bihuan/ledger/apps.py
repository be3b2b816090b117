"""The room as Django knows it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger."""

    name = "bihuan.ledger"
    default_auto_field = "django.db.models.BigAutoField"
