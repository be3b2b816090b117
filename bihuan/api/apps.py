"""The face as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API."""

    name = "bihuan.api"
    default_auto_field = "django.db.models.BigAutoField"
