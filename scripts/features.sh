#!/usr/bin/env bash
# Which tests carry the id of a behaviour, as [AREA-01]; and whether docs/features.md lists each of them.
# usage: scripts/features.sh            id and test files, a line each
#        scripts/features.sh --check    fails when a tag has no row in docs/features.md, or a row has no test
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
listed=$(grep -oE '^\| [A-Z]+-[0-9]+ ' docs/features.md | tr -d '| ' | sort -u)
carried=$(tags | cut -d' ' -f1 | sort -u)
missing=$(comm -13 <(echo "$listed") <(echo "$carried"))
stale=$(comm -23 <(echo "$listed") <(echo "$carried"))
[ -z "$missing" ] || printf 'in a test, but not in docs/features.md: %s\n' $missing
[ -z "$stale" ] || printf 'in docs/features.md, but in no test: %s\n' $stale
[ -z "$missing$stale" ]
