// What people call the cameras: lists carry ids, the names are looked up once and put beside them.
import { api } from "./api.js";
import { h } from "./dom.js";
import { on } from "./live.js";

const pageSize = 500;
const mostPages = 20; // 10,000 cameras
const retryAfter = 30_000; // milliseconds between two looks for an id that nobody has named

const names = new Map();
let lookedAt = -Infinity;

/** An element that says the camera's name, or its id as long as no name is known. */
export function deviceLabel(id, tag, attributes = {}) {
    if (!names.has(id)) lookUp();
    return h(tag, { ...attributes, "data-device-label": id, title: id }, names.get(id) ?? id);
}

/** The camera's name where it is known by now, else its id. */
export function deviceName(id) {
    if (!names.has(id)) lookUp();
    return names.get(id) ?? id;
}

async function lookUp() {
    const now = performance.now();
    if (now - lookedAt < retryAfter) return;
    lookedAt = now;
    try {
        let cursor = null;
        for (let page = 0; page < mostPages; page += 1) {
            const answer = await api.devices({ limit: pageSize, cursor });
            answer.devices.forEach(learn);
            cursor = answer.next ?? null;
            if (!cursor) break;
        }
    } catch {
        return; // The ids stay; the page itself says when the appliance cannot be reached.
    }
    draw();
}

function learn({ device_id: id, name }) {
    names.set(id, name || id);
}

function draw() {
    for (const label of document.querySelectorAll("[data-device-label]")) {
        label.textContent = names.get(label.dataset.deviceLabel) ?? label.dataset.deviceLabel;
    }
}

// A camera that is new or was given another name.
on("device_status", (device) => {
    if (!device?.device_id || names.get(device.device_id) === (device.name || device.device_id)) return;
    learn(device);
    draw();
});
