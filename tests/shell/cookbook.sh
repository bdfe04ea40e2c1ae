#!/bin/sh
# cookbook.sh DIRECTORY: the examples of the cookbook and of the FAQ against the tools in DIRECTORY,
# and the pictures of the documents against the script that draws them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/draw-pictures" --check
exec "$root/scripts/check-examples" "$1" "$root/doc/cookbook.md" "$root/doc/faq.md"
