"""The face as Django knows it."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The console."""

    name = "bihuan.console"
