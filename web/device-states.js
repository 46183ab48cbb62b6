// Whether a camera is heard, as a word, and the order in which a person wants to see cameras.

const order = ["silent", "online", "never", "disabled"];

export function stateOf(device) {
    if (device.status === "disabled") return "disabled";
    if (device.online) return "online";
    return device.last_seen ? "silent" : "never";
}

const nameOf = (device) => device.name || device.device_id;

/** Those that were heard and are silent now come first, then by name. */
export function inOrder(devices) {
    const collator = new Intl.Collator(["th", "en"], { numeric: true });
    return devices.slice().sort((one, other) =>
        order.indexOf(stateOf(one)) - order.indexOf(stateOf(other)) || collator.compare(nameOf(one), nameOf(other)));
}

/** [[state, devices]] in that order, without empty ones. */
export function byState(devices) {
    const sorted = inOrder(devices);
    return order
        .map((state) => [state, sorted.filter((device) => stateOf(device) === state)])
        .filter(([, members]) => members.length > 0);
}
