#!/bin/sh
# Installs the package into a Debian of its own, and lets it run there as it does on a site's box: under systemd, with
# the hardening of its unit. Then upgrades, goes back, removes, purges.
#
#     packaging/test-deb/run.sh PACKAGE.deb [SCENARIO...]
#
# Needs root (debootstrap, systemd-nspawn) and, for the first run only, Debian's mirror. It is a Debian 12, or the one
# that DEBIAN_SUITE names (trixie). It lies in .build-deb/test-SUITE/, is made once and never changed: each scenario
# works on a layer above it. The boxes have no network but their own loopback. One line a check; the last line is
# "N passed, N failed".
set -eu
export LC_ALL=C.UTF-8

here=$(realpath "$(dirname "$0")")
checkout=$(realpath "$here/../..")
if [ $# -lt 1 ] || [ ! -f "$1" ]; then
    echo "test-deb: usage: packaging/test-deb/run.sh PACKAGE.deb [SCENARIO...]" >&2
    exit 64
fi
package=$(realpath "$1")
shift
if [ "$(id -u)" -ne 0 ]; then exec sudo DEBIAN_SUITE="${DEBIAN_SUITE:-}" "$here/run.sh" "$package" "$@"; fi
[ $# -gt 0 ] || set -- install use faults examples upgrade schema remove chroot bare

suite=${DEBIAN_SUITE:-bookworm}
state=$checkout/.build-deb/test-$suite
mkdir -p "$state"
# shellcheck source=packaging/test-deb/checks.sh
. "$here/checks.sh"
# shellcheck source=packaging/test-deb/box.sh
. "$here/box.sh"
# shellcheck source=packaging/test-deb/appliance.sh
. "$here/appliance.sh"

"$here/roots.sh" "$state" "$suite" "$package"
# shellcheck disable=SC2034 # scenarios use it
version=$(dpkg-deb -f "$package" Version)

trap box_end EXIT
trap 'exit 1' HUP INT TERM
# What goes wrong is a check that fails, not the end.
set +e
for scenario in "$@"; do
    echo "== $scenario"
    case $boots-$scenario in
    no-chroot | no-bare | yes-* | unknown-*) ;;
    *)
        skip "systemd does not boot in a container on this machine"
        continue
        ;;
    esac
    # shellcheck source=/dev/null
    . "$here/scenarios/$scenario.sh"
    box_end
done
checks_end
