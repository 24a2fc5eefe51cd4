#!/usr/bin/env bash
# The five tasks of docs/start.md as a newcomer does them: in an empty folder, each file that the page names, as it stands there, and each command, in the page's order.
#     five-tasks.sh VERSION     in the folder that takes the project; the packages of that version are found by a nuget.config in it or above
set -euo pipefail
repository="$(cd "$(dirname "$0")/../.." && pwd)"
version="$1"
mkdir Seat
cd Seat
# In place of what was trained in Python: weights of the page's loop, under the names and with the constants that snnTorch saves, written by Python's own pickler.
cp "$repository/tests/Consumer/leaky.pt" .
awk '
    /^## / { tasks = /^## Five tasks/ }
    !tasks { next }
    /^```/ && fenced { fenced = 0; if (file != "") print "END"; file = ""; next }
    /^```/ { fenced = 1; if (file != "") print "cat > " file " << \"END\""; next }
    fenced { if (file != "") print; next }
    /^`[A-Za-z]+\.[a-z]+`.*:$/ { split($0, part, "`"); file = part[2] }
    /^    dotnet run / { print "echo \"> " $0 "\""; print substr($0, 5) }
' "$repository/docs/start.md" | sed "s/\(Include=\"SnnDsl[.A-Za-z]*\" Version=\)\"[^\"]*\"/\1\"$version\"/" > tasks.sh
printed="$(bash -euo pipefail tasks.sh 2>&1)" || { echo "the five tasks of docs/start.md end in an error: $printed" >&2; exit 1; }
says() { grep -q "$1" <<<"$printed" || { echo "the five tasks of docs/start.md do not say '$1': $printed" >&2; exit 1; }; }
says "1.weight is fc1.weight"
says "These neurons were compared with their attributes, and are the same: lif1, lif2"
says "60 samples, 60 right: 100.0 %"
says "[1-9][0-9.]* *% right, [1-9][0-9.]* *% certified at 0.05"
for file in seat.safetensors loop.safetensors leaky.safetensors seat.jsonl seat.html; do
    [[ -s "$file" ]] || { echo "the five tasks of docs/start.md leave no $file: $printed" >&2; exit 1; }
done
echo "The five tasks of docs/start.md: $(grep -c '^> ' <<<"$printed") commands, as they stand there"
