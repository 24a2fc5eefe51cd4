#!/usr/bin/env bash
# Packs the packages into artifacts/packages, installs them into this project as a stranger would, and runs it.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
packages="$PWD/artifacts/packages"
# A version of its own every time: package caches never look twice at a version that they hold.
version="0.1.0-consumer.$(date +%s)"
cache="$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')"
forget() { rm -rf "${cache:?}"/snndsl.*/"$version" "$packages"/*."$version".nupkg; }
trap forget EXIT

mkdir -p "$packages"
dotnet restore src/SnnDsl.CodeFixes -v quiet # It is built while the generator is packed.
for project in Attributes Model Runtime Generator Verification Datasets CommandLine; do
    dotnet pack "src/SnnDsl.$project" -c Release -o "$packages" -warnaserror "-p:Version=$version" -v quiet
done

cd tests/Consumer
rm -rf bin obj
dotnet build -c Release "-p:SnnDslVersion=$version" -v quiet

holds() { # package file: a package that lacks a file fails here, and not at a user's.
    [[ -f "$cache/snndsl.$1/$version/$2" ]] || { echo "the package SnnDsl.$1 lacks $2" >&2; exit 1; }
}
cache="${cache%/}"
holds runtime buildTransitive/net10.0/SnnDsl.Runtime.targets
holds generator analyzers/dotnet/cs/SnnDsl.Generator.dll
holds generator analyzers/dotnet/cs/SnnDsl.CodeFixes.dll
holds generator analyzers/dotnet/cs/SnnDsl.Model.dll
for id in attributes model runtime generator verification datasets commandline; do holds "$id" README.md; done

dotnet run -c Release --no-build "-p:SnnDslVersion=$version"

# A project for an older .NET is told so where it is restored, and not by errors in its code.
rm -rf Older/obj
if older="$(dotnet restore Older "-p:SnnDslVersion=$version" 2>&1)" || ! grep -q "NU1202.*SnnDsl.Runtime" <<<"$older"; then
    echo "a net8.0 project is not told NU1202 of SnnDsl.Runtime: $older" >&2
    exit 1
fi
