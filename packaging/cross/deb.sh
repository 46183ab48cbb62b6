#!/bin/sh
# Makes the package for ARM64 on an AMD64 machine: .build-deb/lpr-appliance_VERSION_arm64.deb, and that of its debug
# symbols. RELEASE_FLAGS as for build.sh.
set -eu
checkout=$(realpath "$(dirname "$0")/../..")
here=$checkout/packaging/cross
place=$checkout/.build-cross

# packaging/deb.sh asks the program for its version.
"$here/binfmt.sh"
"$here/build.sh"

as_root=""
if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
$as_root env DEB_ROOT="$place/sysroot" "$checkout/packaging/deb.sh" "$place/lpr-appliance" arm64
if [ -n "$as_root" ]; then $as_root chown -R "$(id -u):$(id -g)" "$checkout/.build-deb"; fi
