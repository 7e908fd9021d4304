#!/usr/bin/env bash
# MinIO, which speaks S3, built from its sources with Go.
. "$(dirname "$0")/common.sh"
home=$ENGINES_HOME/s3
port=19000
version=v0.0.0-20260212201848-7aac2a2c5b7c
export MINIO_ROOT_USER=minioadmin MINIO_ROOT_PASSWORD=minioadmin MINIO_BROWSER=off MINIO_UPDATE=off

install() {
    [ -x "$home/bin/minio" ] && return 0
    command -v go >/dev/null || { echo "MinIO is built with Go, which is not installed" >&2; return 1; }
    mkdir -p "$home/bin"
    # Two gigabytes of sources and objects that nothing needs afterwards.
    local cache=$home/build
    GOCACHE=$cache/objects GOMODCACHE=$cache/sources GOBIN=$home/bin CGO_ENABLED=0 GOFLAGS='-buildvcs=false -modcacherw' \
        go install "github.com/minio/minio@$version"
    rm -rf "$cache"
}
ready() { curl -fsS -o /dev/null "http://127.0.0.1:$port/minio/health/ready" 2>/dev/null; }
start() {
    install
    ready && return 0
    # A folder here is a bucket; config/servers.yaml uses this one.
    mkdir -p "$home/data/souk"
    launch "$home/minio.pid" "$home/minio.log" "$home/bin/minio" server "$home/data" --address "127.0.0.1:$port"
    wait_until 30 ready || failed "$home/minio.log"
}

case ${1:-} in
install) install ;;
start) start ;;
stop) end "$home/minio.pid" minio ;;
pids) cat "$home/minio.pid" ;;
status) ready ;;
reset) end "$home/minio.pid" minio; rm -rf "$home/data" ;;
*) usage ;;
esac
