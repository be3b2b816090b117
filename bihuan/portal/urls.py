"""Addresses that anybody may open. Those of sites are short, to be read out and printed: /talk/CH."""

from __future__ import annotations

from django.urls import path

from bihuan.portal.views import asking, tracking

app_name = "portal"

urlpatterns = [
    path("talk", asking.choose, name="choose"),
    path("talk/received", asking.received, name="received"),
    path("talk/track", tracking.track, name="track"),
    path("talk/track/word", tracking.word, name="word"),
    path("talk/track/leave", tracking.leave, name="leave"),
    path("talk/<slug:code>", asking.talk, name="talk"),
    path("talk/<slug:code>/poster", asking.poster, name="poster"),
]
