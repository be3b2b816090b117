# Sourced by run and test, which set `root`: `environment run` and `environment test` leave .venv ready for that command.
#
# .venv is made from nothing or added to, never altered: whatever differs from what its stamp says (lock, interpreter,
# the folder's place) means making it again, and so does a missing stamp, for stamps are written last.
# All that is said goes to stderr; whoever cannot get an environment ends with 69 (sysexits: unavailable).
# shellcheck shell=sh disable=SC2154

venv=$root/.venv
log=$root/.venv.log
unset PYTHONHOME
export PYTHONPATH="$root" PYTHONUTF8=1

environment() { # run | test
    ready "$1" || (prepare "$1") || exit
}

say() { printf 'bihuan: %s\n' "$*" >&2; }
stop() { say "$@"; exit 69; }

# --- Every start passes here: no Python, three small processes ---

ready() {
    [ -x "$venv/bin/python" ] && [ -r "$venv/stamp-$1" ] || return 1
    { IFS= read -r sealed && IFS= read -r asked; } <"$venv/stamp-$1" || return 1
    [ "$sealed" = "$(seal "$1")" ] && [ "${PYTHON:-$asked}" = "$asked" ]
}

# One line that is the same as long as the environment need not be made again.
seal() {
    printf '%s | %s | ' "$root" "$(readlink -f "$venv/bin/python")"
    if [ "$1" = run ]; then
        cksum <"$root/requirements.txt"
    else
        cat "$root/requirements.txt" "$root/requirements-test.txt" | cksum
    fi
}

# --- Only when something is to be made ---

# In a subshell, so that what it sets and opens does not reach the product.
prepare() {
    export PYTHONSAFEPATH=1 PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
    check_folder
    find_python
    exec 9>>"$root/.venv.lock"
    lock
    ready "$1" || make "$1"
}

check_folder() {
    case $root in
    *:*) stop "the folder's name holds a colon, which Python's search path cannot: rename $root and try again." ;;
    esac
    reason=$( { : >>"$root/.venv.lock"; } 2>&1 ) && return
    case $reason in
    *denied*) stop "may not write in $root: clone into a folder of your own, or type: sudo chown -R $(id -un) '$root'" ;;
    *"No space"*) stop "the disk of $root is full: free some space and try again." ;;
    *) stop "cannot write in $root (${reason##*: }): clone to where you can." ;;
    esac
}

# Sets python, and bare=yes when it cannot make environments by itself. A whole interpreter goes before a bare one.
find_python() {
    python='' bare='' old='' setting=''
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.13 python3.12 python3.11 python3.14; fi
    for name do
        case $(probe "$name") in
        whole) python=$name bare='' && return ;;
        bare) python=${python:-$name} bare=yes ;;
        3.* | 2.*) old=${old:-"$name is $(probe "$name")"} ;;
        esac
    done
    [ -z "$python" ] || return 0
    if [ -n "$old" ]; then old=" ($old)"; elif [ -n "${PYTHON:-}" ]; then old=" ($PYTHON does not start)"; fi
    stop "needs Python 3.11 or newer$old: install one, and if it is not found type: PYTHON=/path/to/python3.11 $0"
}

probe() {
    "$1" -c '
import sys
if sys.version_info < (3, 11):
    print("%d.%d" % sys.version_info[:2])
    sys.exit()
try:
    import ensurepip, venv
    print("whole")
except ImportError:
    print("bare")
' 2>/dev/null
}

# The lock is held by file descriptor 9, so it ends with whoever holds it, however that one ends.
lock() {
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
    say "another start is preparing .venv; waiting for it …"
    "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' || say "this disk knows no locks; going on without."
}

make() {
    : >"$log"
    if [ "$1" = test ] && [ ! -e "$venv/stamp-test" ] && ready run; then
        say "adding the test tools to .venv (once; uses the network) …"
        rm -f "$venv/stamp-run"
    else
        choose_way
        say "preparing .venv (once; uses the network) …"
        rm -rf "$venv" 2>>"$log" || stop "cannot replace $venv: type: sudo rm -rf '$venv'"
        create
    fi
    for_run=$(seal run)
    for_test=$(seal test)
    install "$1"
    [ "$1" = run ] || stamp test "$for_test"
    stamp run "$for_run"
    rm -f "$log"
}

stamp() {
    printf '%s\n%s\n' "$2" "${PYTHON:-}" >"$venv/stamp.new" && mv -f "$venv/stamp.new" "$venv/stamp-$1" ||
        stop "cannot write $venv/stamp-$1: free some space and try again."
}

# Sets way: who makes the environment. A bare interpreter needs help.
choose_way() {
    if [ -z "$bare" ]; then
        way=venv
    elif command -v uv >/dev/null; then
        way=uv
    elif quietly "$python" -m virtualenv --version; then
        way=module
    elif command -v virtualenv >/dev/null; then
        way=virtualenv
    elif quietly "$python" -m pip --python "$(command -v "$python")" --version; then
        way=pip # that of the interpreter, from outside
    else
        fetch_venv
        way=venv
    fi
}

create() {
    case $way in
    venv) quietly "$python" -m venv "$venv" ;;
    uv) quietly uv venv --python "$(command -v "$python")" "$venv" ;;
    module) quietly "$python" -m virtualenv "$venv" ;;
    virtualenv) quietly virtualenv --python "$(command -v "$python")" "$venv" ;;
    pip) quietly "$python" -m venv --without-pip "$venv" ;;
    esac || stop "could not make .venv: $(why). The whole story: $log"
}

# Debian and its kin keep the venv module in a package of its own.
fetch_venv() {
    case ${python##*/} in python3.*) package=${python##*/}-venv ;; *) package=python3-venv ;; esac
    command -v apt-get >/dev/null || stop "Python's venv module is missing: install it, or uv, and try again."
    [ "$(id -u)" = 0 ] || stop "Python's venv module is missing. Type: sudo apt-get install $package"
    say "Python's venv module is missing: installing $package with apt-get …"
    quietly apt-get update
    quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package" &&
        [ "$(probe "$python")" = whole ] ||
        stop "apt-get did not bring Python's venv module: $(why). The whole story: $log"
}

install() {
    kind=$1 setting=PIP_INDEX_URL
    if "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        set -- "$venv/bin/python" -m pip install
    elif command -v uv >/dev/null; then
        set -- uv pip install --python "$venv/bin/python" && setting=UV_DEFAULT_INDEX
    else
        set -- "$python" -m pip --python "$venv/bin/python" install
    fi
    set -- "$@" --quiet --require-hashes --only-binary :all: -r "$root/requirements.txt"
    [ "$kind" = run ] || set -- "$@" -r "$root/requirements-test.txt"
    quietly "$@" || stop "could not install what the lock names: $(why). The whole story: $log"
}

quietly() { "$@" >>"$log" 2>&1 </dev/null; }

# The log in half a line, with what to do about it.
why() {
    unreached='connection|timed? ?out|resolving|name resolution|unreachable|(proxy|ssl|http|dns) ?error|failed to fetch'
    if logged 'No space left|quota exceeded' || ! room; then
        echo 'the disk is full; free some space and try again'
    elif logged 'DO NOT MATCH THE HASHES|hash mismatch'; then
        echo 'a package came with another content than the lock says, and was refused; try another registry or mirror'
    elif logged "$unreached"; then
        echo "the packages cannot be reached; see to the network${setting:+, or set $setting to a mirror you can reach}"
    elif logged 'require-hashes mode'; then
        echo 'the lock lacks a hash; type: scripts/lock'
    elif logged 'No matching distribution'; then
        missing=$(sed -n 's/.*found for //p' "$log" | tail -n 1)
        echo "the registry has nothing ready-made for this Python and machine ($(uname -m)): $missing"
    else
        grep -E '^(ERROR|Error|E|error): ?' "$log" | tail -n 1 | grep . || tail -n 1 "$log"
    fi
}

# A full disk has none for the log that would say so.
room() {
    head -c 99999 /dev/zero 2>/dev/null >"$log.room"
    full=$?
    rm -f "$log.room"
    return $full
}

logged() { grep -q -i -E "$1" "$log"; }
