#!/bin/sh
# Makes .venv and installs this checkout into it: `sh scripts/setup.sh server`, or `dev` for the developers' tools too.
# (`python` only names the interpreter that it would take.)
# Says and does nothing, within milliseconds, when .venv already holds what pyproject.toml and constraints.txt ask for.
# Plain POSIX sh: it runs under dash and under the bash 3.2 of macOS, as root or not.
set -eu
cd "$(dirname "$0")/.."

profile=${1:-}
case $profile in
    server) set -- --editable '.[server]' ;;
    dev) set -- --editable '.[server,postgres]' --group dev ;;
    python) ;;
    *) echo "usage: sh scripts/setup.sh server|dev|python" >&2; exit 2 ;;
esac

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

stands() { # is .venv whole, made in this very folder, and of the interpreter that was asked for, if one was?
    [ -f .venv/.place ] && [ "$(sed -n 1p .venv/.place)" = "$(pwd)" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(sed -n 2p .venv/.place)" = "$PYTHON" ] || return 1
    .venv/bin/python -Ic 'import pip' >/dev/null 2>&1 # fails where the interpreter was upgraded or removed
}

usable() { # usable PYTHON: is it 3.11 or newer, with what Promptwire needs of the standard library?
    "$1" -c 'import sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

has_venv() { # Debian keeps ensurepip, without which venv is of no use, in a package of its own
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

choose_python() { # prints the newest usable interpreter; one that has venv goes before one that has not
    without=
    for name in ${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
        usable "$name" || continue
        if has_venv "$name"; then echo "$name"; return; fi
        without=${without:-$name}
    done
    echo "$without"
}

add_venv() { # add_venv PYTHON: installs the missing package where it may, else prints the line that does
    package=python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    line="apt-get install -y $package"
    command -v apt-get >/dev/null 2>&1 || fail "$1 has no venv: install it, or name another Python: make PYTHON=..."
    [ "$(id -u)" = 0 ] || fail "$1 has no venv; this line installs it: sudo $line"
    say "$1 has no venv; this line installs it: $line"
    # The package lists of a new machine are empty or old.
    said=$( (apt-get update && DEBIAN_FRONTEND=noninteractive $line) 2>&1 </dev/null) || { echo "$said" >&2; fail "failed: $line"; }
    has_venv "$1" || fail "$1 still has no venv; name another Python: make PYTHON=..."
}

find_python() { # sets python to an interpreter that can make .venv, or ends here
    python=$(choose_python)
    if [ -z "$python" ]; then
        [ -z "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is not Python 3.11 or newer with sqlite3 and ssl"
        fail "Promptwire needs Python 3.11 or newer, and none is here. Debian: apt-get install -y python3 python3-venv;" \
            "macOS: brew install python. Or name one: make PYTHON=/path/to/python3"
    fi
    has_venv "$python" || add_venv "$python"
}

make_venv() {
    find_python
    say "making .venv with $python ($("$python" -c 'import platform; print(platform.python_version())'))"
    "$python" -m venv --clear .venv
    pip install "$(grep '^pip==' constraints.txt)"
    printf '%s\n%s\n' "$(pwd)" "${PYTHON:-}" >.venv/.place
}

pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"; }

if [ "$profile" = python ]; then
    find_python >&2
    echo "$python"
    exit 0
fi

# By content, since git gives files new times.
wanted=$(cat pyproject.toml constraints.txt scripts/setup.sh | cksum)
stamp=.venv/.installed-$profile
current() { stands && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; }

take_turns() { # two commands that start at once must not both fill .venv
    [ -w . ] || fail "cannot write to $(pwd)"
    until mkdir .venv.lock 2>/dev/null; do
        owner=$(cat .venv.lock/pid 2>/dev/null) || owner=
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf .venv.lock; else sleep 1; fi
    done
    trap 'rm -rf .venv.lock' EXIT
    trap 'exit 130' INT TERM
    echo $$ >.venv.lock/pid
}

if current; then exit 0; fi
take_turns
if current; then exit 0; fi
stands || make_venv
say "installing Promptwire and what it needs ($profile) into .venv"
rm -f .venv/.installed-*
pip install --constraint constraints.txt --build-constraint constraints.txt "$@"
if [ "$profile" = dev ]; then # see pyproject.toml; what these need is there already
    pip install --constraint constraints.txt --no-deps --upgrade --target .venv/apart --group apart
fi
echo "$wanted" >.venv/.installed-server # dev holds all of server
echo "$wanted" >"$stamp"
