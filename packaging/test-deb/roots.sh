#!/bin/sh
# Makes what the boxes are layers of, unless it is there:
#
#     roots.sh STATE SUITE PACKAGE   → STATE/plain: that Debian with systemd and nothing else
#                                    → STATE/tools: the same with the programs that play cameras, broker and centre
#
# In both, what PACKAGE depends on and recommends lies in apt's cache and is not installed: apt then finds it without a
# network, and what the package forgets to depend on is missing.
set -eu

state=$1
suite=$2
package=$3
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
tools="curl openssh-client procps rsync sqlite3 mosquitto mosquitto-clients postgresql postgresql-contrib socat iproute2"

in_root() {
    root=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --pid --fork --kill-child sh -euc '
        mount -t proc proc "$1/proc"
        root=$1
        shift
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy:-}" "$@"
    ' _ "$root" "$@"
}

# A root is moved to its place when it is whole.
if [ ! -d "$state/plain" ]; then
    echo "test-deb: making a Debian $suite in $state (once)"
    rm -rf "$state/plain.new"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,ca-certificates "$suite" \
        "$state/plain.new" "$mirror" >"$state/debootstrap.log" 2>&1 || {
        tail -n 5 "$state/debootstrap.log" >&2
        exit 1
    }
    # Services of packages that are installed while the root is made do not start, and not at boot either.
    printf '#!/bin/sh\nexit 101\n' >"$state/plain.new/usr/sbin/policy-rc.d"
    chmod +x "$state/plain.new/usr/sbin/policy-rc.d"
    mv "$state/plain.new" "$state/plain"
fi
if [ ! -d "$state/tools" ]; then
    echo "test-deb: adding the programs that play cameras, broker and central server (once)"
    rm -rf "$state/tools.new"
    cp -a "$state/plain" "$state/tools.new"
    cp /etc/resolv.conf "$state/tools.new/etc/resolv.conf"
    in_root "$state/tools.new" apt-get update -q >"$state/apt.log" 2>&1
    # shellcheck disable=SC2086 # the names are words
    in_root "$state/tools.new" apt-get install -y -q --no-install-recommends $tools >>"$state/apt.log" 2>&1
    in_root "$state/tools.new" systemctl disable mosquitto postgresql >>"$state/apt.log" 2>&1
    in_root "$state/tools.new" apt-get clean
    mv "$state/tools.new" "$state/tools"
fi

needs=$(dpkg-deb -f "$package" Depends Recommends)
for root in "$state/plain" "$state/tools"; do
    if [ "$(cat "$root/root/needs" 2>/dev/null)" != "$needs" ]; then
        cp /etc/resolv.conf "$root/etc/resolv.conf"
        cp "$package" "$root/root/package.deb"
        in_root "$root" apt-get update -q >"$state/apt.log" 2>&1
        in_root "$root" apt-get install -y -q --download-only /root/package.deb >>"$state/apt.log" 2>&1
        rm "$root/root/package.deb"
        printf '%s\n' "$needs" >"$root/root/needs"
    fi
    rm -f "$root/etc/resolv.conf"
done
