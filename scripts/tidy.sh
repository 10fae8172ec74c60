#!/usr/bin/env bash
# clang-tidy (.clang-tidy says what it looks for) on the sources that changed since a commit, those not committed included:
# since EXECUTUS_TIDY_BASE, else since the branch left origin/main, else (on main itself) in the last 20 commits.
# Of many files only the EXECUTUS_TIDY_FILES (40) that changed last: a file takes 2 to 12 seconds.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

base=${EXECUTUS_TIDY_BASE:-}
[ -n "$base" ] || base=$(git merge-base HEAD origin/main 2>/dev/null || true)
if [ -z "${EXECUTUS_TIDY_BASE:-}" ] && { [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; }; then
  base=$(git rev-list --max-count=21 HEAD | tail -n 1)
fi
git rev-parse --quiet --verify "$base^{commit}" >/dev/null || die "EXECUTUS_TIDY_BASE=$base is no commit of this repository"

# The latest changes first; of renamed and deleted files only what is there.
changed() {
  { git ls-files -mo --exclude-standard; git diff --name-only --cached; git log --format= --name-only "$base..HEAD"; } |
    grep -E '^(src|include|tests|examples)/.*\.[ch]pp$' | awk '!seen[$0]++' | while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}
mapfile -t files < <(changed)
count=${#files[@]}
files=("${files[@]:0:${EXECUTUS_TIDY_FILES:-40}}")
say "sources: ${#files[@]} of $count that changed since $(git log -1 --format='%h %s' "$base")"
[ "$count" -gt 0 ] || exit 0

# The presets compile several files as one, which leaves no command for a single file.
quietly configure-tidy cmake -S . -B build/tidy -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_UNITY_BUILD=OFF \
  -DEXECUTUS_TESTS=ON -DEXECUTUS_EXAMPLES=ON
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p build/tidy --quiet >"$logs/tidy.log" 2>"$logs/tidy-progress.log" && exit
grep -E '(error|warning): ' "$logs/tidy.log" | sed "s@^$root/@@" | sort -u
say "details: build/logs/tidy.log"
exit 1
