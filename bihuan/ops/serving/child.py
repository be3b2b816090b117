"""What every child starts as: it ties its life to its parent's, gives up root's powers, and becomes the command.

    child.py PARENT SIGNAL IDENTITY COMMAND …

PARENT is the parent's process id and SIGNAL the number of what the child gets when the parent ends, however that ends.
The kernel keeps that word per *thread* that started the child, so children are started from the main thread only.
IDENTITY is WAY:UID:GID, see identity.py. This is run by its path with `python -I -S`: it imports nothing of ours, and
starts before root's powers are given up, so that the user taken need not be able to reach this interpreter.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
CAP_VERSION_3 = 0x20080522
KEPT = {"override": 1, "search": 2}  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
CLONE_NEWUSER = 0x10000000

libc = ctypes.CDLL(None, use_errno=True)


def main(parent: int, at_its_end: int, identity: str, command: list[str]) -> None:
    """Becomes the command; 127 when it cannot."""
    try:
        become(identity)
        die_with(parent, at_its_end)
        for one in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:  # a shell's `&` and Python ignore some
            signal.signal(one, signal.SIG_DFL)
        os.execvp(command[0], command)
    except OSError as error:
        print(f"cannot start {command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


def become(identity: str) -> None:
    """Takes another user in the given way."""
    way, *ids = identity.split(":")
    uid, gid = map(int, ids)
    if way == "map":
        _map(uid, gid)
    elif way != "self":
        _drop(uid, gid, kept=KEPT.get(way))


def die_with(parent: int, at_its_end: int) -> None:
    """Has the kernel send a signal to this process when its parent ends. After `become`, which would undo it."""
    if sys.platform == "linux":
        _call("prctl", PR_SET_PDEATHSIG, at_its_end, 0, 0, 0)
    if os.getppid() != parent:  # it ended before it was watched
        sys.exit(0)


def _drop(uid: int, gid: int, *, kept: int | None) -> None:
    if kept is not None:
        _call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if kept is not None:
        mask = 1 << kept  # effective, permitted, inheritable; then the upper 32, of which none is wanted
        _call("capset", (ctypes.c_uint32 * 2)(CAP_VERSION_3, 0), (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0))
        _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept, 0, 0)


def _map(uid: int, gid: int) -> None:
    outside = os.geteuid(), os.getegid()
    _call("unshare", CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outside[0]} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outside[1]} 1")


def _call(name: str, *arguments: object) -> None:
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
