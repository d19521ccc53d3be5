#!/usr/bin/env bash
# What the tests need besides Python packages: a browser, PostgreSQL, and tools that read PDFs.
# Installs them where it may (Debian, as root or with sudo); else says in a sentence what is missing.
set -euo pipefail

missing=()
have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
have_browser() { command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null; }
have_browser || missing+=(chromium-headless-shell)
[ -n "${TEST_DATABASE_URL:-}" ] || have_postgres || missing+=(postgresql)
command -v pg_dump >/dev/null || missing+=(postgresql-client)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
command -v qpdf >/dev/null || missing+=(qpdf)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  echo "Installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq >/dev/null &&
    { "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
      "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]/%-headless-shell/}"; } >/dev/null 2>&1 || true
fi

if ! have_browser; then
  echo "The tests need a real browser: please install Chromium (Debian: apt install chromium) and run them again." >&2
  exit 1
fi
if [ -z "${TEST_DATABASE_URL:-}" ] && ! have_postgres; then
  echo "The tests need PostgreSQL 15 or newer: please install it (Debian: apt install postgresql), or name a server in TEST_DATABASE_URL." >&2
  exit 1
fi
for tool in pdftoppm qpdf pg_dump; do
  command -v $tool >/dev/null || { echo "The tests need $tool (Debian: apt install poppler-utils qpdf postgresql-client)." >&2; exit 1; }
done
