# Sourced by `test` and `test-full`: stages with the minutes of each, beside those of the run that is kept in the tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Suite, stage, minutes: of a run on two cores, cold, that was copied from target/minutes-SUITE.tsv.
kept=docs/minutes.tsv
names=() minutes=()

stage() { # NAME COMMAND…
    local name=$1 begin=$SECONDS
    shift
    printf '\n==> %s\n' "$name"
    "$@"
    names+=("$name")
    minutes+=("$(awk "BEGIN { printf \"%.1f\", ($SECONDS - $begin) / 60 }")")
}

# Prints what each stage took, and leaves it in target/minutes-SUITE.tsv.
report() { # SUITE
    local suite=$1 i
    printf '\nMinutes of each stage, and of the run kept in %s\n' "$kept"
    mkdir -p target
    for i in "${!names[@]}"; do
        printf '%s\t%s\t%s\n' "$suite" "${names[$i]}" "${minutes[$i]}"
    done >"target/minutes-$suite.tsv"
    awk -F'\t' -v suite="$suite" '
        FILENAME == ARGV[1] { if ($1 == suite) { kept[$2] = $3; before += $3 } next }
        { whole += $3; printf "  %6.1f  %6s  %s\n", $3, ($2 in kept) ? kept[$2] : "-", $2 }
        END {
            printf "  %6.1f  %6.1f  in all\n", whole, before
            if (whole > 60) print "\nWARNING: more than 60 minutes; see docs/testing.md"
        }' "$([ -f $kept ] && echo $kept || echo /dev/null)" "target/minutes-$suite.tsv"
}

# Twenty minutes in, a full disk shows as a failure of something else.
room() {
    local free
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1048576) }')
    echo "$free GB are free; from nothing, all stages need about 12 GB"
    [ "$free" -ge 4 ] || { echo "less than 4 GB are free on the disk of $PWD" >&2; return 1; }
}

components() {
    local part
    for part in fmt clippy; do
        cargo "$part" --version >/dev/null 2>&1 || rustup component add "${part/fmt/rustfmt}"
    done
}

# Tools that only the tests need stay inside the target folder.
deny() {
    local tools=$PWD/target/tools
    if [ ! -x "$tools/bin/cargo-deny" ]; then
        cargo install cargo-deny --version 0.20.2 --locked --debug --quiet --root "$tools"
    fi
    "$tools/bin/cargo-deny" --all-features check licenses bans sources
    # The database of advisories comes from outside; without a way there the rest still counts.
    if ! "$tools/bin/cargo-deny" --all-features check advisories 2>target/advisories.log; then
        if grep -q 'failed to fetch advisory database' target/advisories.log; then
            echo "advisories: NOT CHECKED, their database cannot be fetched from here"
        else
            cat target/advisories.log
            return 1
        fi
    fi
    denied_of >scripts/deny.checked
}
# cargo-deny reads nothing else, so what it has seen once it need not see again.
denied_of() { cat Cargo.lock deny.toml Cargo.toml */*/Cargo.toml bench/Cargo.toml | sha256sum | cut -d' ' -f1; }
deny_if_changed() {
    if [ "$(denied_of)" = "$(cat scripts/deny.checked 2>/dev/null)" ]; then
        echo "licences, bans and sources are those that were checked already (scripts/deny.checked)"
    else
        deny
    fi
}

# Compiles what is tested, with all lints, in one go.
build() {
    export RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/lint-rustc
    cargo test --workspace --locked --no-run
}

model() { target/debug/souk --data target/model model fetch; }

# Servers are installed while the tests are built. Those that run already are left running in the end.
started=()
servers_begin() {
    local name
    for name in postgres postgres-replica redis redis-cluster mongo neo4j opensearch s3; do
        scripts/engines status "$name" | grep -q 'up$' || started+=("$name")
    done
    mkdir -p target
    trap servers_end EXIT
    scripts/engines up >target/servers.log 2>&1 &
    installing=$!
}
# A server that is missing from here on is a failure.
servers_are_up() {
    wait "$installing" || { cat target/servers.log >&2; return 1; }
    installing=
    cat target/servers.log
    export REQUIRE_SERVERS=1
}
servers_end() {
    [ -z "$installing" ] || { kill "$installing" 2>/dev/null || true; }
    [ ${#started[@]} -eq 0 ] || scripts/engines down "${started[@]}"
}
installing=

# The suites of the API and of the command line on engines that are not the embedded ones. Most of their time they wait
# for the servers, so more run at once than there are cores. Modules that are not named here are about files or the power,
# or choose their servers themselves.
on_profile() { # PROFILE FILTER…
    local profile=$1
    shift
    SOUK_TEST_PROFILE=$profile cargo test --quiet --workspace --locked --test e2e -- --test-threads 4 \
        --skip on_files --skip foretold_better "$@"
}
every_route_and_command=(accounts:: activity:: api:: authorization:: bad_input:: catalog:: cli:: contention:: importing:: media::
    own_writes:: recommendations:: reviews:: wishlists::)
