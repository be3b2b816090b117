"""The face as Django knows it."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The pages for customers."""

    name = "bihuan.portal"
    default_auto_field = "django.db.models.BigAutoField"
