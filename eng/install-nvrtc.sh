#!/usr/bin/env bash
# Installs NVRTC, NVIDIA's run-time compiler, on Debian: tests compile the emitted CUDA kernels with it, which takes no GPU.
# The package is in Debian's non-free component, which is asked for this once; the system's list of sources stays as it is.
# Exits with 0 if NVRTC is there in the end. Other systems: install NVRTC of CUDA 11.2 or later from NVIDIA.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

if ldconfig -p 2>/dev/null | grep -q 'libnvrtc\.so'; then exit 0; fi
. /etc/os-release
if [[ ${ID:-} != debian || $(dpkg --print-architecture) != amd64 ]]; then
    echo "NVRTC is not installed, and this script installs it on Debian for amd64 only." >&2
    exit 1
fi
root=()
if ((EUID != 0)); then root=(sudo -n); fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 | tr -d ' ' || true)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} $VERSION_CODENAME non-free" \
    >"$folder/sources.list"
mkdir "$folder/lists"
options=(-q -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$folder/lists"
    -o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=20)
"${root[@]}" apt-get "${options[@]}" update
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y --no-install-recommends '^libnvrtc[0-9.]+$'
ldconfig -p | grep -q 'libnvrtc\.so'
