#!/usr/bin/env bash
# Holds every #include of a source tree to layers.txt, those between rooms to no cycle, and, given a build folder, the archives of the core to its `lean` line.
#   scripts/layers.sh [SOURCE_DIR [BUILD_DIR]]
# And JSON to the one reader and writer of ours: Boost's are off by a bit, and write 19.9 as 1.99E1.
# Prints file:line: error: ... for each violation; exit code 1 when there is one.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=${1:-$here/..} build=${2:+$(cd "$2" && pwd)}
cd "$source"

failed=0 between=$(mktemp)
trap 'rm -f "$between"' EXIT
row() { awk -v key="$1" '$1 == key { $1 = ""; print }' "$here/layers.txt"; }
refuse() { printf '%s: error: %s\n' "$1" "$2" && failed=1; }

check_includes() {
  local folder folders=()
  for folder in src include examples tests fuzz; do [ ! -d "$folder" ] || folders+=("$folder"); done
  grep -rnE --include='*.[ch]pp' --include='*.h' '^[ \t]*#[ \t]*include' "${folders[@]}" |
    awk -v between="$between" -f "$here/layers.awk" "$here/layers.txt" - || failed=1
}

# layers.txt may let two rooms include each other, or the files of a folder and a room that may include them.
check_cycles() {
  local circle from to place
  circle=$(cut -d' ' -f1,2 "$between" | tsort 2>&1 >/dev/null | sed -n 's/^tsort: \([^:]*\)$/\1/p' || true)
  while read -r from to place; do
    refuse "$place" "the include of $to in $from lies on a cycle"
  done < <(awk 'NR == FNR { circle[$1]; next } $1 in circle && $2 in circle' <(echo "$circle") "$between")
}

# The unresolved and the defined symbols of an archive alike: a database that was compiled in is no better.
check_archive() {
  local symbols found
  symbols=$(nm "$1") || { refuse "$1" "nm cannot read it"; return; }
  found=$(grep -oE "[^ ]*($(row lean | xargs | tr ' ' '|'))[^ ]*" <<<"$symbols" | sort -u | head -n 3 | xargs || true)
  [ -z "$found" ] || refuse "$1" "the core must not need $found"
}

check_core() {
  local folder archive archives count=0
  for folder in $(row core); do
    [ -f "src/$folder/CMakeLists.txt" ] || continue
    mapfile -t archives < <(find "$build/src/$folder" -name '*.a' 2>/dev/null)
    [ ${#archives[@]} -gt 0 ] || refuse "$build/src/$folder" "no archive is here; build first"
    for archive in "${archives[@]}"; do check_archive "$archive" && count=$((count + 1)); done
  done
  echo "archives of the core: $count"
}

check_json() {
  local place
  while read -r place; do refuse "$place" "use parse_json and write_json of executus/base/json.hpp"; done < <(
    grep -rnE --include='*.[ch]pp' 'json::(serialize|parse)\(' src include 2>/dev/null |
      grep -vE '^[^:]*_test\.[ch]pp:' | cut -d: -f1,2)
}

# A folder that layers.txt does not name would count as the one around it, which may include what the new one may not.
check_folders() {
  local names folder
  names=$(awk '$1 == "may" || $1 == "room" { print $2 }' "$here/layers.txt")
  while read -r folder; do
    ! grep -qxF "$folder" <<<"$names" && grep -q "^${folder%/*}/" <<<"$names" || continue
    refuse "$(find "src/$folder" -maxdepth 1 -name '*.[ch]pp' | sort | head -n 1):1" "$folder has no line in scripts/layers.txt"
  done < <(find src -mindepth 3 -name '*.[ch]pp' -printf '%h\n' | sort -u | cut -d/ -f2-)
}

check_includes
check_cycles
check_json
check_folders
[ -z "$build" ] || check_core
exit $failed
