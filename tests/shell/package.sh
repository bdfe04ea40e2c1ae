#!/bin/sh
# The package for Debian, made of the programs that are there and unpacked into an empty directory: its
# files, its fields, and a tour with its programs. Nothing is built.
. "$(dirname "$0")/common.sh"
. "$tests/shell/installed.sh"

for program in dpkg-deb dpkg-shlibdeps file; do
  if ! command -v $program >/dev/null; then
    echo "SKIPPED: $program is not installed, so THE PACKAGE FOR DEBIAN IS UNTESTED"
    exit 0
  fi
done

umask 077 # Nothing in the package depends on it.
expect 0 cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/package" \
  -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip
deb=$(echo package/*.deb)
expect 0 dpkg-deb -x "$deb" root
{
  installed_files | sed -e '/LICENSE$/d' -e '/CHANGELOG.md$/d' -e '\;share/man/;s/$/.gz/'
  echo '644 share/doc/estream/changelog.gz'
  echo '644 share/doc/estream/copyright'
} >list
files_are root/usr <list
[ "$(ls root)" = usr ] || fail "files outside of /usr: $(ls root)"
[ -z "$(find root/usr -type d ! -perm 755)" ] || fail 'directories have other permissions'
tour root/usr
for program in root/usr/bin/*; do
  [ -z "$(readelf -SW "$program" | grep -F .symtab)" ] || fail "$program is not stripped"
done

# field_is NAME VALUE
field_is() {
  expect 0 dpkg-deb -f "$deb" "$1"
  prints "$2"
}
version=$(sed -n 's/^## \[\([0-9.]*\)\] - .*/\1/p' "$source/CHANGELOG.md" | head -n 1)
field_is Package estream
field_is Version "$version"
field_is Architecture "$(dpkg --print-architecture)"
field_is Section utils
field_is Priority optional
expect 0 dpkg-deb -f "$deb" Depends
for library in libc6 libzstd1; do
  grep -qw "$library" out || fail "the package does not depend on $library"
done
gzip -dc root/usr/share/doc/estream/changelog.gz >changelog
expect 0 dpkg-parsechangelog -l changelog
grep -qx "Version: $version" out || fail "the newest entry of changelog.gz is not $version"
if grep -v '^ -- ' changelog | grep -q '.\{81\}'; then fail 'changelog.gz has a longer line than 80'; fi
expect 0 dpkg-deb -e "$deb" control
(cd root && expect 0 md5sum -c --quiet ../control/md5sums)

# systemd says something about a key that it does not know, but the status is 0.
if command -v systemd-analyze >/dev/null; then
  mkdir units run
  for unit in root/usr/lib/systemd/*/*; do
    sed "s;^ExecStart=;&$work/root/usr/bin/;" "$unit" >"units/${unit##*/}"
  done
  for whose in system user; do
    for unit in root/usr/lib/systemd/$whose/*; do
      expect 0 env XDG_RUNTIME_DIR="$work/run" systemd-analyze verify --man=no --$whose \
        "units/${unit##*/}"
      [ ! -s err ] || fail "systemd-analyze verify ${unit##*/}"
    done
  done
else
  echo 'SKIPPED: systemd-analyze is not installed, so the units of systemd are untested'
fi

done_checking
