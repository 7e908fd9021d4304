#!/usr/bin/env bash
# A Redis Cluster of six nodes: three primaries, each with a replica.
. "$(dirname "$0")/common.sh"
home=$ENGINES_HOME/redis/cluster
ports=(17001 17002 17003 17004 17005 17006)

install() { "$(dirname "$0")/redis.sh" install; }
answers() { [ "$(redis-cli -h 127.0.0.1 -p "$1" ping 2>/dev/null)" = PONG ]; }
whole() { redis-cli -p "$1" cluster info | grep -q cluster_state:ok; }
ready() { for port in "${ports[@]}"; do whole "$port" || return 1; done; }

launch_all() {
    for port in "${ports[@]}"; do
        answers "$port" && continue
        mkdir -p "$home/$port"
        launch "$home/$port/redis.pid" "$home/$port/redis.log" \
            redis-server --bind 127.0.0.1 --port "$port" --dir "$home/$port" --appendonly yes --save '' \
            --cluster-enabled yes --cluster-config-file nodes.conf --cluster-node-timeout 3000
        wait_until 20 answers "$port" || failed "$home/$port/redis.log"
    done
}
assigned() { redis-cli -p "${ports[0]}" cluster info | grep -q cluster_slots_assigned:16384; }
create() { redis-cli --cluster create "${ports[@]/#/127.0.0.1:}" --cluster-replicas 1 --cluster-yes; }

start() {
    install
    launch_all
    # Nodes of a cluster whose creation was killed know each other, and are refused: they begin anew.
    assigned || create >/dev/null || { stop; rm -rf "$home"; launch_all; create >/dev/null; }
    wait_until 30 ready
}
stop() { for port in "${ports[@]}"; do end "$home/$port/redis.pid" redis-server; done; }

case ${1:-} in
install) install ;;
start) start ;;
stop) stop ;;
pids) cat "$home"/*/redis.pid ;;
status) ready ;;
reset) stop; rm -rf "$home" ;;
*) usage ;;
esac
