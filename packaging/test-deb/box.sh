# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# A box: a layer above one of the roots, booted with systemd in namespaces of its own. Sourced by run.sh.

box=$state/box
boots=unknown
running=""
leader=""

# box_make ROOT: a fresh layer above the root of that name (plain, tools), at $box.
box_make() {
    box_end
    mkdir -p "$box" "$state/layer/upper" "$state/layer/work"
    # Where this is a layer itself, as in a container, it is copied.
    mount -t overlay overlay -o "lowerdir=$state/$1,upperdir=$state/layer/upper,workdir=$state/layer/work" "$box" \
        2>/dev/null || cp -a "$state/$1/." "$box/"
    cp "$package" "$box/root/lpr-appliance.deb"
    # A box of a minute does not have to survive a power cut.
    echo force-unsafe-io >"$box/etc/dpkg/dpkg.cfg.d/box"
}

# Boots what box_make has made. False when systemd does not boot here at all.
box_boot() {
    rm -f "$box/usr/sbin/policy-rc.d"
    echo testbox >"$box/etc/hostname"
    keep=--keep-unit
    if [ -d /run/systemd/system ]; then keep=""; fi
    # Landlock confines rsync; nspawn of Debian 12 does not know its calls.
    # shellcheck disable=SC2086 # may be nothing
    systemd-nspawn --quiet --boot --register=no $keep --private-network --console=pipe \
        --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" \
        --directory="$box" </dev/null >"$state/boot.log" 2>&1 &
    running=$!
    if within 60 box_is_up; then
        boots=yes
    else
        tail -n 5 "$state/boot.log"
        boots=no
        return 1
    fi
}

box_is_up() {
    leader=$(pgrep -P "$running") && inside systemctl is-system-running --quiet --wait
}

# Runs a command as root in the booted box.
inside() {
    timeout --kill-after=5 300 nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# Runs a command in the box when it is not booted.
in_chroot() {
    timeout --kill-after=5 300 unshare --mount --net --pid --fork --kill-child sh -euc '
        mount -t proc proc "$1/proc"
        ip link set lo up 2>/dev/null || true
        root=$1
        shift
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive "$@"
    ' _ "$box" "$@" </dev/null
}

box_end() {
    if [ -n "$running" ]; then
        kill "$running" 2>/dev/null || true
        within 40 not kill -0 "$running" || kill -9 "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
        running=""
    fi
    if mountpoint -q "$box" 2>/dev/null; then umount "$box"; fi
    rm -rf "$box" "$state/layer"
}
