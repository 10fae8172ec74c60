#!/usr/bin/env bash
# Makes a bare Debian 12 a place where executus is built and developed: what the Dockerfile runs, and what a debootstrap
# root runs in its stead where there is no image registry. As root: scripts/container.sh [packages|build]
#   packages   installs what building, testing, checking and editing need (all groups of packages.txt but interop)
#   build      builds the binary and installs it as /usr/local/bin/executus
# Without an argument both, in this order.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

install_packages() {
  need_packages build test check dev
  # A mounted folder belongs to a user of the host, and git asks whether that is meant.
  git config --system --get-all safe.directory | grep -qxF "$root" || git config --system --add safe.directory "$root"
  apt-get clean
  rm -rf /var/lib/apt/lists/*
}

build_binary() {
  scripts/build.sh release
  install -m 755 build/release/executus /usr/local/bin/executus
}

case "${1:-all}" in
  packages) install_packages ;;
  build) build_binary ;;
  all) install_packages && build_binary ;;
  *) die "unknown argument '$1'; say packages, build or nothing" ;;
esac
