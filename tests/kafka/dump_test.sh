#!/usr/bin/env bash
# Proves that Kafka's DumpLogSegments accepts whatever estream-produce writes, batch shape by batch
# shape, and finds in it the keys, values, timestamps and names of headers that went in.
#
#   tests/kafka/dump_test.sh TOOLS_DIR           TOOLS_DIR holds estream-produce
#
# dump_cases.py has the shapes. Exit 77 without Java or Maven.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$(cd "${1:?usage: dump_test.sh TOOLS_DIR}" && pwd)
"$here/fetch-kafka" >/dev/null
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$here/dump_cases.py" "$tools" "$scratch"
