# Sourced after common.sh: which files an installation has, and how to try them.
source=$(cd "$tests/.." && pwd)
build=$(dirname "$tools")
programs='estream-compact estream-consume estream-inspect estream-produce estream-replay
  estream-window'
unset DESTDIR

# installed_files: the mode and the path of each file that `cmake --install` makes.
installed_files() {
  for program in $programs; do
    echo "755 bin/$program"
    echo "644 share/man/man1/$program.1"
    echo "644 share/bash-completion/completions/$program"
    echo "644 share/zsh/site-functions/_$program"
    echo "644 share/fish/vendor_completions.d/$program.fish"
  done
  for section in 1 5 7; do echo "644 share/man/man$section/estream.$section"; done
  for name in CHANGELOG.md HACKING.md LICENSE README.md examples/estream-compact.cron; do
    echo "644 share/doc/estream/$name"
  done
  for page in "$source"/doc/*; do echo "644 share/doc/estream/doc/${page##*/}"; done
  for kind in service timer; do
    echo "644 lib/systemd/system/estream-compact@.$kind"
    echo "644 lib/systemd/user/estream-compact.$kind"
  done
}

# files_are DIRECTORY: its files are those that are listed on stdin.
files_are() {
  LC_ALL=C sort >wanted
  find "$1" ! -type d -printf '%m %P\n' | LC_ALL=C sort >got
  checks=$((checks + $(wc -l <wanted)))
  diff wanted got >differences || fail "other files than wanted in $1: $(cat differences)"
}

# tour DIRECTORY: the programs, pages and completions in it are what they should be, and work.
tour() {
  PATH=$work/$1/bin:$PATH
  for program in $programs; do
    [ "$(command -v "$program")" = "$work/$1/bin/$program" ] || fail "$program is not found"
    for shell in bash:bash-completion/completions/ zsh:zsh/site-functions/_ \
        fish:fish/vendor_completions.d/; do
      expect 0 "$program" --completion "${shell%%:*}"
      file=$1/share/${shell#*:}$program
      if [ "${shell%%:*}" = fish ]; then file=$file.fish; fi
      cmp -s out "$file" || fail "$file is not what $program prints"
    done
  done
  for page in "$source"/man/*.[157]; do
    installed=$1/share/man/man${page##*.}/${page##*/}
    if [ -e "$installed.gz" ]; then gzip -dc "$installed.gz" >page; else cat "$installed" >page; fi
    cmp -s page "$page" || fail "$installed is another page"
  done

  rm -rf "$ESTREAM_DIR"
  printf '{"user":"%s"}\n' ann bob ann >events
  expect 0 estream-produce -K .user -i events orders
  expect 0 estream-consume -k ann -c orders
  prints 2
  expect 0 estream-replay -L -F '%k\n' orders
  prints 'ann
bob'
  expect 0 estream-compact -q --roll --latest-by-key orders
  expect 0 estream-inspect -c orders
  prints 2
  expect 0 estream-inspect verify orders
}
