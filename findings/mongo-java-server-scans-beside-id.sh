#!/usr/bin/env bash
# mongo-java-server: the index on `_id` serves a filter of `_id` alone; with any other field beside it every document is looked at.
#
# mongo-java-server 1.47.0 (Maven Central), asked by pymongo 4.20.1. On MongoDB, `{_id: 7, version: {$lte: 9}}` is found by the index on
# `_id`, so an upsert of a newer version costs the same in a small and in a large collection. Here its time grows with the collection: filling one
# of N documents by such upserts costs N times N. Inserting, and replacing only where the id is taken, does not.
# Met when it stood in for MongoDB in tests (scripts/native/mongo.sh), where it was busy for minutes with 3,000 documents.
source "$(dirname "$0")/common.sh"
needs java
needs mvn
needs python3
cd "$folder"
cat > pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>finding</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>de.bwaldvogel</groupId><artifactId>mongo-java-server</artifactId><version>1.47.0</version>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Serve.java <<'JAVA'
import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

public class Serve {
  public static void main(String[] arguments) throws Exception {
    // The version says which operations drivers may use; those of today want 4.4 at least.
    MongoBackend backend = new MemoryBackend().version(new MongoVersion() {
      public List<Integer> getVersionArray() { return List.of(4, 4, 0, 0); }
      public int getWireVersion() { return 9; }
    });
    System.out.println(new MongoServer(backend).bind().getPort());
    Thread.currentThread().join();
  }
}
JAVA
python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install pymongo==4.20.1
java -cp 'lib/*' Serve.java > port &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
for _ in $(seq 60); do
    [ -s port ] && break
    sleep 0.5
done
cat > ask.py <<'PYTHON'
import sys
import time
import pymongo

shop = pymongo.MongoClient(f"mongodb://127.0.0.1:{sys.argv[1]}/", serverSelectionTimeoutMS=10000).shop

COUNTS = {"small": 300, "large": 30_000}

# The last ones, which a scan comes to last.
def seconds(name, filter_of):
    collection, count = shop[name], COUNTS[name]
    begin = time.monotonic()
    for n in range(count - 300, count):
        assert collection.find_one(filter_of(n))["_id"] == f"{n:08}"
    return time.monotonic() - begin

for name, count in COUNTS.items():
    shop[name].insert_many([{"_id": f"{n:08}", "version": 1} for n in range(count)])
    seconds(name, lambda n: {"_id": f"{n:08}"})

def growth(filter_of):
    return seconds("large", filter_of) / seconds("small", filter_of)

alone = growth(lambda n: {"_id": f"{n:08}"})
beside = growth(lambda n: {"_id": f"{n:08}", "version": {"$lte": 9}})
print(f"a hundred times the documents: {alone:.1f} times as long by _id, {beside:.1f} by _id and a version", file=sys.stderr)
print("the same" if alone < 3 else "longer")
print("the same" if beside < 3 else "longer")
PYTHON
venv/bin/python ask.py "$(cat port)" > said
mapfile -t said < said
# MongoDB: the same, the same.
is "by _id alone, in a hundred times the documents" "the same" "${said[0]}"
is "by _id and one field more, in a hundred times the documents" "longer" "${said[1]}"
