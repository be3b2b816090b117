"""Real mail servers, as Debian has them: Exim takes and delivers, Dovecot keeps. Unprivileged, on ports of their own."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools import MailBox

PROGRAMS = ("dovecot", "exim4")
TO_TYPE = "Type: sudo apt-get install dovecot-imapd exim4-daemon-light"
PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
PASSWORD = "se/cret@1"  # to be written otherwise in an address
SECONDS = 30.0  # within which a server answers, and a mail is delivered
OURS, THEIRS = "site.example", "customer.example"
Found = TypeVar("Found")

DOVECOT = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
auth_failure_delay = 0
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{home}/mail/%u
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%u
}}
"""

EXIM = """
primary_hostname = mail.site.example
exim_user = {user}
exim_group = {group}
spool_directory = {home}/spool
log_file_path = {home}/exim-%slog
pid_file_path =
daemon_smtp_ports = {smtp}
local_interfaces = 127.0.0.1
deliver_drop_privilege
never_users =
keep_environment =
host_lookup =
rfc1413_hosts =
tls_certificate = {home}/cert.pem
tls_privatekey = {home}/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
message_size_limit = 100M
delay_warning =
domainlist here = site.example : customer.example
acl_smtp_rcpt = check
acl_smtp_data = accept
begin acl
check:
  deny local_parts = refused
  defer local_parts = later
  accept authenticated = *
  accept domains = +here
begin routers
unknown:
  driver = redirect
  local_parts = unknown
  data = :fail: no such mailbox
  allow_fail
known:
  driver = accept
  domains = +here
  condition = ${{lookup{{$local_part}}lsearch{{{home}/users}}{{yes}}{{no}}}}
  transport = keep
begin transports
keep:
  driver = appendfile
  directory = {home}/mail/${{lookup{{$local_part@$domain}}lsearch{{{home}/users}}}}
  maildir_format
  return_path_add
  envelope_to_add
  delivery_date_add
  user = {user}
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{password}}}}}
  server_set_id = $auth2
"""


def until(found: Callable[[], Found]) -> Found:
    """What is looked for, as soon as it is there."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        seen = found()
        if seen:
            return seen
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


class MailServers:
    """Two servers in a folder of their own. Every address that `mailbox` has made receives mail."""

    def __init__(self, home: Path) -> None:
        self.home, self.smtp, self.imap, self._running = home, free_port(), free_port(), []
        self._running: list[subprocess.Popen[bytes]]
        self._count = 0

    # ---- addresses and settings

    def mailbox(self, name: str, domain: str = OURS) -> str:
        """An address that nobody has used before, with its mailbox."""
        self._count += 1
        address = f"{name}{self._count}@{domain}"
        with (self.home / "users").open("a") as users:
            users.write(f"{address.partition('@')[0]}: yes\n{address}: {address}\n")
        return address

    @property
    def smtp_url(self) -> str:
        """As BIHUAN_SMTP_URL says it."""
        return f"smtp+starttls://service:{quote(PASSWORD, safe='')}@localhost:{self.smtp}"

    def imap_url(self, address: str, site: str = "CH", more: str = "") -> str:
        """As BIHUAN_IMAP_URL says it."""
        user, word = quote(address, safe=""), quote(PASSWORD, safe="")
        return f"imaps://{user}:{word}@localhost:{self.imap}/INBOX?site={site}{more}"

    @contextmanager
    def opened(self, address: str, folder: str = "INBOX") -> Iterator[MailBox]:
        """A mailbox, as its owner's mail program opens it."""
        context = ssl.create_default_context(cafile=str(self.home / "ca.pem"))
        with MailBox("localhost", self.imap, timeout=SECONDS, ssl_context=context) as box:
            box.login(address, PASSWORD, initial_folder=None)
            if folder != "INBOX" and not box.folder.exists(folder):
                box.folder.create(folder)
            box.folder.set(folder)
            yield box

    def put(self, address: str, *mails: bytes, at: datetime | None = None) -> None:
        """Lays mails into a mailbox as if they had arrived at that time."""
        with self.opened(address) as box:
            for raw in mails:
                box.append(raw, "INBOX", dt=at, flag_set=())

    def lying(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The mails that lie in a folder, as they came."""
        with self.opened(address, folder) as box:
            found = [box.client.uid("fetch", uid, "(BODY.PEEK[])")[1] for uid in box.uids("ALL", charset=None)]
        return [line[1] for lines in found for line in lines if isinstance(line, tuple)]

    # ---- starting and stopping

    def start(self) -> None:
        """Starts both, and waits until they answer."""
        for folder in ("run", "state", "mail", "home", "spool"):
            (self.home / folder).mkdir()
        (self.home / "users").touch()
        _certify(self.home)
        uid, gid = _unprivileged()
        known = {"uid": uid, "gid": gid, "user": getpass.getuser() if uid == os.getuid() else "nobody"}
        known |= {"group": grp.getgrgid(gid).gr_name, "home": self.home, "smtp": self.smtp, "imap": self.imap}
        (self.home / "dovecot.conf").write_text(DOVECOT.format(**known, password=PASSWORD))
        (self.home / "exim.conf").write_text(EXIM.format(**known, password=PASSWORD))
        for path in (self.home, *self.home.rglob("*")):
            os.chown(path, uid, gid)
        self._run("dovecot", "-F", "-c", f"{self.home}/dovecot.conf")
        self.start_smtp()
        until(lambda: _answers(self.imap))

    def start_smtp(self) -> None:
        """Starts the server that takes mail."""
        self._run("exim4", "-C", f"{self.home}/exim.conf", "-bdf")
        until(lambda: _answers(self.smtp))

    def stop_smtp(self) -> None:
        """Stops the server that takes mail, and waits until nobody answers any more."""
        self._end(self._running.pop())
        until(lambda: not _answers(self.smtp))

    def stop(self) -> None:
        """Stops both."""
        while self._running:
            self._end(self._running.pop())

    def _run(self, program: str, *arguments: str) -> None:
        uid, gid = _unprivileged()
        path = shutil.which(program, path=PLACES)
        assert path is not None
        dropped = {"user": uid, "group": gid, "extra_groups": []} if os.getuid() == 0 else {}
        with (self.home / f"{program}.err").open("wb") as told:
            self._running.append(subprocess.Popen([path, *arguments], stderr=told, cwd="/", **dropped))

    @staticmethod
    def _end(server: subprocess.Popen[bytes]) -> None:
        server.terminate()
        server.wait(SECONDS)


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    """Mail servers for all tests of a run, or a skip that says what to install."""
    missing = [program for program in PROGRAMS if shutil.which(program, path=PLACES) is None]
    if missing:
        pytest.skip(f"there is no {missing[0]} here. {TO_TYPE}")
    home = Path(tempfile.mkdtemp(prefix="bihuan-mail-"))
    home.chmod(0o755)
    servers = MailServers(home)
    try:
        servers.start()
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _unprivileged() -> tuple[int, int]:
    """As whom the servers run: never as root."""
    return (os.getuid(), os.getgid()) if os.getuid() else (65534, 65534)


def _certify(home: Path) -> None:
    """An authority, and a certificate of it for this machine."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    issuer, subject = _called("authority of the tests"), _called("localhost")
    own = _certificate(issuer, issuer, authority).add_extension(x509.BasicConstraints(True, None), critical=True)
    leaf = _certificate(subject, issuer, key).add_extension(x509.SubjectAlternativeName(names), critical=False)
    pem = serialization.Encoding.PEM
    (home / "ca.pem").write_bytes(own.sign(authority, hashes.SHA256()).public_bytes(pem))
    (home / "cert.pem").write_bytes(leaf.sign(authority, hashes.SHA256()).public_bytes(pem))
    form = serialization.PrivateFormat.PKCS8
    (home / "key.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
