# What the scripts of this folder share: the project's root, titles, and apt packages. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

bold='' dim='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi
say() { printf '%s\n' "$*"; }
title() { printf '\n%s\n' "$bold$*$plain"; }
die() { printf '%s\n' "${red}error:$plain $*" >&2; exit 2; }

# Where a script keeps what people look at after a failure.
logs=$root/build/logs
mkdir -p "$logs"

# Runs a command with its output in a file; shows the end of it only when the command fails.
quietly() {  # quietly NAME COMMAND...
  local log=$logs/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null && return
  local code=$?
  tail -n 60 "$log" >&2
  say "${red}failed:$plain $* (all of its output: ${log#"$root"/})" >&2
  return $code
}

missing_packages() {  # missing_packages GROUP...
  local package
  for package in $(awk -v groups="$*" 'index(" " groups " ", " " $1 " ") { print $2 }' "$root/scripts/packages.txt"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Installs what is missing of the groups of packages.txt; without a missing package it needs neither network nor root.
need_packages() {  # need_packages GROUP...
  [ -z "${EXECUTUS_SKIP_INSTALL:-}" ] || return 0
  command -v dpkg-query >/dev/null ||
    die "this is not a Debian system, so nothing can be installed here. Install what scripts/packages.txt names by
       other means and set EXECUTUS_SKIP_INSTALL=1, or use a container: docker run -it -v \"\$PWD:/src\" -w /src debian:12 $0"
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    as_root=(sudo)
    command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; } ||
      die "packages are missing, and installing them takes root. Ask an administrator to run:
       apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  say "installing: ${missing[*]}"
  quietly apt-update "${apt[@]}" update || die "apt-get update failed: is the network there?"
  "${apt[@]}" install --assume-no --no-install-recommends "${missing[@]}" 2>&1 </dev/null | grep -E '^(Need to get|After this)' || true
  quietly apt-install "${apt[@]}" install -y --no-install-recommends "${missing[@]}" ||
    die "apt-get install failed. executus is built on Debian 12 (bookworm); other releases may lack a package."
}
