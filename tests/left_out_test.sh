#!/usr/bin/env bash
# A folder that is left out, as if it were deleted, takes with it what links it, and nothing else: the rest configures, with
# its tests. That the rest needs none of its headers either is what scripts/layers.sh holds.
#   CXX=clang++-19 tests/left_out_test.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
failed=0

# configure FOLDER...: prints the libraries and the test programs that there are without these.
configure() {
  cmake -S "$here" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="${CXX:-clang++-19}" -DEXECUTUS_EXAMPLES=OFF \
    -DEXECUTUS_WITHOUT="$(IFS=';'; echo "$*")" >"$build/said" 2>&1 || { cat "$build/said"; return 1; }
  ninja -C "$build" -t targets all | sed -nE 's|^[a-z/_]*/(libexecutus_([a-z_]+)\.a\|([a-z_]+_test)):.*|\2\3|p' | sort
}

all=$(configure)

# without "FOLDER..." LOST...: the libraries that go with these folders. Their tests go too.
without() {
  local folders=$1 lost=() left library
  shift
  for library; do lost+=("$library" "${library}_test"); done
  [[ " $* " != *" cli "* ]] || lost+=(cli_program_test crash_test)
  [[ ! " $* " =~ " "(cron|mcp)" " ]] || lost+=(interop_test)
  # shellcheck disable=SC2086
  left=$(configure $folders) || { echo "FAILED without $folders it does not configure"; failed=1; return; }
  if diff <(grep -vxFf <(printf '%s\n' "${lost[@]}") <<<"$all") <(echo "$left") >"$build/diff"; then
    echo "ok without $folders"
  else
    echo "FAILED without $folders: < is lost though nothing there needs it, > is left though something is missing"
    cat "$build/diff"
    failed=1
  fi
}

# [ARC-04] The facade wires every battery, and the program is made of it; a host that leaves one out wires its own.
facade=(runtime cli)
without src/cli cli
without src/checkpoint checkpoint
without src/audit audit "${facade[@]}"
without src/budget budget sqlite_budget "${facade[@]}"
without src/compact compact "${facade[@]}"
without src/critic critic "${facade[@]}"
without src/cron cron "${facade[@]}"
without src/deliver deliver "${facade[@]}"
without src/fanout fanout audit "${facade[@]}"
without src/identity identity "${facade[@]}"
without src/mcp mcp "${facade[@]}"
without src/persona persona sqlite_saved "${facade[@]}"
without src/saved saved persona skill sqlite_saved "${facade[@]}"
without src/schedule schedule sqlite_schedule "${facade[@]}"
without src/skill skill sqlite_saved "${facade[@]}"
without src/skillpack skillpack "${facade[@]}"
without src/storage storage sqlite_storage "${facade[@]}"
without src/tools tools deliver mcp "${facade[@]}"
without src/store/sqlite sqlite sqlite_budget sqlite_saved sqlite_schedule sqlite_storage commit_count many_sleepers steer_race "${facade[@]}"
without "src/audit src/budget src/checkpoint src/compact src/critic src/cron src/deliver src/identity src/mcp src/saved src/schedule src/skillpack src/storage" \
  audit budget sqlite_budget checkpoint compact critic cron deliver identity mcp saved persona skill sqlite_saved schedule \
  sqlite_schedule skillpack storage sqlite_storage "${facade[@]}"

exit $failed
