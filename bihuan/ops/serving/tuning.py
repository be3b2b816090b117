"""How PostgreSQL is set: on its command line, which goes before whatever its files say."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1 << 20
CGROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def settings(*, socket_folder: Path, name: str, memory: int | None = None) -> list[str]:
    """Arguments for `postgres` on a machine with so many bytes of memory (default: this one)."""
    megabytes = (memory or _memory()) // MEGABYTE
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "cluster_name": name,
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "restart_after_crash": "off",  # we start it again; by itself it may miss a request to stop that comes meanwhile
        "shared_buffers": f"{max(16, min(256, megabytes // 8))}MB",
        "effective_cache_size": f"{max(64, megabytes // 2)}MB",
        "maintenance_work_mem": f"{max(16, min(128, megabytes // 16))}MB",
        "random_page_cost": "1.1",  # disks without arms
        "jit": "off",  # short queries: compiling takes longer than running
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "logging_collector": "off",
        "log_error_verbosity": "terse",  # the details of an error, and the statement, quote names and phone numbers
        "log_min_error_statement": "panic",
    }
    return [word for key, value in chosen.items() for word in ("-c", f"{key}={value}")]


def _memory() -> int:
    """Bytes of memory that this process may use."""
    least = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for limit in CGROUPS:
        with suppress(OSError, ValueError):  # "max" is no number
            least = min(least, int(limit.read_text()))
    return least
