#!/usr/bin/env bash
# Starts the program that every composite action is: with the Node of the runner, and with inputs in the environment alone.
set -euo pipefail

# A title and a sentence.
fail() {
  printf '::error title=%s::%s\n' "$1" "$2"
  exit 2
}

remedy='put actions/setup-node before this step, with node-version 24'
command -v node >/dev/null 2>&1 || fail node-missing "Node is not on the PATH of this runner, and Sluice needs 20.18 or newer: $remedy"

version=$(node --version 2>/dev/null) || fail node-missing "Node does not start on this runner: $remedy"
version=${version#v}
major=${version%%.*}
rest=${version#*.}
minor=${rest%%.*}
case "$major$minor" in
  *[!0-9]* | '') fail node-missing "Node does not say its version on this runner: $remedy" ;;
esac
if ((major < 20 || (major == 20 && minor < 18))); then
  fail node-too-old "Node $version is too old, Sluice needs 20.18 or newer: $remedy"
fi

program=${BASH_SOURCE[0]%/*}/../dist/action.js
[ -f "$program" ] || fail not-built "dist/action.js is not there: use a released version of the action, whose commit carries it built"

# Node takes the place of this shell, so that it gets the signal when the job is cancelled.
exec node "$program"
