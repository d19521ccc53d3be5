#!/usr/bin/env bash
# Names the newest Python the portal runs on that this machine has, or says in a sentence what is missing.
# `python.sh --all` names one of each version, pyenv's unselected ones too: for tests on all of them.
set -euo pipefail

VERSIONS=(3.13 3.12 3.11)  # the newest first; setup.py says the same

# A shim of pyenv is there even where the version was not selected: what counts is what it answers.
answers() { "$1" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$2')" >/dev/null 2>&1; }
makes_environments() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

selected() {
  local found
  for found in $(type -aP "python$1" python3); do
    if answers "$found" "$1"; then echo "$found"; fi
  done
}
unselected() { compgen -G "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1.*/bin/python$1" | sort -V -r || true; }
installed() { selected "$1"; unselected "$1"; }

usable() {  # usable KIND VERSION: the first that makes environments
  local found
  for found in $("$1" "$2"); do
    if makes_environments "$found"; then echo "$found"; return; fi
  done
}

if [ "${1:-}" = --all ]; then
  for version in "${VERSIONS[@]}"; do usable installed "$version"; done
  exit
fi

for kind in selected installed; do
  for version in "${VERSIONS[@]}"; do
    found=$(usable $kind "$version")
    if [ -n "$found" ]; then echo "$found"; exit; fi
  done
done

for version in "${VERSIONS[@]}"; do
  if [ -n "$(installed "$version")" ]; then
    echo "Python $version is here, but cannot make environments: please install python3-venv (Debian: apt install python$version-venv)." >&2
    exit 1
  fi
done
echo "The portal needs Python 3.11, 3.12 or 3.13: please install one (Debian: apt install python3 python3-venv)." >&2
exit 1
