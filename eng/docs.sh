#!/usr/bin/env bash
# Makes the site of docs/ and of the public types into artifacts/docs/site; a warning (a link to nothing, a type that is not there) fails. Takes the libraries as they
# were built last: dotnet build -c Release comes first.
set -euo pipefail
cd "$(dirname "$0")/.."
# The tool's restore alone may fail where no registry is reached.
dotnet tool restore > /dev/null || exit 3
rm -rf artifacts/docs
dotnet docfx metadata docs/docfx.json --warningsAsErrors
dotnet docfx build docs/docfx.json --warningsAsErrors
