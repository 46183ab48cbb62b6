# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# Started without systemd, but as the unit would: as the user, with its umask, environment and rights, and with somebody
# who listens to what it tells. The only scenario beside `chroot` where systemd does not boot.

box_make tools
cat >"$box/root/bare" <<'END'
set -eu
wait_for() {
    for _ in $(seq 100); do
        if "$@" 2>/dev/null; then return; fi
        sleep 0.2
    done
    echo "waited in vain for: $*"
    cat /root/told /root/log
    exit 1
}
mkdir -p /run/lpr
chmod 0755 /run/lpr
: >/root/told
socat -u UNIX-RECV:/run/lpr/notify,mode=0777 CREATE:/root/told &
wait_for test -S /run/lpr/notify
cd /var/lib/lpr-appliance
umask 077
setpriv --reuid=lpr-appliance --regid=lpr-appliance --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    env -i PATH=/usr/bin:/bin HOME=/var/lib/lpr-appliance NOTIFY_SOCKET=/run/lpr/notify \
    lpr-appliance serve --data /var/lib/lpr-appliance >/root/log 2>&1 &
service=$!
wait_for grep -q READY=1 /root/told
curl -fsS --max-time 5 -o /dev/null http://127.0.0.1:8080/
lpr-appliance setup-code
key=$(lpr-appliance device add gate-1)
curl -fsS --max-time 5 -H "X-API-Key: $key" -H "Content-Type: application/json" \
    -d '{"event_id": "bare", "license_plate": "1"}' http://127.0.0.1:8080/api/lpr/events
kill -TERM "$service"
wait "$service"
wait_for grep -q STOPPING=1 /root/told
END
check "apt installs the package" in_chroot apt-get install -y -q /root/lpr-appliance.deb || return
check "it starts, tells that it is ready, answers, takes an event and stops in order" in_chroot sh /root/bare
check "owner and mode of the database" equal "$(in_chroot stat -c '%a %U:%G' /var/lib/lpr-appliance/appliance.sqlite)" \
    "600 lpr-appliance:lpr-appliance"
