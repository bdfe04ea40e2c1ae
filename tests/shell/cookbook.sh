#!/bin/sh
# cookbook.sh DIRECTORY: the examples of the cookbook and of the FAQ against the tools in DIRECTORY,
# and the pictures of the documents against the script that draws them. README.md leads to each of them.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/scripts/draw-pictures" --check
for page in "$root"/doc/*; do
  grep -qF "](doc/${page##*/})" "$root/README.md" || { echo "README.md has no link to doc/${page##*/}"; exit 1; }
done
exec "$root/scripts/check-examples" "$1" "$root/doc/cookbook.md" "$root/doc/faq.md"
