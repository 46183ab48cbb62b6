# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# The database of a version with an earlier schema is migrated by the restart of the upgrade, and copied before.

box_make tools
older 0.0.1
fixture=$checkout/Tests/StoreTests/Opening/Databases/004.sqlite
cp "$fixture" "$box/root/earlier.sqlite"
rows=$(sqlite3 "file:$fixture?immutable=1" 'select count(*) from lpr_events')
check "systemd boots in the box" box_boot || return
check "the earlier version is installed" install /root/older.deb || return
# The earlier package holds the same program: its database is the fixture, as the earlier program would have left it.
inside sh -euc '
    systemctl stop lpr-appliance
    cd /var/lib/lpr-appliance
    rm -f appliance.sqlite*
    install -o lpr-appliance -g lpr-appliance -m 0600 /root/earlier.sqlite appliance.sqlite
'
check "apt upgrades" install /root/lpr-appliance.deb
check "the service is active" property_is ActiveState active
make_keys gate-9
check "all events are there" equal "$(api "/lpr/events?limit=100" | grep -o '"event_id"' | wc -l)" "$rows"
backup=$(inside find /var/lib/lpr-appliance/backups -name '*.sqlite' | sort | head -n 1)
check "a copy from before lies below backups/" test -n "$backup"
check "the copy has the earlier schema" equal \
    "$(inside sqlite3 "file:$backup?immutable=1" 'select max(identifier) from grdb_migrations')" 004
check "and all events" equal "$(inside sqlite3 "file:$backup?immutable=1" 'select count(*) from lpr_events')" "$rows"
check "owner and mode of the copy" has "$backup" 600 lpr-appliance:lpr-appliance

# The way of docs/installation.md for a box without room for the copy: once by hand, as the service's user.
cat >"$box/root/without-copy" <<'END'
set -eu
systemctl stop lpr-appliance
cd /var/lib/lpr-appliance
rm -rf appliance.sqlite* backups
install -o lpr-appliance -g lpr-appliance -m 0600 /root/earlier.sqlite appliance.sqlite
cd /root
runuser -u lpr-appliance -- lpr-appliance serve --without-migration-backup >/root/by-hand 2>&1 &
by_hand=$!
for _ in $(seq 300); do
    if grep -q "is ready" /root/by-hand; then break; fi
    sleep 0.2
done
cat /root/by-hand
# The Ctrl-C.
kill -INT "$(pgrep -u lpr-appliance -f without-migration-backup)"
wait "$by_hand"
systemctl start lpr-appliance
END
check "a version runs once by hand, without a copy, and ends by Ctrl-C" inside sh /root/without-copy
check "the service is active" property_is ActiveState active
make_keys gate-10
check "all events are there" equal "$(api "/lpr/events?limit=100" | grep -o '"event_id"' | wc -l)" "$rows"
check "no copy was made" equal "$(inside find /var/lib/lpr-appliance/backups -name '*.sqlite' 2>/dev/null)" ""
