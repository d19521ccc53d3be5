#!/usr/bin/env bash
# Release a version: its heading in CHANGELOG.md gets today's date, setup.py its number, the commit a tag.
# What was written under "not released yet" is what the version is.
set -euo pipefail

version=${1:?Which version? For example: make release VERSION=0.2.0}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "$version is no version such as 0.2.0." >&2; exit 1; }
[ -z "$(git status --porcelain)" ] || { echo "There are changes that are not committed." >&2; exit 1; }
! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || { echo "$version was released before." >&2; exit 1; }
grep -q "^## $version, not released yet$" CHANGELOG.md ||
  { echo "CHANGELOG.md has no heading \"## $version, not released yet\"." >&2; exit 1; }

sed -i "s/^## $version, not released yet$/## $version, $(date +'%-d %B %Y')/" CHANGELOG.md
sed -i "s/^    version=\"[^\"]*\",$/    version=\"$version\",/" setup.py
git commit -q -m "Release $version" CHANGELOG.md setup.py
git tag -a "v$version" -m "Version $version"
echo "Released $version. To publish it: git push --follow-tags"
