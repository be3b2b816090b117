"""The worker itself: mail servers that do not answer hold up nothing that is due."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from bihuan.customers.actions import add_email
from bihuan.messages.models import Message
from bihuan.obligations.models import Obligation
from tests.messages.servers import servers, until
from tests.world import World, world

__all__ = ["servers", "world"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def address_of_database() -> str:
    known = connection.settings_dict
    return f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_does_not_answer_holds_up_no_warning(world: World, silent: int) -> None:
    add_email(world.party, "wang@customer.example", by=world.actor("supervisor"), at=world.now)
    world.take(world.receive(party=world.party), "progress_told", by="agent", means="email")
    env = os.environ | {"DATABASE_URL": address_of_database(), "BIHUAN_MAIL_FROM": "ch@site.example"}
    env |= {"BIHUAN_SMTP_URL": f"smtp://127.0.0.1:{silent}", "BIHUAN_IMAP_URL": f"imap://ch:x@127.0.0.1:{silent}/INBOX"}
    worker = subprocess.Popen([sys.executable, "-P", "-m", "bihuan.ops.worker"], cwd=ROOT, env=env)
    try:
        until(lambda: Message.objects.filter(attempts=1).exists())  # it is now waiting for an answer
        overdue = Obligation.objects.filter(subject=world.receive().subject, breached_at__isnull=False)
        until(overdue.exists)
        assert (Message.objects.get().state, Message.objects.get().error) == ("queued", "")
    finally:
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
