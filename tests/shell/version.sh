#!/bin/sh
# What a build knows of the commit that it is made from: the header of lib/cli/version.cmake.
. "$(dirname "$0")/common.sh"

# commit_is WANTED [TREE]: the header that is made for the tree says so.
commit_is() {
  expect 0 cmake -D "SOURCE=$work/${2:-tree}" -D "HEADER=$work/commit.h" \
    -P "$tests/../lib/cli/version.cmake"
  [ "$(cat commit.h)" = "#define ESTREAM_COMMIT \"$1\"" ] || fail "$1 wanted: $(cat commit.h)"
}

mkdir tree
commit_is ''

if command -v git >/dev/null; then
  git_in() {
    git -C "$work/tree" -c user.name=ann -c user.email=ann@example.org "$@" >/dev/null
  }
  git_in init -q
  commit_is ''  # There is no commit yet.
  echo 1 >tree/file
  mkdir tree/archive
  git_in add file
  git_in commit -q -m first
  git_in tag v9
  first=$(git -C tree rev-parse --short HEAD)
  commit_is '' tree/archive  # An archive that was unpacked in another project's tree.
  commit_is "$first"

  touch -d '2001-01-01' commit.h
  commit_is "$first"
  [ -z "$(find commit.h -newermt 2002-01-01)" ] || fail 'the same commit is written again'
  echo 2 >tree/file
  commit_is "$first-dirty"
  git_in commit -q -a -m second
  commit_is "$(git -C tree rev-parse --short HEAD)"
  [ "$first" != "$(git -C tree rev-parse --short HEAD)" ] || fail 'the same commit twice'
  # git is there and cannot answer.
  mv tree/.git/HEAD tree/.git/no-head
  commit_is ''
else
  echo 'SKIPPED: git is not installed, so the commit in --version is untested'
fi

case $(estream-consume --version) in
  'estream-consume '[0-9]*' with zstd '*) ;;
  *) fail "--version: $(estream-consume --version)" ;;
esac
done_checking
