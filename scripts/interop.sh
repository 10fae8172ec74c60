#!/usr/bin/env bash
# Installs what the interop tests (tests/interop/) talk to under build/interop/: programs that others wrote, from the npm
# registry, in the versions of tests/interop/package-lock.json. When they are there it needs no network.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
wanted=$root/tests/interop home=$root/build/interop

# The oldest that the packages start with; Debian 12 has 18.
recent_node() { "$1" -e 'const [a] = process.versions.node.split("."); process.exit(a >= 22 ? 0 : 1)' 2>/dev/null; }

installed() { cmp -s "$wanted/package-lock.json" "$home/installed" && [ -x "$home/node" ] && recent_node "$home/node"; }

install() {
  command -v npm >/dev/null || need_packages interop
  command -v npm >/dev/null || die "npm is missing; the interop tests install what they talk to with it. Install npm, or
       run scripts/test.sh without EXECUTUS_SKIP_INSTALL."
  local node options=(--ignore-scripts --no-audit --no-fund)
  if node=$(command -v node) && recent_node "$node"; then options+=(--omit=optional); else node=; fi
  say "installing by npm: what the interop tests talk to$([ -n "$node" ] || echo ', and a newer node')"
  mkdir -p "$home"
  rm -f "$home/installed"
  cp "$wanted/package.json" "$wanted/package-lock.json" "$home/"
  (cd "$home" && quietly npm-interop npm ci "${options[@]}") || die "npm ci failed: is the network there?"
  ln -sfn "${node:-$(own_node)}" "$home/node"
  recent_node "$home/node" ||
    die "no node that is new enough: 22 or later is needed, and npm has brought none for this machine ($(uname -m))."
  cp "$wanted/package-lock.json" "$home/installed"
}

own_node() { compgen -G "$home/node_modules/node-linux-*/bin/node" | head -n 1 || echo /no/node; }

installed || install
