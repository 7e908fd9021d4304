#!/usr/bin/env bash
# Versity's gateway, which speaks S3 and keeps objects in a folder, built from its sources with Go. S3Proxy, which comes as
# jars and needs no compiler, lets two conditional writes of one key both succeed (findings/s3proxy-conditional-put.sh).
. "$(dirname "$0")/common.sh"
home=$ENGINES_HOME/versitygw
port=19000
version=v1.8.0

install() {
    [ -x "$home/bin/versitygw" ] && return 0
    command -v go >/dev/null || { echo "Versity's S3 gateway is built with Go, which is not installed" >&2; return 1; }
    rm -rf "$home/next"
    mkdir -p "$home/bin" "$home/next"
    # A gigabyte of sources and objects that nothing needs afterwards.
    local cache=$home/build
    GOCACHE=$cache/objects GOMODCACHE=$cache/sources GOBIN=$home/next CGO_ENABLED=0 GOFLAGS='-buildvcs=false -modcacherw' \
        go install -ldflags='-s -w' "github.com/versity/versitygw/cmd/versitygw@$version"
    mv "$home/next/versitygw" "$home/bin/versitygw"
    rm -rf "$cache" "$home/next"
}
# Whoever shows no key is refused, so any answer will do.
ready() { curl -sS -o /dev/null "http://127.0.0.1:$port/" 2>/dev/null; }
start() {
    install
    ready && return 0
    # A folder here is a bucket; config/servers.yaml uses this one.
    mkdir -p "$home/data/souk"
    ROOT_ACCESS_KEY=minioadmin ROOT_SECRET_KEY=minioadmin launch "$home/versitygw.pid" "$home/versitygw.log" \
        "$home/bin/versitygw" --port "127.0.0.1:$port" --quiet posix "$home/data"
    wait_until 30 ready || failed "$home/versitygw.log"
}

case ${1:-} in
install) install ;;
start) start ;;
stop) end "$home/versitygw.pid" versitygw ;;
pids) cat "$home/versitygw.pid" ;;
status) ready ;;
reset) end "$home/versitygw.pid" versitygw; rm -rf "$home/data" ;;
*) usage ;;
esac
