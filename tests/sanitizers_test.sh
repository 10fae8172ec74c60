#!/usr/bin/env bash
# [ARC-09] All tests run under AddressSanitizer with UBSan, the concurrent ones under ThreadSanitizer, as steps of
# scripts/check.sh; and on this machine these sanitizers see what they are there for.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

failed=0
report() { printf '%s %s\n' "$1" "$2"; [ "$1" = ok ] || failed=1; }

steps=$(sed -n 's/^\[ \$# -gt 0 \] || set -- //p' "$here/scripts/check.sh")
for step in asan tsan; do
  if grep -qw "$step" <<<"$steps"; then report ok "$step is a step"; else report FAILED "no step $step: $steps"; fi
done

finds() {  # finds SANITIZER WORDS SOURCE
  printf '%s\n' "$3" >"$place/bug.cpp"
  "${CXX:-clang++-19}" -std=c++20 -g -O1 -fsanitize="$1" -fno-sanitize-recover=undefined -pthread "$place/bug.cpp" -o "$place/bug"
  if "$place/bug" 2>"$place/said"; then
    report FAILED "-fsanitize=$1 sees nothing"
  elif grep -q "$2" "$place/said"; then
    report ok "-fsanitize=$1 finds: $2"
  else
    report FAILED "-fsanitize=$1 said: $(head -3 "$place/said")"
  fi
}
finds address heap-use-after-free 'int main() { int* p = new int(1); delete p; return *(volatile int*)p; }'
finds undefined 'signed integer overflow' 'int main(int n, char**) { int m = 2147483647; return m + n > 0; }'
finds thread 'data race' '#include <thread>
int n; int main() { std::thread a([] { for (int i = 0; i < 1000; ++i) ++n; }), b([] { for (int i = 0; i < 1000; ++i) ++n; }); a.join(); b.join(); }'
[ "$failed" = 0 ]
