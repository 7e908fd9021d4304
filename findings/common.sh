# What every finding does: a folder of its own, which goes with it, and a comparison that fails.

set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# is WHAT EXPECTED FOUND: says what was found, and ends the script where it is something else.
is() {
    if [ "$2" = "$3" ]; then
        printf '  as before: %s: %s\n' "$1" "$3"
    else
        printf '  CHANGED: %s: expected %s, found %s\n' "$1" "$2" "$3" >&2
        exit 1
    fi
}

needs() {
    command -v "$1" > /dev/null || { echo "this finding needs $1" >&2; exit 2; }
}
