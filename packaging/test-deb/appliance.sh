# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# What the scenarios ask of an installed appliance. Sourced by run.sh.

install() { inside apt-get install -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }

box_with_package() { box_boot && install /root/lpr-appliance.deb && answers; }

property() { inside systemctl show -P "$1" lpr-appliance; }

# property_is NAME VALUE
property_is() { equal "$(property "$1")" "$2"; }

# has PATH MODE OWNER:GROUP
has() { equal "$(inside stat -c '%a %U:%G' "$1")" "$2 $3"; }

page_answers() { inside curl -fsS --max-time 5 -o /dev/null "http://127.0.0.1:${1:-8080}/"; }

ssh_answers() { contains SSH-2.0- inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/2222 && head -c 8 <&3'; }

answers() { property_is ActiveState active && page_answers && ssh_answers; }

# Makes keys for a camera and for whoever reads; the appliance prints each once.
make_keys() {
    inside lpr-appliance device add "$1" >"$state/key" && inside lpr-appliance key create "test $1" --role admin >"$state/admin"
}

# api PATH [CURL'S OPTIONS...]: as administrator
api() {
    api_path=$1
    shift
    inside curl -fsS --max-time 20 -H "X-API-Key: $(cat "$state/admin")" "$@" "http://127.0.0.1:8080/api$api_path"
}

# send_event ID [PICTURE]: as the camera
send_event() {
    set -- "$1" ${2:+-F "image=@$2"}
    event=$1
    shift
    inside curl -fsS --max-time 20 -H "X-API-Key: $(cat "$state/key")" \
        -F "event={\"event_id\": \"$event\", \"license_plate\": \"1กก 1234\"};type=application/json" "$@" \
        http://127.0.0.1:8080/api/lpr/events
}

event_is_there() { contains "\"$1\"" api "/lpr/events/$1"; }

# picture_is ID FILE: the event's picture is that file of the box
picture_is() { api "/lpr/events/$1/image" -o /root/fetched.jpg && inside cmp /root/fetched.jpg "$2"; }

# How often the unit has been started since the box was booted.
starts() { inside journalctl -q -o cat -u lpr-appliance --no-pager | grep -c '^Started lpr-appliance.service' || true; }

# older VERSION: the package with an earlier version, as $state/older.deb in the box's /root/older.deb
older() {
    rm -rf "$state/older"
    dpkg-deb -R "$package" "$state/older"
    sed -i "s/^Version: .*/Version: $1/" "$state/older/DEBIAN/control"
    dpkg-deb -Zgzip -z1 -b "$state/older" "$box/root/older.deb" >/dev/null
    rm -rf "$state/older"
}
