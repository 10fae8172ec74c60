#!/usr/bin/env bash
# Which tests carry the id of a behaviour, as [AREA-01]; and whether docs/features.md lists each of them.
# usage: scripts/features.sh            id and test files, a line each
#        scripts/features.sh --check    fails when a tag has no row in docs/features.md, a row has no test, or nobody builds a test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tags() {
  git ls-files -co --exclude-standard | grep -E '(_test\.(cpp|sh)$|^tests/)' |
    xargs grep -oHE '\[[A-Z]+-[0-9]+\]' | sed -E 's/^(.*):\[([A-Z]+-[0-9]+)\]$/\2 \1/' | sort -u
}

if [ "${1:-}" != --check ]; then
  tags | awk '{files[$1] = files[$1] " " $2} END {for (id in files) print id files[id]}' | sort
  exit
fi
# Sources of tests that no CMakeLists.txt of their folder, or of one above it, names.
unbuilt() {
  local file name folder
  git ls-files -co --exclude-standard | grep -E '_test\.cpp$' | while read -r file; do
    name=${file##*/} folder=${file%/*}
    until [ "$folder" = "${folder%/*}" ] || grep -q "$name" "$folder/CMakeLists.txt" 2>/dev/null; do folder=${folder%/*}; done
    grep -q "$name" "$folder/CMakeLists.txt" 2>/dev/null || echo "$file"
  done
}

listed=$(grep -oE '^\| [A-Z]+-[0-9]+ ' docs/features.md | tr -d '| ' | sort -u)
carried=$(tags | cut -d' ' -f1 | sort -u)
missing=$(comm -13 <(echo "$listed") <(echo "$carried"))
stale=$(comm -23 <(echo "$listed") <(echo "$carried"))
[ -z "$missing" ] || printf 'in a test, but not in docs/features.md: %s\n' $missing
[ -z "$stale" ] || printf 'in docs/features.md, but in no test: %s\n' $stale
unbuilt=$(unbuilt)
[ -z "$unbuilt" ] || printf 'a test that is in no CMakeLists.txt: %s\n' $unbuilt
[ -z "$missing$stale$unbuilt" ]
