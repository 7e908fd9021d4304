#!/usr/bin/env bash
# Neo4j Community from its published jars.
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
export NEO4J_HOME=$ENGINES_HOME/neo4j
export NEO4J_CONF=$NEO4J_HOME/conf
home=$NEO4J_HOME
password=souk-test-password

set_password() {
    java -Xmx256m -Dbasedir="$home" --add-opens=java.base/java.nio=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
        -cp "$home/lib/*" org.neo4j.server.startup.Neo4jAdminCommand dbms set-initial-password $password >/dev/null
}

install() {
    [ -f "$home/.ready" ] && return 0
    java_is_there
    mkdir -p "$home"/{lib,conf,data,logs,run,import,plugins}
    mvn -q -B -ntp -f "$here/neo4j-pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$home/lib"
    cat >"$home/conf/neo4j.conf" <<C
server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:7687
server.http.enabled=true
server.http.listen_address=127.0.0.1:7474
server.https.enabled=false
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.memory.heap.initial_size=512m
server.memory.heap.max_size=512m
server.memory.pagecache.size=128m
db.tx_log.rotation.retention_policy=2 days 512M
server.jvm.additional=-XX:+UseG1GC
server.jvm.additional=-XX:-OmitStackTraceInFastThrow
server.jvm.additional=--add-opens=java.base/java.nio=ALL-UNNAMED
server.jvm.additional=--add-opens=java.base/java.io=ALL-UNNAMED
server.jvm.additional=--add-opens=java.base/sun.nio.ch=ALL-UNNAMED
server.jvm.additional=--add-opens=java.base/java.util.concurrent=ALL-UNNAMED
server.jvm.additional=-Dio.netty.tryReflectionSetAccessible=true
server.jvm.additional=-Dlog4j2.disable.jmx=true
C
    touch "$home/.ready"
}
ready() { listens 7687 && curl -fsS -o /dev/null http://127.0.0.1:7474/; }
start() {
    install
    ready 2>/dev/null && return 0
    [ -d "$home/data/databases" ] || set_password
    launch "$home/souk.pid" "$home/logs/console.log" \
        java -Xmx128m -Dbasedir="$home" -cp "$home/lib/*" org.neo4j.server.startup.Neo4jCommand console
    wait_until 90 ready || failed "$home/logs/console.log"
}

case ${1:-} in
install) install ;;
start) start ;;
stop) end "$home/souk.pid" Neo4jCommand ;;
pids) cat "$home/souk.pid" ;;
status) ready ;;
reset) end "$home/souk.pid" Neo4jCommand; rm -rf "$home/data" "$home/run"; mkdir -p "$home/data" "$home/run" ;;
*) usage ;;
esac
