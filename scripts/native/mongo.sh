#!/usr/bin/env bash
# A server of MongoDB's wire protocol in Java (mongo-java-server on H2), for machines where MongoDB itself cannot be had.
# It answers as MongoDB 4.4 without sessions and transactions.
. "$(dirname "$0")/common.sh"
here=$(cd "$(dirname "$0")" && pwd)
home=$ENGINES_HOME/mongo-on-h2
port=17017
version=1.47.0

install() {
    [ -f "$home/.ready-$version" ] && return 0
    java_is_there
    mkdir -p "$home/lib" "$home/classes"
    mvn -q -B -ntp -Dversion.mongo=$version -f "$here/mongo-pom.xml" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory="$home/lib"
    javac -cp "$home/lib/*" -d "$home/classes" "$here/MongoServerOnH2.java"
    touch "$home/.ready-$version"
}
start() {
    install
    listens $port && return 0
    mkdir -p "$home/data"
    launch "$home/mongo.pid" "$home/mongo.log" \
        java -Xmx512m -cp "$home/classes:$home/lib/*" MongoServerOnH2 $port "$home/data/db.mv"
    # It reads all that it keeps first.
    wait_until 90 listens $port || failed "$home/mongo.log"
}

case ${1:-} in
install) install ;;
start) start ;;
stop) end "$home/mongo.pid" MongoServerOnH2 ;;
pids) cat "$home/mongo.pid" ;;
status) listens $port ;;
reset) end "$home/mongo.pid" MongoServerOnH2; rm -rf "$home/data" ;;
*) usage ;;
esac
