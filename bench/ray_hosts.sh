#!/usr/bin/env bash
# Two hosts on one machine, each with a network, a name, a /tmp and a working folder of its own, a Ray cluster over
# both, and `practicum explore --engine ray` on it: the second host has the tools, and does not see the home. Once whole, once with the second host's Ray killed, once with its
# network cut. Prints, for each, how trials ended and on which host their calls were made. Needs root, Linux.
#
#     sudo bench/ray_hosts.sh
set -euo pipefail
SOURCE=$(cd "$(dirname "$0")/.." && pwd)
BIN=$SOURCE/.venv/bin
FOLDER=$(mktemp -d -p /var/tmp) # not in /tmp, which each host has one of its own of
MARKS=$(mktemp -d -p /var/tmp)  # says who is up; the only folder of both
ONE=10.77.0.1 TWO=10.77.0.2 PORT=6379
export HOME=/tmp RAY_USAGE_STATS_ENABLED=0 PRACTICUM_EMBEDDER=hashing PYTHONPATH=$SOURCE PATH=$BIN:$PATH

clean() {
    ip netns del practicum-one 2>/dev/null || true
    ip netns del practicum-two 2>/dev/null || true
}
trap 'clean; rm -rf "$FOLDER" "$MARKS"' EXIT

hosts() {
    clean
    ip netns add practicum-one && ip netns add practicum-two
    ip link add pr-one netns practicum-one type veth peer name pr-two netns practicum-two
    ip -n practicum-one addr add $ONE/24 dev pr-one && ip -n practicum-two addr add $TWO/24 dev pr-two
    for host in one two; do
        ip -n practicum-$host link set lo up && ip -n practicum-$host link set pr-$host up
    done
}

# What is given runs on a host; its processes end with it.
on() {
    local host=$1
    shift
    ip netns exec practicum-"$host" unshare --uts --mount --pid --fork --kill-child --mount-proc bash -c "
        hostname $host && mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /dev/shm && cd $FOLDER && $*"
}

# Put first: a folder of this host's own, with the tools, lies where the command's is.
OWN="mkdir /tmp/own && cp tools.py script.jsonl /tmp/own && mount --bind /tmp/own $FOLDER && cd $FOLDER"

files() {
    cat > "$FOLDER/tools.py" <<'TOOLS'
import socket, time
import practicum

def _summed(a: int, b: int) -> str:
    time.sleep(4)
    return f"sum={a + b}; host={socket.gethostname()}"

@practicum.read_only
def add(a: int, b: int) -> str:
    """Add two whole numbers."""
    return _summed(a, b)

@practicum.read_only
def plus(a: int, b: int) -> str:
    """Add two whole numbers, as people do."""
    return _summed(a, b)
TOOLS
    PYTHONPATH=$SOURCE:$SOURCE/tests/e2e:$SOURCE/tests "$BIN/python" -c \
        "import pathlib, sys, cli_parts; cli_parts.write_script(pathlib.Path(sys.argv[1]))" "$FOLDER"
}

explored() {
    echo "on $ONE: explore, $1"
    rm -rf "$FOLDER/home" "$MARKS"/*.up
    hosts
    local start="ray start --num-cpus=1 --object-store-memory=134217728"
    on two "$OWN; while [ ! -e $MARKS/one.up ]; do sleep 1; done
        $start --address=$ONE:$PORT --node-ip-address=$TWO >two.log 2>&1; ls >$MARKS/two.up; sleep 600
        " &
    (while [ "$(trials)" -lt 2 ]; do sleep 0.5; done; eval "$2") &
    on one "$start --head --node-ip-address=$ONE --port=$PORT --include-dashboard=false >one.log 2>&1; touch $MARKS/one.up
        while [ ! -e $MARKS/two.up ]; do sleep 1; done; sleep 3; export RAY_ADDRESS=$ONE:$PORT
        for run in 1 2; do
            timeout 300 practicum explore --tools tools.py --model scripted:script.jsonl --home home \
                --engine ray --episodes 2 --trials 2 || echo \"ended with \$?\"
        done"
    ip netns pids practicum-two | xargs -r kill -9 || true # some end by themselves
    wait
    echo "the second host's folder held: $(xargs <"$MARKS/two.up")"
    "$BIN/python" - "$FOLDER/home/journal.sqlite" <<'TOLD'
import re, sqlite3, sys
for made, outcome, body in sqlite3.connect(sys.argv[1]).execute("SELECT id, outcome, body FROM trials"):
    print(made, outcome, *re.findall(r"host=(\w+)", body))
TOLD
}

trials() {
    "$BIN/python" -c "import sqlite3, sys
print(sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True).execute('SELECT count(*) FROM trials').fetchone()[0])" \
        "$FOLDER/home/journal.sqlite" 2>/dev/null || echo 0
}

files
explored "both hosts stay" true
explored "the second host's Ray is killed after two trials" "pkill -9 -f 'raylet.*$TWO'"
explored "the second host's network is cut after two trials" "ip -n practicum-two link set pr-two down"
