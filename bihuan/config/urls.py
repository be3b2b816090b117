"""The addresses."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("api/", include("bihuan.api.urls")),
    path("", include("bihuan.accounts.urls")),
    path("", include("bihuan.portal.urls")),
    path("", include("bihuan.console.urls")),
]
