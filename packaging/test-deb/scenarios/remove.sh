# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# Removed, installed again, purged: the data goes only when somebody says so.

box_make tools
check "a box with the package" box_with_package || return
make_keys gate-1
send_event kept >/dev/null
inside sh -c 'umask 077; echo secret >/etc/lpr-appliance/credentials/mqtt.password'

check "apt removes the package" inside apt-get remove -y -q lpr-appliance
check "nothing of it runs" not inside pgrep -u lpr-appliance
check "the program is gone" not inside test -e /usr/bin/lpr-appliance
check "the configuration stays" has /etc/lpr-appliance/appliance.conf 640 root:lpr-appliance
check "the credentials stay" has /etc/lpr-appliance/credentials/mqtt.password 600 root:root
check "the data stays" has /var/lib/lpr-appliance/appliance.sqlite 600 lpr-appliance:lpr-appliance

check "installed again" install /root/lpr-appliance.deb
check "it answers" answers
check "the event is there" event_is_there kept

check "apt purges the package, and says where the data is" contains "kept in /var/lib/lpr-appliance" \
    inside apt-get purge -y -q lpr-appliance
check "configuration and credentials are gone" not inside test -e /etc/lpr-appliance
check "the unit is gone" equal "$(inside find /etc/systemd /var/lib/systemd /lib/systemd -name '*lpr-appliance*')" ""
check "the data stays" has /var/lib/lpr-appliance/appliance.sqlite 600 lpr-appliance:lpr-appliance

check "installed again" install /root/lpr-appliance.deb
cp "$output" "$state/installation"
check "the installation says that there is data" says "from before" "$(cat "$state/installation")"
check "the event is there" event_is_there kept

# debconf asks through an editor here: one that answers yes where it finds no.
cat >"$box/root/answer" <<'END'
#!/bin/sh
sed -i 's|^lpr-appliance/purge-data="no"|lpr-appliance/purge-data="yes"|' "$1"
END
chmod +x "$box/root/answer"
check "apt purges the package, and asks" contains "are deleted" \
    inside env DEBIAN_FRONTEND=editor VISUAL=/root/answer apt-get purge -y -q lpr-appliance
check "the data is gone" not inside test -e /var/lib/lpr-appliance

check "installed again" install /root/lpr-appliance.deb
inside sh -c 'echo "lpr-appliance lpr-appliance/purge-data boolean true" | debconf-set-selections'
check "apt purges the package, and was told before" inside apt-get purge -y -q lpr-appliance
check "the data is gone" not inside test -e /var/lib/lpr-appliance
