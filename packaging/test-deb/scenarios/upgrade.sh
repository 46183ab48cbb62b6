# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# From an earlier version to this one with data and a changed configuration, and the way back.

box_make tools
older 0.0.1
check "systemd boots in the box" box_boot || return
check "the earlier version is installed" install /root/older.deb || return
make_keys gate-1
cp "$checkout/Sources/CDemoPictures/pictures/pickup-blue.jpg" "$box/root/car.jpg"
check "it takes an event with a picture" send_event before-the-upgrade /root/car.jpg
inside sed -i 's/^# name = "LPR Appliance"/name = "Gate of the test"/' /etc/lpr-appliance/appliance.conf
inside cp -a /etc/lpr-appliance/appliance.conf /root/appliance.conf
inside sh -c 'umask 077; echo secret >/etc/lpr-appliance/credentials/mqtt.password'

before=$(starts)
main=$(property MainPID)
check "apt upgrades" install /root/lpr-appliance.deb
check "the new version is installed" equal "$(inside dpkg-query -f '${Version} ${Status}' -W lpr-appliance)" \
    "$version install ok installed"
check "the service was restarted once" equal "$(starts)" $((before + 1))
check "it is another process" not property_is MainPID "$main"
check "it answers" answers
check "the event is there" event_is_there before-the-upgrade
check "its picture is there" picture_is before-the-upgrade /root/car.jpg
check "the changed configuration is there" inside cmp /etc/lpr-appliance/appliance.conf /root/appliance.conf
check "with owner and mode" has /etc/lpr-appliance/appliance.conf 640 root:lpr-appliance
check "the credentials are there" has /etc/lpr-appliance/credentials/mqtt.password 600 root:root

check "an earlier version is refused, and says what to do" refuses LPR_ALLOW_DOWNGRADE inside dpkg -i /root/older.deb
check "nothing has changed" equal "$(inside dpkg-query -f '${Version} ${Status}' -W lpr-appliance)" \
    "$version install ok installed"
check "it answers" answers
check "the event is there" event_is_there before-the-upgrade
check "who insists gets it" inside env LPR_ALLOW_DOWNGRADE=1 dpkg -i /root/older.deb
check "it answers" answers

check "switched off by hand" inside systemctl disable --now lpr-appliance
check "apt upgrades" install /root/lpr-appliance.deb
check "it stays off" property_is ActiveState inactive
