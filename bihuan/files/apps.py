"""The room as Django knows it."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Files."""

    name = "bihuan.files"
    default_auto_field = "django.db.models.BigAutoField"
