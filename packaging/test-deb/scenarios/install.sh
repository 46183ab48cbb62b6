# shellcheck shell=sh disable=SC2154,SC2016,SC2034,SC2120,SC2119
# The first installation: what lies where, who may what, and what answers.

box_make tools
check "systemd boots in the box" box_boot || return
check "apt installs the package" install /root/lpr-appliance.deb || return
cp "$output" "$state/installation"
check "the installation says how to go on" says "sudo lpr-appliance setup-code" "$(cat "$state/installation")"
check "the service is active" property_is ActiveState active
check "the service starts with the box" contains enabled inside systemctl is-enabled lpr-appliance
check "the page answers on port 8080" page_answers
check "SSH answers on port 2222" ssh_answers
check "the program says the version of the package" contains "$version" inside lpr-appliance --version

check "the user cannot log in" contains ":/var/lib/lpr-appliance:/usr/sbin/nologin" inside getent passwd lpr-appliance
check "/usr/bin/lpr-appliance" has /usr/bin/lpr-appliance 755 root:root
check "/etc/lpr-appliance/appliance.conf" has /etc/lpr-appliance/appliance.conf 640 root:lpr-appliance
check "/etc/lpr-appliance/credentials" has /etc/lpr-appliance/credentials 700 root:root
check "the announcement for avahi" has /etc/avahi/services/lpr-appliance.service 644 root:root
check "the profile for ufw" has /etc/ufw/applications.d/lpr-appliance 644 root:root
check "/var/lib/lpr-appliance" has /var/lib/lpr-appliance 750 lpr-appliance:lpr-appliance
for file in appliance.sqlite admin.sock; do
    check "/var/lib/lpr-appliance/$file" has "/var/lib/lpr-appliance/$file" 600 lpr-appliance:lpr-appliance
done
for folder in images incoming backups keys tmp; do
    check "/var/lib/lpr-appliance/$folder" has "/var/lib/lpr-appliance/$folder" 700 lpr-appliance:lpr-appliance
done
check "nothing in the data is for others" equal \
    "$(inside find /var/lib/lpr-appliance -mindepth 1 -perm /077 -not -type l)" ""

main=$(property MainPID)
check "the process is the service's user" equal "$(inside stat -c %U "/proc/$main")" lpr-appliance
check "the process has no capability" contains "CapBnd:	0000000000000000" inside cat "/proc/$main/status"
check "the process gets no new rights" contains "NoNewPrivs:	1" inside cat "/proc/$main/status"
check "system calls are filtered" contains "Seccomp:	2" inside cat "/proc/$main/status"
check "its files are nobody else's" contains "Umask:	0077" inside cat "/proc/$main/status"
check "systemd-analyze security is at most 2.0" inside systemd-analyze security --threshold=20 lpr-appliance

check "root gets a set-up code" contains - inside lpr-appliance setup-code
check "another user gets none, and hears what to do" refuses sudo inside setpriv --reuid=nobody --regid=nogroup --clear-groups \
    sh -c 'cd / && lpr-appliance setup-code'
if inside lpr-appliance --help | grep -q '^  doctor '; then
    check "doctor finds nothing failed" inside lpr-appliance doctor
else
    skip "doctor: the program has none"
fi
check "the man page is there" inside test -s /usr/share/man/man1/lpr-appliance.1.gz
check "the completion is bash" inside bash -n /usr/share/bash-completion/completions/lpr-appliance
check "the service stops in order" inside systemctl stop lpr-appliance
check "the stop took less than 5 seconds" test \
    $((($(property InactiveEnterTimestampMonotonic) - $(property ActiveExitTimestampMonotonic)) / 1000000)) -lt 5
check "the service starts again" inside systemctl start lpr-appliance
check "it answers" answers
