#!/usr/bin/env bash
# The unit tests on each Python of this machine that the portal runs on, but the one of .venv: `make test` is its own.
# One environment each, from the same lock file; on SQLite only, since PostgreSQL does not know which Python asks.
set -euo pipefail

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }
tried=$(version_of .venv/bin/python)

while read -r python; do
  version=$(version_of "$python")
  [ "$version" != "$tried" ] || continue
  there=.venv/pythons/$version
  "$there/bin/python" -c '' 2>/dev/null || "$python" -m venv --clear --without-pip "$there"
  .venv/bin/uv pip install -q --python "$there/bin/python" --require-hashes -r requirements/dev.txt
  echo "The unit tests on Python $version:"
  "$there/bin/python" -m pytest -q -n 2 -p no:cacheprovider -m "not slow and not browser" -k "not postgresql" tests/unit tests/integration
done < <(bash requirements/python.sh --all)
