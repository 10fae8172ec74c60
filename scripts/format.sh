#!/usr/bin/env bash
# Formats all C++ sources, or with --check says which are not formatted and changes none.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

folders=()
for folder in src include tests fuzz examples; do [ ! -d "$folder" ] || folders+=("$folder"); done
mapfile -t files < <(find "${folders[@]}" -name '*.cpp' -o -name '*.hpp')
each() { printf '%s\0' "${files[@]}" | xargs -0 -n 50 -P "$(nproc)" clang-format-19 "$@"; }
if [ "${1:-}" != --check ]; then
  each -i
elif ! each --dry-run -Werror >"$logs/format.log" 2>&1; then
  grep -oE '^[^ :]+:[0-9]+:[0-9]+: error' "$logs/format.log" | cut -d: -f1 | sort -u
  say "these files are not formatted; scripts/format.sh does it (details: build/logs/format.log)"
  exit 1
fi
say "sources: ${#files[@]}"
