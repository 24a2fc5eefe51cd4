#!/usr/bin/env bash
# Packs the packages into artifacts/packages, installs them into projects as a stranger would, and runs these: built, published trimmed,
# and published as native code. Where a publish cannot even begin here (no tools to be had, no linker), it is skipped and says so.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
repository="$PWD"
packages="$repository/artifacts/packages"
# A version of its own every time: package caches never look twice at a version that they hold.
version="0.1.0-consumer.$(date +%s)"
elsewhere="$(mktemp -d)"
cache="$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')"
forget() { kill ${publishing:-} 2>/dev/null || true; rm -rf "${cache:?}"/snndsl{,.*}/"$version" "$packages"/*."$version".{,s}nupkg "$elsewhere"; }
trap forget EXIT

mkdir -p "$packages"
dotnet restore src/SnnDsl.CodeFixes -v quiet # It is built while the generator is packed.
for project in SnnDsl.{Attributes,Model,Records,Runtime,Generator,Verification,Datasets,Interchange,CommandLine,Templates} SnnDsl; do
    dotnet pack "src/$project" -c Release -o "$packages" -warnaserror "-p:Version=$version" -v quiet
done

cd tests/Consumer
rm -rf bin obj
dotnet build -c Release "-p:SnnDslVersion=$version" -v quiet

holds() { # package file: a package that lacks a file fails here, and not at a user's.
    [[ -f "$cache/snndsl.$1/$version/$2" ]] || { echo "the package SnnDsl.$1 lacks $2" >&2; exit 1; }
}
cache="${cache%/}"
holds runtime buildTransitive/net10.0/SnnDsl.Runtime.targets
holds generator buildTransitive/SnnDsl.Generator.props
holds generator analyzers/dotnet/cs/SnnDsl.Generator.dll
holds generator analyzers/dotnet/cs/SnnDsl.CodeFixes.dll
holds generator analyzers/dotnet/cs/SnnDsl.Model.dll
for id in attributes model records runtime generator verification datasets commandline; do holds "$id" README.md; done
for id in attributes model runtime generator; do
    grep -q '<license type="expression">MIT</license>' "$cache/snndsl.$id/$version/snndsl.$id.nuspec" || { echo "the package SnnDsl.$id names no licence" >&2; exit 1; }
done
# Symbols: beside the libraries, and within what a compiler loads.
for id in Attributes Records Runtime Verification Datasets Interchange CommandLine; do
    grep -qa "/SnnDsl.$id.pdb" "$packages/SnnDsl.$id.$version.snupkg" || { echo "the package SnnDsl.$id has no symbols" >&2; exit 1; }
done
for assembly in Generator CodeFixes Model; do
    # An entry of an embedded portable PDB begins with these letters.
    grep -qa MPDB "$cache/snndsl.generator/$version/analyzers/dotnet/cs/SnnDsl.$assembly.dll" || { echo "SnnDsl.$assembly has no symbols within" >&2; exit 1; }
done

# Neither libraries nor symbols name a folder of the machine that built them. (What is embedded is packed; the library beside it names where it was.)
for library in "$cache"/snndsl.*/"$version"/{lib,analyzers/dotnet}/*/SnnDsl.*.dll; do
    ! grep -qaF "$repository" "$library" || { echo "$library names $repository" >&2; exit 1; }
done

# Nobody's symbols but the program's own come along, and no native ones are asked for.
strange="$(find bin -name '*.pdb' ! -name Consumer.pdb)"
[[ -z "$strange" ]] || { echo "symbols of others lie in the output: $strange" >&2; exit 1; }
! grep -q "\.pdb" bin/Release/net10.0/Consumer.deps.json || { echo "Consumer.deps.json names symbols" >&2; exit 1; }

dotnet run -c Release --no-build "-p:SnnDslVersion=$version"

# A project for an older .NET is told so where it is restored, and not by errors in its code.
rm -rf Older/obj
if older="$(dotnet restore Older "-p:SnnDslVersion=$version" 2>&1)" || ! grep -q "NU1202.*SnnDsl.Runtime" <<<"$older"; then
    echo "a net8.0 project is not told NU1202 of SnnDsl.Runtime: $older" >&2
    exit 1
fi

# A mistake in a declaration is told with what is meant, and beside no more than what the compiler says of it itself.
rm -rf Broken/bin Broken/obj
for told in "LAYER SNN055 CS0246" "ARGUMENT SNN027 CS0246" "CONSTANT SNN022 none" "PARTIAL SNN001 CS0260"; do
    read -r mistake ours compilers <<<"$told"
    if broken="$(dotnet build Broken "-p:SnnDslVersion=$version" "-p:Mistake=$mistake" -v quiet 2>&1)" || ! grep -q "error $ours" <<<"$broken" \
        || grep -E "error [A-Z]+[0-9]+" <<<"$broken" | grep -qv "error $ours\|error $compilers"; then
        echo "a build with the mistake $mistake says: $broken" >&2
        exit 1
    fi
done
# An editor hears it from the analyzers: once.
if ! broken="$(dotnet build Broken "-p:SnnDslVersion=$version" -p:Mistake=LAYER -p:DesignTimeBuild=true -v quiet 2>&1)" && grep -q "SNN055" <<<"$broken"; then
    echo "the generator speaks where an editor builds: $broken" >&2
    exit 1
fi

# A program that brings no libtorch is told so in one sentence, by a network and by the command line. (TorchSharp would take one from a package cache.)
rm -rf Without/bin Without/obj
dotnet build Without -c Release "-p:SnnDslVersion=$version" -v quiet
told="$(NUGET_PACKAGES="$elsewhere/none" dotnet Without/bin/Release/net10.0/Without.dll 2>&1)" || { echo "a program without libtorch ends otherwise: $told" >&2; exit 1; }
if [[ "$(grep -c "^libtorch, the native half of TorchSharp, is not there: add the package libtorch-cpu-" <<<"$told")" != 2 || "$(wc -l <<<"$told")" != 2 ]]; then
    echo "a program without libtorch is told: $told" >&2
    exit 1
fi

published() { # name property: publishes Published and runs it, unless the publish cannot begin.
    local name="$1" property="$2" restored
    rm -rf Published/bin Published/obj
    if ! restored="$(dotnet restore Published "-p:SnnDslVersion=$version" "-p:$property" 2>&1)"; then
        # What is wrong with packages of our own is a failure; that the SDK's are not to be had is none.
        if grep -qi "snndsl\.[a-z]* " <<<"$(grep -i "error NU" <<<"$restored" | sed 's/\[.*//')" || ! grep -qiE "error NU1[0-9]+.*microsoft\." <<<"$restored"; then
            echo "$restored" >&2
            return 1
        fi
        echo "Skipped: the program is not published ${name}, for what the SDK needs for it cannot be restored here." >&2
        return 0
    fi
    dotnet publish Published --no-restore -c Release "-p:SnnDslVersion=$version" "-p:$property" -v quiet -o Published/bin/out
    Published/bin/out/Published
}
# Minutes that leave a core idle: beside what comes next, which works in other folders.
(
    published trimmed PublishTrimmed=true
    if command -v clang >/dev/null || command -v gcc >/dev/null; then
        published "as native code" PublishAot=true
    else
        echo "Skipped: the program is not published as native code, for there is neither clang nor gcc to link it." >&2
    fi
) > "$elsewhere/published.txt" 2>&1 &
publishing=$!

# Three commands in an empty folder, as docs/start.md has them; the templates are installed for this run alone.
cat > "$elsewhere/nuget.config" <<END
<configuration><packageSources><add key="local" value="$packages" /></packageSources></configuration>
END
# The program of one file, as it stands on the page.
sed -n '/^#:package/,/^```/p' "$repository/docs/start.md" | sed "/^\`\`\`/d; s/SnnDsl@.*/SnnDsl@$version/" > "$elsewhere/demo.cs"
cd "$elsewhere"
if [[ "$(uname -sm)" == "Linux x86_64" ]]; then
    printed="$(dotnet run demo.cs)"
    grep -q "steps=4;input=4;" <<<"$printed" || { echo "the program of one file in docs/start.md does not run" >&2; exit 1; }
    "$repository/tests/Consumer/five-tasks.sh" "$version"
fi
# The one among the examples, on the libraries as they were packed: another version would build them all again.
dotnet build "$repository/examples/SingleFile/bars.cs" -c Release "-p:Version=$version" -v quiet
printed="$(dotnet run --no-build -c Release "$repository/examples/SingleFile/bars.cs")"
grep -q "60 pictures: [1-9][0-9.]* *% right, [1-9][0-9.]* *% certified" <<<"$printed" || { echo "examples/SingleFile/bars.cs does not certify: $printed" >&2; exit 1; }
began=$(date +%s)
hive=(--debug:custom-hive "$elsewhere/templates")
dotnet new install "$packages/SnnDsl.Templates.$version.nupkg" "${hive[@]}" > /dev/null
dotnet new snn -n Mine "${hive[@]}" > /dev/null
cd Mine
table="$(dotnet run)"
grep -q "^│ certified │ *9[0-9.]* %\|^│ certified │ *100" <<<"$table" || { echo "a new project trains no network that is right: $table" >&2; exit 1; }
size="$(du -smL bin | cut -f 1)"
((size < 550)) || { echo "the output folder of a new project is $size MB" >&2; exit 1; }
echo "A new project: $(($(date +%s) - began)) s from the template to the table, $size MB of output"
dotnet test tests/Mine.Tests -v quiet
# A second configuration shares libtorch: its files are links.
dotnet build -c Release -v quiet
second="$(du -sm bin/Release | cut -f 1)"
((second < 100)) || { echo "a second configuration takes $second MB" >&2; exit 1; }
echo "A second configuration: $second MB"
cd ..
dotnet new snn -n Heard --events "${hive[@]}" > /dev/null
dotnet test Heard/tests/Heard.Tests -v quiet
dotnet new snn -n Shared --library "${hive[@]}" > /dev/null
dotnet test Shared/tests/Shared.Tests -v quiet
wait "$publishing" || { cat "$elsewhere/published.txt" >&2; exit 1; }
cat "$elsewhere/published.txt"
