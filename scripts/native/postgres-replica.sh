#!/usr/bin/env bash
# A streaming replica beside PostgreSQL, made of the same packages.
set -euo pipefail
postgres=$(dirname "$0")/postgres.sh
case ${1:-} in
install) "$postgres" install ;;
start | stop | status | pids | reset) "$postgres" "replica-$1" ;;
*) "$postgres" ;;
esac
