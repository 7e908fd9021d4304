#!/usr/bin/env bash
# Redis from Debian's packages, with what it owns kept in an append-only file.
. "$(dirname "$0")/common.sh"
home=$ENGINES_HOME/redis/single
port=16379

# The tests of TLS make their certificates with openssl.
install() {
    command -v redis-server >/dev/null && command -v redis-cli >/dev/null && command -v openssl >/dev/null ||
        packages redis-server redis-tools openssl
}
ready() { [ "$(redis-cli -h 127.0.0.1 -p $port ping 2>/dev/null)" = PONG ]; }

start() {
    install
    ready && return 0
    mkdir -p "$home"
    launch "$home/redis.pid" "$home/redis.log" \
        redis-server --bind 127.0.0.1 --port $port --dir "$home" --appendonly yes --save ''
    wait_until 20 ready || failed "$home/redis.log"
}

case ${1:-} in
install) install ;;
start) start ;;
stop) end "$home/redis.pid" redis-server ;;
pids) cat "$home/redis.pid" ;;
status) ready ;;
reset) end "$home/redis.pid" redis-server; rm -rf "$home" ;;
*) usage ;;
esac
