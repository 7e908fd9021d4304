#!/usr/bin/env bash
# S3Proxy 4.1.0 (Maven, org.gaul:s3proxy) on a folder (filesystem-nio2): of writes with `If-Match: ETAG` that race for one
# object, several succeed. S3 says that exactly one does, and a lock or a pointer kept in an object needs that. One write
# after the other is refused as it should be, and of writers of a new key (`If-None-Match: *`) one succeeds. Versity's
# gateway 1.8.0 and MinIO let one of them through.
#
# Met when a server for the tests of `objects` was looked for. It needs Java 17, Maven and Python with venv.
#
# Seen on 2026-12-01:
#   one after the other: 1 of 8 succeeded
#   at once: 8 writers, 200 rounds; several succeeded in 37
set -euo pipefail
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
port=19555

cat >"$work/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>s3proxy-dist</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <!-- Its own description leads to an annotations jar that is too old for the Jackson it starts with. -->
    <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-annotations</artifactId><version>2.21</version></dependency>
    <dependency><groupId>org.gaul</groupId><artifactId>s3proxy</artifactId><version>4.1.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -ntp -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$work/lib"
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check boto3==1.40.0

mkdir -p "$work/data/bucket"
cat >"$work/s3proxy.conf" <<CONF
s3proxy.endpoint=http://127.0.0.1:$port
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=local-identity
s3proxy.credential=local-credential
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir=$work/data
CONF
cat >"$work/logback.xml" <<'CONF'
<configuration><root level="OFF"/></configuration>
CONF
java -Dlogback.configurationFile="$work/logback.xml" -cp "$work/lib/*" org.gaul.s3proxy.Main --properties "$work/s3proxy.conf" \
    >"$work/log" 2>&1 &
server=$!
for _ in $(seq 100); do curl -sS -o /dev/null "http://127.0.0.1:$port/" 2>/dev/null && break; sleep 0.2; done

"$work/python/bin/python" - "$port" <<'PY'
import sys, threading
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

def client():
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", region_name="us-east-1",
                        aws_access_key_id="local-identity", aws_secret_access_key="local-credential",
                        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))

def put(s3, number, etag):
    try:
        # Each writes something else, so that a second write under the same tag would not be the same object.
        s3.put_object(Bucket="bucket", Key="lock", Body=b"%d" % number, IfMatch=etag)
        return True
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412), error
        return False

def fresh(s3, round):
    return s3.put_object(Bucket="bucket", Key="lock", Body=b"round %d" % round)["ETag"]

one = client()
etag = fresh(one, 0)
alone = sum(put(one, number, etag) for number in range(8))
print(f"one after the other: {alone} of 8 succeeded")
assert alone == 1

clients = [client() for _ in range(8)]
several = 0
for round in range(1, 201):
    etag, won, start = fresh(one, round), [], threading.Barrier(8)
    def race(number, s3):
        start.wait()
        won.append(put(s3, number, etag))
    threads = [threading.Thread(target=race, args=pair) for pair in enumerate(clients)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    several += sum(won) > 1
print(f"at once: 8 writers, 200 rounds; several succeeded in {several}")
assert several > 0, "that has changed: of writers that race exactly one succeeds now"
PY
