#!/usr/bin/env bash
# Texts that name things name things that exist: every error code of the code stands in docs/errors/README.md, and each
# code there in the code; every file that a page or a comment names is there.
# usage: scripts/texts.sh [FOLDER]   the tree to look at; default: this one
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

failed=0
complain() { printf '%s\n' "$1"; failed=1; }

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  files=$(git ls-files -co --exclude-standard | while read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done)
else
  files=$(find . -type f | sed 's,^\./,,')
fi

# --- error codes: "area.what", as literals in what is no test

# Literals of that form that are no codes: names of files, of fields, types of messages, and words of other people's protocols.
not_codes='\.(yaml|yml|db|so|json|txt|lock)$|^(inputs|permissions|chat|reasoning|response)\.|^run\.ended$'
sources=$(grep -E '^(src|include)/.*\.(cpp|hpp)$' <<<"$files" | grep -vE '_test\.(cpp|hpp)$|^(src|include/executus)/testing/')
codes=$(xargs grep -ohE '"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*"' <<<"$sources" | tr -d '"' | grep -vE "$not_codes" | sort -u)
# The first column of the table: codes as they are, none for a whole area.
listed=$(grep -E '^\| `' docs/errors/README.md | cut -d'|' -f2 | grep -oE '`[^`]+`' | tr -d '`' | sort)
for code in $codes; do
  grep -qxF "$code" <<<"$listed" || complain "the error code '$code' has no row in docs/errors/README.md"
done
while read -r code; do
  xargs grep -qF "\"$code\"" <<<"$sources" || complain "docs/errors/README.md has a row for '$code', which no code gives"
done < <(uniq <<<"$listed")
while read -r code; do complain "docs/errors/README.md has two rows for '$code'"; done < <(uniq -d <<<"$listed")
while read -r row; do complain "docs/errors/README.md: a row for each code, not one for $row"; done < <(
  grep -E '^\| `' docs/errors/README.md | cut -d'|' -f2 | grep -E '`.*`.*`' || true)

# --- links of pages

links() {
  grep -E '\.md$' <<<"$files" | xargs awk 'FNR == 1 { code = 0 }
    /^ *```/ { code = !code; next }
    !code { gsub(/`[^`]*`/, ""); while (match($0, /\]\([^) ]+\)/)) { print FILENAME ":" substr($0, RSTART + 2, RLENGTH - 3); $0 = substr($0, RSTART + RLENGTH) } }'
}
while IFS=: read -r page link; do
  link=${link%%#*}
  case $link in '' | *://* | mailto | //*) continue ;; esac
  [ -e "$(dirname "$page")/$link" ] || complain "$page links to '$link', which does not exist"
done < <(links)

# --- files named in pages and comments

# What may stand for a file: its path from here, or the end of that. Folders likewise, and files without their extension.
there=$(awk 'function ends_of(path) {
    print path
    while (sub(/^[^\/]*\//, "", path)) print path
  }
  function names_of(path) { ends_of(path); if (sub(/\.[a-z]+$/, "", path)) ends_of(path) }
  { names_of($0); folder = $0; while (sub(/\/[^\/]*$/, "", folder)) names_of(folder) }' <<<"$files" | sort -u)
# FILE:NAME for what looks like a file of ours: anything below one of our folders, or a source by its name.
named() {
  { grep -E '\.md$' <<<"$files" | grep -v '^CHANGELOG' | xargs grep -oHE '`[^` ]+`' | tr -d '`'
    grep -E '\.(cpp|hpp)$' <<<"$files" | xargs grep -oHE '(^|[[:space:];{})])//.*'
    grep -E '\.(sh|awk|cmake|yml)$|CMakeLists\.txt$' <<<"$files" | xargs grep -oHE '(^|[[:space:]])#[^!].*'
  } | awk -F: '{ page = $1; text = substr($0, length(page) + 2)
        while (match(text, /[A-Za-z0-9_~$*.\/-]+/)) {
          word = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
          sub(/[.]+$/, "", word); sub(/\/$/, "", word)
          if (word ~ /[*~$]/ || word ~ /^\// || text ~ /^[{<]/) continue
          if (word ~ /^(src|include|tests|scripts|docs|fuzz|examples|cmake)\/[^\/]/ || word ~ /^[a-z0-9_\/]+\.(hpp|cpp|sh|awk|cmake)$/)
            print page ":" word } }' | sort -u
}
# Placeholders, other people's names, and headers that the build makes.
others='(^|/)NAME|^llama\.cpp$|^[a-z](_test)?\.cpp$|_text\.hpp$'
while IFS=: read -r page name; do
  case $name in docs/adr/[0-9][0-9][0-9][0-9]) ! grep -q "^$name-" <<<"$files" || continue ;; esac  # an ADR by its number
  grep -qxF -- "${name#executus/}" <<<"$there" || [ -e "$(dirname "$page")/$name" ] || complain "$page names '$name', which does not exist"
done < <(named | awk -F: -v others="$others" '$2 !~ others')

exit $failed
