#!/usr/bin/env bash
# Changes one folder of the sources in hundreds of small ways, one at a time, and counts which changes the tests notice (docs/testing.md).
# eng/mutants.sh NAME takes eng/mutants/NAME.json; the report lands in artifacts/mutants/NAME. Takes one core for minutes to an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
name="${1:?which of: $(cd eng/mutants && ls ./*.json | sed 's|\./||; s|\.json$||' | tr '\n' ' ')}"
shift
dotnet tool restore > /dev/null
# What walks in torch has a test project with torch.
case "$name" in walks*) cd tests/SnnDsl.TinyWalks.Tests ;; *) cd tests/SnnDsl.TinyNetworks.Tests ;; esac
exec nice -n 19 dotnet stryker -f "../../eng/mutants/$name.json" -O "../../artifacts/mutants/$name" --skip-version-check "$@"
