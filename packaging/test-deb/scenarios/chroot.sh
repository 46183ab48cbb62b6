# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# Installed where no systemd is, as image builders do; then started as the unit would.

box_make plain
check "systemd is taken out of the root" in_chroot apt-get purge -y -q --allow-remove-essential systemd systemd-sysv
check "apt installs the package" in_chroot apt-get install -y -q /root/lpr-appliance.deb || return
check "systemd did not come back" not in_chroot dpkg-query -W systemd
check "it will start with the box" in_chroot test -L /etc/systemd/system/multi-user.target.wants/lpr-appliance.service
check "nothing runs" not pgrep -f "^/usr/bin/lpr-appliance serve"
check "/var/lib/lpr-appliance" equal "$(in_chroot stat -c '%a %U:%G' /var/lib/lpr-appliance)" "750 lpr-appliance:lpr-appliance"
check "/etc/lpr-appliance/appliance.conf" equal "$(in_chroot stat -c '%a %U:%G' /etc/lpr-appliance/appliance.conf)" \
    "640 root:lpr-appliance"
check "all libraries are there" not in_chroot sh -c 'ldd /usr/bin/lpr-appliance | grep "not found"'

check "apt purges the package" in_chroot apt-get purge -y -q lpr-appliance
check "nothing is left" equal "$(in_chroot find / -xdev -name '*lpr-appliance*' -not -path '/root/*' -not -path '/var/cache/*')" ""
