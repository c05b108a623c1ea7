#!/usr/bin/env bash
# Installs the programs that the tests need besides Python packages, unless they are installed already.
set -euo pipefail

packages=()
command -v chromium > /dev/null || packages+=(chromium)
command -v prometheus > /dev/null || packages+=(prometheus)
command -v mariadbd > /dev/null || packages+=(mariadb-server)
command -v msgfmt > /dev/null || packages+=(gettext)
command -v redis-server > /dev/null || packages+=(redis-server)

if ! command -v kubectl > /dev/null; then
    echo "ERROR: install kubectl 1.27 or newer (https://kubernetes.io/docs/tasks/tools/): Debian's is too old." >&2
    exit 1
fi
if ((${#packages[@]} == 0)); then
    exit 0
fi
if ! command -v apt-get > /dev/null; then
    echo "ERROR: install ${packages[*]} (this script can use only Debian's apt-get), then run it again." >&2
    exit 1
fi
as_root=()
((EUID == 0)) || as_root=(sudo)
"${as_root[@]}" apt-get update --quiet --quiet
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --quiet --quiet --yes --no-install-recommends "${packages[@]}"
