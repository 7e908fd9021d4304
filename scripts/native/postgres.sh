#!/usr/bin/env bash
# PostgreSQL 17 with pgvector, TimescaleDB and pg_trgm: Debian's packages in a folder of their own, so that the machine's
# own libraries stay as they are. `exec` runs one of its own programs, such as psql or pgbench, against it.
. "$(dirname "$0")/common.sh"
home=$ENGINES_HOME/postgres
root=$home/root
port=15432
replica=15433
bin=/usr/lib/postgresql/17/bin

inside() { chroot --userspec=postgres:postgres "$root" env -i HOME=/var/lib/postgresql LANG=C.UTF-8 PATH=$bin:/usr/bin:/bin "$@"; }

install() {
    [ -f "$root/.ready" ] && return 0
    command -v mmdebstrap >/dev/null || packages mmdebstrap
    local mirror next=$root.next.$$
    mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(SITE)' | head -n 1)}
    mkdir -p "$home"
    mmdebstrap --quiet --variant=minbase --mode=root --architectures=amd64 \
        --aptopt='Apt::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --setup-hook='mkdir -p "$1"/etc/postgresql-common; echo "create_main_cluster = false" > "$1"/etc/postgresql-common/createcluster.conf' \
        --include=postgresql-17,postgresql-17-pgvector,postgresql-17-timescaledb \
        trixie "$next" "$mirror"
    # The devices it needs; nothing is mounted, so nothing has to be unmounted.
    [ -c "$next/dev/null" ] || { rm -f "$next/dev/null"; mknod -m 666 "$next/dev/null" c 1 3; }
    [ -c "$next/dev/urandom" ] || { rm -f "$next/dev/urandom"; mknod -m 666 "$next/dev/urandom" c 1 9; }
    mkdir -p -m 1777 "$next/dev/shm" "$next/tmp"
    chmod 1777 "$next/dev/shm" "$next/tmp"
    local user
    user=$(awk -F: '$1 == "postgres" { print $3 }' "$next/etc/passwd")
    command install -d -o "$user" "$next/srv/pg"
    touch "$next/.ready"
    rm -rf --one-file-system "$root"
    mv "$next" "$root"
}

pid() { head -n 1 "$root/srv/pg/$1/postmaster.pid"; }
# A number that was left behind by a kill may be another's by now, one of the other server's even.
alive() { [ "$(readlink "/proc/$(pid "$1" 2>/dev/null)/cwd")" = "$root/srv/pg/$1" ]; }
ready() { inside pg_isready -q -h 127.0.0.1 -p "$1"; }
run() {
    if ! alive "$1"; then
        rm -f "$root/srv/pg/$1/postmaster.pid"
        # After a kill it syncs all it has before it answers: file by file that is minutes, where tests have left many tables.
        inside pg_ctl -D "/srv/pg/$1" -l "/srv/pg/$1/server.log" -o "-c recovery_init_sync_method=syncfs" -W start >/dev/null
    fi
    wait_until 120 ready "$1" || failed "$root/srv/pg/$1/server.log"
}
# A certificate that vouches for itself, for connections that ask for TLS; the others stay as they are.
encrypt() {
    [ ! -f "$root/srv/pg/$port/server.crt" ] || return 0
    inside openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=souk -addext subjectAltName=IP:127.0.0.1 \
        -addext basicConstraints=critical,CA:FALSE -keyout "/srv/pg/$port/server.key" -out "/srv/pg/$port/server.crt" 2>/dev/null
    on_primary psql -X -q -c 'ALTER SYSTEM SET ssl = on' -c 'SELECT pg_reload_conf()' >/dev/null
}
on_primary() { inside env PGHOST=127.0.0.1 PGPORT=$port PGUSER=postgres PGSSLMODE=disable "$@"; }
on_replica() { inside env PGHOST=127.0.0.1 PGPORT=$replica PGUSER=postgres PGSSLMODE=disable "$@"; }
streams() { [ "$(on_replica psql -X -A -t -d postgres -c 'SELECT status FROM pg_stat_wal_receiver')" = streaming ]; }
# A folder has its name when it is whole: what was killed on the way is thrown away.
anew() { forget "$1.next"; }
whole() { forget "$1"; mv "$root/srv/pg/$1.next" "$root/srv/pg/$1"; }
copy() {
    anew $replica
    on_primary pg_basebackup -D "/srv/pg/$replica.next" -R -X stream -c fast
    echo "port = $replica" >>"$root/srv/pg/$replica.next/postgresql.conf"
    rm -f "$root/srv/pg/$replica.next/server.log"
    whole $replica
}
forget() { halt "$1"; rm -rf --one-file-system "$root/srv/pg/$1"; }
halt() { ! alive "$1" || inside pg_ctl -D "/srv/pg/$1" -m fast -w stop >/dev/null; }

start() {
    install
    if [ ! -f "$root/srv/pg/$port/PG_VERSION" ]; then
        anew $port
        inside initdb -D "/srv/pg/$port.next" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
        cat >>"$root/srv/pg/$port.next/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '/tmp'
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
max_connections = 200
wal_level = replica
max_wal_senders = 10
hot_standby = on
max_wal_size = 256MB
CONF
        whole $port
    fi
    run $port
    encrypt
}

replicate() {
    start
    # One that is not whole, was away for so long that the primary has thrown away what it lacks, or has another primary
    # now, begins anew.
    { [ -f "$root/srv/pg/$replica/PG_VERSION" ] && run $replica && wait_until 10 streams; } ||
        { copy; run $replica; wait_until 10 streams; }
}

case ${1:-} in
install) install ;;
start) start ;;
stop) halt $replica; halt $port ;;
pids) pid $port ;;
status) ready $port ;;
reset) forget $replica; forget $port ;;
replica-start) replicate ;;
replica-stop) halt $replica ;;
replica-pids) pid $replica ;;
replica-status) ready $replica ;;
replica-reset) forget $replica ;;
exec) shift; on_primary "$@" ;;
*) usage ;;
esac
