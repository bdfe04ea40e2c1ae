#!/bin/sh
# cmake --install, and the target uninstall, which removes what it made and nothing else. Nothing is
# built.
. "$(dirname "$0")/common.sh"
. "$tests/shell/installed.sh"

# The list of what somebody installed from this tree has to stay. So the component that has all files is
# installed here, which has a list of its own, and the command of the target gets this list.
manifest=$build/install_manifest_estream.txt
components=$(find "$build" -name cmake_install.cmake -exec grep -h 'COMPONENT STREQUAL' {} + | sort -u)
[ "$(echo "$components" | grep -vc '"estream"')" = 0 ] || fail "other components: $components"
uninstall=$(ninja -C "$build" -t commands uninstall | tail -n 1 |
  sed "s;$build/install_manifest.txt;$manifest;")
case $uninstall in *"$manifest"*) ;; *) fail "no command of uninstall: $uninstall" ;; esac
export DESTDIR="$work/dest"

# Somebody else's files in the same directories.
mkdir -p dest/opt/bin dest/opt/share/man/man1
echo other | tee dest/opt/bin/other >dest/opt/share/man/man1/other.1
find dest | sort >before

expect 0 cmake --install "$build" --component estream --prefix /opt
others='644 bin/other
644 share/man/man1/other.1'
{ installed_files; echo "$others"; } >list
files_are dest/opt <list
tour dest/opt
(cd dest/opt/share/doc/estream && grep -o ']([^):#]*)' -r --include='*.md' .) |
  while IFS=: read -r page link; do
    link=${link#??}
    [ -e "dest/opt/share/doc/estream/$(dirname "$page")/${link%)}" ] || fail "$page links to $link"
  done

# One is gone, a directory has taken the place of another, and there is something new.
rm dest/opt/bin/estream-replay dest/opt/bin/estream-inspect
mkdir dest/opt/bin/estream-inspect
echo note >dest/opt/share/doc/estream/note
count=$(installed_files | wc -l)
expect 1 sh -c "$uninstall"
grep -q "^-- Was not there: $DESTDIR/opt/bin/estream-replay$" out || fail 'a missing file is not named'
grep -q "^-- Cannot be removed: $DESTDIR/opt/bin/estream-inspect$" out || fail 'a directory is removed'
grep -q "^-- Removed: $DESTDIR/opt/bin/estream-produce$" out || fail 'a removed file is not named'
grep -q "^-- Uninstalled: $((count - 2)) files removed, 1 were not there$" out || fail 'wrong numbers'
{ echo '644 share/doc/estream/note'; echo "$others"; } >list
files_are dest/opt <list

rm -r dest/opt/share/doc/estream/note dest/opt/bin/estream-inspect
expect 0 sh -c "$uninstall"
grep -q "^-- Uninstalled: 0 files removed, $count were not there$" out || fail 'wrong numbers'
[ -z "$(find dest -name '*estream*')" ] || fail "something stays: $(find dest -name '*estream*')"

# A second time, and nothing of it stays but the directories that others have too.
expect 0 cmake --install "$build" --component estream --prefix /opt
expect 0 sh -c "$uninstall"
echo "$others" >list
files_are dest/opt <list
find dest -type d -empty -delete
find dest | sort | cmp -s - before || fail 'other files than before'

rm "$manifest"
expect 1 sh -c "$uninstall"
grep -q 'Nothing was installed from this tree' err || fail 'a missing list is not said'
done_checking
