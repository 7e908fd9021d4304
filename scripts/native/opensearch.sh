#!/usr/bin/env bash
# OpenSearch from its published jars and a small launcher. It has no security plugin: no TLS and no users.
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
home=$ENGINES_HOME/opensearch-node
plugins=(
    org.opensearch.transport.Netty4Plugin org.opensearch.analysis.common.CommonAnalysisPlugin
    org.opensearch.index.reindex.ReindexPlugin org.opensearch.painless.PainlessPlugin
    org.opensearch.script.expression.ExpressionPlugin org.opensearch.script.mustache.MustachePlugin
    org.opensearch.index.mapper.MapperExtrasPlugin org.opensearch.join.ParentJoinPlugin
    org.opensearch.percolator.PercolatorPlugin org.opensearch.index.rankeval.RankEvalPlugin
    org.opensearch.search.aggregations.matrix.MatrixAggregationPlugin org.opensearch.ingest.common.IngestCommonPlugin
    org.opensearch.geo.GeoModulePlugin
)

install() {
    [ -f "$home/.ready" ] && return 0
    java_is_there
    mkdir -p "$home"/{lib,config,data,logs}
    mvn -q -B -ntp -f "$here/opensearch-pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$home/lib"
    javac -d "$home/lib" -cp "$home/lib/*" "$here/OpenSearchServer.java"
    cat >"$home/config/opensearch.yml" <<C
cluster.name: local
node.name: node-1
path.data: $home/data
path.logs: $home/logs
network.host: 127.0.0.1
http.port: 9200
transport.port: 9300
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
cluster.max_shards_per_node: 10000
C
    cat >"$home/config/log4j2.properties" <<'C'
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
C
    touch "$home/.ready"
}
ready() { curl -fsS -o /dev/null 'http://127.0.0.1:9200/_cluster/health?wait_for_status=yellow&timeout=1s'; }
start() {
    install
    ready 2>/dev/null && return 0
    launch "$home/souk.pid" "$home/logs/console.log" \
        java -Xms512m -Xmx512m -XX:+UseG1GC -Dos.home="$home" \
        -Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true -Dio.netty.recycler.maxCapacityPerThread=0 \
        -Dlog4j2.disable.jmx=true -Dlog4j.shutdownHookEnabled=false -Djava.awt.headless=true -Dfile.encoding=UTF-8 \
        --add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED \
        -cp "$home/lib:$home/lib/*" OpenSearchServer "${plugins[@]}"
    wait_until 90 ready || failed "$home/logs/console.log"
}

case ${1:-} in
install) install ;;
start) start ;;
stop) end "$home/souk.pid" OpenSearchServer ;;
pids) cat "$home/souk.pid" ;;
status) ready ;;
reset) end "$home/souk.pid" OpenSearchServer; rm -rf "$home/data"; mkdir -p "$home/data" ;;
*) usage ;;
esac
