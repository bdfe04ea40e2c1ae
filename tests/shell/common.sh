# Sourced by the shell tests: a fresh directory, the tools of $1 first in PATH, and words to check
# with. Each test prints what went wrong and ends with 1; at the end it says how much it checked.
set -eu

tools=$(cd "$1" && pwd)
tests=$(cd "$(dirname "$0")/.." && pwd)
PATH=$tools:$PATH
work=$(mktemp -d)
ESTREAM_DIR=$work/log
TZ=UTC
LC_ALL=C.UTF-8
ESTREAM_CONFIG=
export PATH ESTREAM_DIR TZ LC_ALL ESTREAM_CONFIG
unset NO_COLOR ESTREAM_NOW XDG_DATA_HOME 2>/dev/null || :
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
checks=0

fail() {
  echo "FAILED: $*"
  if [ -s "$work/err" ]; then sed 's/^/  stderr: /' "$work/err" | head -5; fi
  exit 1
}

# expect STATUS COMMAND...: runs it (stdout to out, stderr to err) and checks the exit status.
expect() {
  wanted=$1
  shift
  status=0
  "$@" >"$work/out" 2>"$work/err" || status=$?
  checks=$((checks + 1))
  [ "$status" = "$wanted" ] || fail "exit $status instead of $wanted: $*"
}

# says TEXT: stderr has the text, and each of its lines begins with the tool's name.
says() {
  grep -qF -- "$1" "$work/err" || fail "stderr does not say: $1"
  if grep -qv '^estream-' "$work/err"; then fail "a line on stderr without the tool's name"; fi
}

# prints TEXT: stdout is exactly this (and a newline).
prints() {
  printf '%s\n' "$1" >"$work/wanted"
  cmp -s "$work/wanted" "$work/out" || fail "stdout is: $(head -c 400 "$work/out")"
}

# eventually COMMAND...: waits until it succeeds, and fails when that does not come.
eventually() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 500 ] || fail "not within ten seconds: $*"
    sleep 0.02
  done
}

# waits PID: the process is a tool of ours, has started, and waits for something.
waits() {
  grep -q '^Name:.estream-' "/proc/$1/status" && grep -q '^State:.S' "/proc/$1/status"
} 2>/dev/null

done_checking() { echo "$(basename "$0"): $checks checks"; }
