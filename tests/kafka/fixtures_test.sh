#!/usr/bin/env bash
# Proves that estream-consume reads what a Kafka broker wrote exactly as Kafka's own consumer does,
# from a directory that was closed properly, from one copied off a running broker, and from one the
# log cleaner has just been through; and that nothing is ever written into such a directory.
#
#   tests/kafka/fixtures_test.sh TOOLS_DIR       TOOLS_DIR holds estream-produce, estream-consume
#
# Needs python3 and zstd, but neither Java nor a broker: the directories are in tests/golden/.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
golden=$here/../golden
tools=$(cd "${1:?usage: fixtures_test.sh TOOLS_DIR}" && pwd) || exit 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
checks=0

fail() {
  echo "FAILED: $1" >&2
  failures=$((failures + 1))
}

# $1: name of a golden archive; $2: where to
unpack() { mkdir -p "$2" && tar --zstd -xf "$golden/$1.tar.zst" -C "$2" || exit 2; }

# Everything that a write could change, as text: names, contents, sizes, modes, times of change.
# $1: directory
state_of() {
  (
    cd "$1" || exit 2
    find . -type f -exec sha256sum {} + | sort -k2
    find . -printf '%p %s %T@ %m\n' | sort
  )
}

# $1: data directory; $2: topic; $3: what Kafka read
check_topic() {
  checks=$((checks + 1))
  if ! "$tools/estream-consume" -d "$1" -j "$2" >"$scratch/actual" 2>"$scratch/errors"; then
    fail "$1 $2: estream-consume failed: $(head -c 500 "$scratch/errors")"
    return
  fi
  [ ! -s "$scratch/errors" ] || fail "$1 $2: it says $(head -c 500 "$scratch/errors")"
  printf '%-40s' "$(basename "$1") $2"
  "$here/compare-records" "$3" "$scratch/actual" || fail "$1 $2: differs from what Kafka read"
}

# $1: data directory; $2: topic; the rest: options
check_refused() {
  local dir=$1 topic=$2 code=0
  shift 2
  checks=$((checks + 1))
  state_of "$dir" >"$scratch/before"
  echo '{"a":1}' | "$tools/estream-produce" -d "$dir" "$@" "$topic" \
    >"$scratch/out" 2>"$scratch/errors" || code=$?
  state_of "$dir" >"$scratch/after"
  [ "$code" -eq 2 ] || fail "$dir $topic: producing into it ended with $code, not 2"
  [ -s "$scratch/errors" ] || fail "$dir $topic: producing into it was refused without a word"
  diff "$scratch/before" "$scratch/after" >&2 || fail "$dir $topic: producing changed the directory"
}

unpack expected-read-committed "$scratch/expected"
unpack kafka-4.1-data-clean "$scratch/clean"
unpack kafka-4.1-data-unclean "$scratch/unclean"
unpack kafka-4.1-cleaner-before-and-after "$scratch/cleaner"
for dir in clean unclean cleaner; do state_of "$scratch/$dir" >"$scratch/$dir.state"; done

for dir in clean unclean; do
  for expected in "$scratch"/expected/*.ndjson; do
    check_topic "$scratch/$dir" "$(basename "$expected" .ndjson)" "$expected"
  done
done
check_topic "$scratch/cleaner" pub.cleaner "$scratch/cleaner/expected-read-committed.ndjson"

for dir in clean unclean cleaner; do
  checks=$((checks + 1))
  state_of "$scratch/$dir" | diff "$scratch/$dir.state" - >&2 ||
    fail "$dir: reading changed the directory"
done

for dir in clean unclean; do
  check_refused "$scratch/$dir" pub.none
  check_refused "$scratch/$dir" a-new-topic
  check_refused "$scratch/$dir" a-new-topic --partitions 3
  check_refused "$scratch/$dir" "$scratch/$dir/pub.none-0"
done

echo "$checks checks, $failures failures"
[ "$failures" -eq 0 ]
