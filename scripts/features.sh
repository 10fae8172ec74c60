#!/usr/bin/env bash
# Which tests carry the id of a behaviour, as [AREA-01]; and whether docs/features.md lists each of them.
# usage: scripts/features.sh            id and test files, a line each
#        scripts/features.sh --write    puts them into the rows of docs/features.md; of equal rows one stays
#        scripts/features.sh --check    fails when a tag has no row in docs/features.md, or two, a row has no test or names
#                                       others than carry its id, or a test is built by no CMakeLists.txt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tags() {
  git ls-files -co --exclude-standard | grep -E '(_test\.(cpp|sh)$|^tests/)' |
    xargs grep -oHE '\[[A-Z]+-[0-9]+\]' | sed -E 's/^(.*):\[([A-Z]+-[0-9]+)\]$/\2 \1/' | sort -u
}

if [ $# = 0 ]; then
  tags | awk '{files[$1] = files[$1] " " $2} END {for (id in files) print id files[id]}' | sort
  exit
fi
# Sources of tests that no CMakeLists.txt of their folder, or of one above it, names or takes with all of its tests.
unbuilt() {
  local file folder
  git ls-files -co --exclude-standard | grep -E '_test\.cpp$' | while read -r file; do
    folder=${file%/*}
    until takes "$folder/CMakeLists.txt" "${file##*/}"; do
      [ "$folder" != "${folder%/*}" ] || { echo "$file" && break; }
      folder=${folder%/*}
    done
  done
}
takes() { [ -f "$1" ] && grep -qE "executus_test\([a-z_]+ (EXCEPT|ALSO|LINK)|${2//./\\.}" "$1"; }

# The rows of docs/features.md with the tests that carry each id, as the tags have them now.
with_tests() {
  tags | awk '
    NR == FNR { files[$1] = files[$1] (files[$1] ? ", " : "") "`" $2 "`"; next }
    /^\| [A-Z]+-[0-9]+ / { split($0, id, " "); sub(/ \| [^|]*\|$/, " | " files[id[2]] " |"); if (rows[$0]++) next }
    { print }' - docs/features.md
}
if [ "${1:-}" = --write ]; then
  with_tests >docs/features.md.new
  mv docs/features.md.new docs/features.md
  exit
fi

rows=$(grep -oE '^\| [A-Z]+-[0-9]+ ' docs/features.md | tr -d '| ' | sort)
twice=$(uniq -d <<<"$rows")
listed=$(uniq <<<"$rows")
carried=$(tags | cut -d' ' -f1 | sort -u)
missing=$(comm -13 <(echo "$listed") <(echo "$carried"))
stale=$(comm -23 <(echo "$listed") <(echo "$carried"))
[ -z "$missing" ] || printf 'in a test, but not in docs/features.md: %s\n' $missing
[ -z "$stale" ] || printf 'in docs/features.md, but in no test: %s\n' $stale
unbuilt=$(unbuilt)
[ -z "$twice" ] || printf 'twice in docs/features.md: %s\n' $twice
[ -z "$unbuilt" ] || printf 'a test that is in no CMakeLists.txt: %s\n' $unbuilt
[ -z "$missing$stale$twice$unbuilt" ]
with_tests | diff docs/features.md - || { echo 'docs/features.md names other tests: scripts/features.sh --write' && exit 1; }
