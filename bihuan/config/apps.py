"""Connects the rooms when Django has loaded them all. It stands last in INSTALLED_APPS."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The wiring."""

    name = "bihuan.config"

    def ready(self) -> None:
        """Connects the rooms."""
        from bihuan.config.wiring import connect

        connect()
