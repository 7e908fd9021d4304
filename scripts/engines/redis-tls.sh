#!/usr/bin/env bash
# A Redis that speaks TLS only, with a certificate authority of its own. usage: redis-tls.sh start|stop|ca
set -euo pipefail
BASE=${ENGINES_HOME:-$HOME/.cache/souk-engines}/redis-tls; PORT=${REDIS_TLS_PORT:-56380}
cli() { redis-cli --tls --cacert "$BASE/ca.pem" -h 127.0.0.1 -p "$PORT" "$@" 2>/dev/null; }
certificates() { [ -s "$BASE/server.pem" ] && return 0; mkdir -p "$BASE"; cd "$BASE"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=souk-test-ca -keyout ca.key -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
  openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr 2>/dev/null
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out server.pem.new \
    -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') 2>/dev/null
  mv server.pem.new server.pem; }
case "${1:-}" in
  start) certificates; [ "$(cli ping)" = PONG ] || redis-server --bind 127.0.0.1 --port 0 --tls-port "$PORT" \
      --tls-cert-file "$BASE/server.pem" --tls-key-file "$BASE/server.key" --tls-ca-cert-file "$BASE/ca.pem" \
      --tls-auth-clients no --appendonly yes --save '' --dir "$BASE" --daemonize yes --logfile "$BASE/redis.log" >/dev/null
    for _ in $(seq 1 200); do [ "$(cli ping)" = PONG ] && { echo "rediss://127.0.0.1:$PORT"; exit 0; }; sleep 0.05; done
    tail -20 "$BASE/redis.log" >&2; exit 1 ;;
  stop) cli shutdown nosave || true ;;
  ca) echo "$BASE/ca.pem" ;;
  *) sed -n 2p "$0" >&2; exit 2 ;;
esac
