#!/usr/bin/env bash
# Builds the binary: scripts/build.sh [release|asan|tsan|fuzz] [-DOPTION=VALUE...]  ->  build/<preset>/executus
# Tests and examples are left out unless an option asks for them (-DEXECUTUS_TESTS=ON).
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

preset=release
case "${1:-}" in -* | '') ;; *) preset=$1 && shift ;; esac
need_packages build

# A compiler process takes up to 1.5 GiB here: no more of them than cores and than memory allows.
cores=$(nproc)
by_memory=$(awk '/^MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo)
jobs=$((by_memory < 1 ? 1 : by_memory < cores ? by_memory : cores))

options=(-DEXECUTUS_TESTS=OFF -DEXECUTUS_EXAMPLES=OFF)
# Only from the start: to begin with ccache later would build everything again.
[ -e "build/$preset/CMakeCache.txt" ] || ! command -v ccache >/dev/null || options+=(-DEXECUTUS_CCACHE=ON)

begin=$SECONDS
quietly "configure-$preset" cmake --preset "$preset" "${options[@]}" "$@"
if [ -t 1 ]; then cmake --build "build/$preset" -j "$jobs"; else quietly "build-$preset" cmake --build "build/$preset" -j "$jobs"; fi
say "built build/$preset in $((SECONDS - begin)) s"
