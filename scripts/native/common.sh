# Sourced by the scripts beside it: where things lie, and how processes are started, found again and ended.
set -euo pipefail
ENGINES_HOME=${ENGINES_HOME:-$HOME/.cache/souk-engines}

# wait_until SECONDS COMMAND… : until the command succeeds.
wait_until() {
    local tries=$(($1 * 10))
    shift
    for _ in $(seq "$tries"); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# running PIDFILE WORD : whether the process that was started is still that one, and not another of the same number.
running() { [ -f "$1" ] && grep -qa -- "$2" "/proc/$(cat "$1")/cmdline" 2>/dev/null; }

# end PIDFILE WORD
end() {
    running "$1" "$2" || { rm -f "$1"; return 0; }
    local pid
    pid=$(cat "$1")
    kill "$pid"
    wait_until 20 eval "! kill -0 $pid" || kill -9 "$pid"
    rm -f "$1"
}

# launch PIDFILE LOG COMMAND… : in the background, in a session of its own.
launch() {
    local pidfile=$1 log=$2
    shift 2
    mkdir -p "$(dirname "$pidfile")" "$(dirname "$log")"
    setsid nohup "$@" >"$log" 2>&1 </dev/null &
    echo $! >"$pidfile"
}

packages() {
    # After an installation that was killed, nothing else is installed before this.
    dpkg --configure -a
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

java_is_there() {
    command -v mvn >/dev/null && command -v javac >/dev/null || packages maven default-jdk-headless
}

failed() { # LOG
    echo "it did not come up in time; the last lines of $1:" >&2
    tail -20 "$1" >&2
    return 1
}

usage() {
    echo "usage: $0 install|start|stop|status|pids|reset" >&2
    exit 2
}
