#!/bin/sh
# man_pages.sh DIRECTORY: the man pages against the tools in DIRECTORY.
exec "$(dirname "$0")/../../scripts/check-man-pages" "$1"
