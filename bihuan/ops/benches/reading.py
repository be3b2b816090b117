"""Reading pages as a browser does, in this process: signed in, through everything that happens to a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from bihuan.accounts.models import Staff
from bihuan.accounts.signin import AUTHENTICATION_BACKENDS


def signed_in(staff: Staff, *, site: str) -> Client:
    """A browser in which this person works at a site."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(staff.pk), staff.get_session_auth_hash()
    session[BACKEND_SESSION_KEY], session["site"] = AUTHENTICATION_BACKENDS[-1], site
    session.save()
    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = str(session.session_key)
    return client


def page(client: Client, url: str) -> int:
    """Asks for a page; gives its bytes. Raises RuntimeError where it is not shown."""
    shown = client.get(url)
    if shown.status_code != 200:
        raise RuntimeError(f"{url} answers {shown.status_code}")
    return len(shown.content)


def queries(client: Client, url: str) -> list[str]:
    """The statements that a page takes."""
    told: list[str] = []

    def count(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        told.append(statement)
        return execute(statement, values, many, context)

    with connection.execute_wrapper(count):
        page(client, url)
    return told
