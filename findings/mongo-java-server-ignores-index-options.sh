#!/usr/bin/env bash
# mongo-java-server: options of an index and of a collection that it does not know are accepted, and mean nothing.
#
# mongo-java-server 1.47.0 (Maven Central), asked by pymongo 4.20.1. A unique index with a `partialFilterExpression` covers all documents, so one that the
# index leaves out is refused as a duplicate; one with a case-insensitive `collation` tells "a" from "A"; a `validator` refuses nothing.
# The answer to each command is "ok", as MongoDB's is, so a test on it passes or fails for another reason than on MongoDB.
# Met when it stood in for MongoDB in tests (scripts/native/mongo.sh): what rests on such options must be tried on MongoDB itself.
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
import pymongo
from pymongo.errors import DuplicateKeyError, WriteError

shop = pymongo.MongoClient(f"mongodb://127.0.0.1:{sys.argv[1]}/", serverSelectionTimeoutMS=10000).shop

def second(collection, one, other):
    collection.insert_one(one)
    try:
        collection.insert_one(other)
        return "taken"
    except (DuplicateKeyError, WriteError):
        return "refused"

shop.partial.create_index("sku", unique=True, partialFilterExpression={"active": True})
print(second(shop.partial, {"sku": "a", "active": False}, {"sku": "a", "active": False}))
shop.folded.create_index("sku", unique=True, collation={"locale": "en", "strength": 2})
print(second(shop.folded, {"sku": "a"}, {"sku": "A"}))
shop.create_collection("valid", validator={"price": {"$exists": True}})
print(second(shop.valid, {"price": 1}, {"name": "without a price"}))
PYTHON
venv/bin/python ask.py "$(cat port)" > said
mapfile -t said < said
# MongoDB: taken, refused, refused.
is "two documents that a partial unique index leaves out" "refused" "${said[0]}"
is "'a' and 'A' under a unique index that ignores case" "taken" "${said[1]}"
is "a document that the validator does not allow" "taken" "${said[2]}"
