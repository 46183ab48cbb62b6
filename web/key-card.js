// A camera's new key, shown this once, with a command that proves it from any shell.
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";
import { copyButton, openDialog } from "./notify.js";
import { onEvents } from "./live.js";
import { plate } from "./plate.js";
import { eventAddress } from "./event-row.js";

const onThisComputer = /^(localhost|127\.[\d.]+|\[::1\])$/;
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function command(deviceID, key) {
    const body = JSON.stringify({
        edge_device_id: deviceID, license_plate: "1กก 1234", province: "กรุงเทพมหานคร", confidence: 0.97,
    });
    return [
        `curl -X POST ${quoted(`${location.origin}/api/lpr/events`)}`,
        `  -H ${quoted(`X-API-Key: ${key}`)}`,
        `  -H 'Content-Type: application/json'`,
        `  -d ${quoted(body)}`,
    ].join(" \\\n");
}

/** Resolves when the dialog is closed. While it is open it waits for the camera's first event and shows it. */
export async function showKey(deviceID, key) {
    const shell = command(deviceID, key);
    const end = new AbortController();
    const arrival = h("div", { class: "key-arrival", role: "status" },
        h("span", { class: "waiting-dot", "aria-hidden": true }),
        t("key.waiting"));
    onEvents(({ events, initial }) => {
        // What the camera sent with another key before does not prove this one.
        if (initial || events.length === 0) return;
        replace(
            arrival, icon("check"), t("key.arrived"), " ",
            h("a", { href: eventAddress(events[0]), onclick: () => arrival.closest("dialog")?.close() },
                plate(events[0], "small"))
        );
        arrival.classList.add("is-there");
    }, { filter: { device: deviceID }, signal: end.signal });

    await openDialog({
        title: t("key.title", { device: deviceID }),
        wide: true,
        body: h("div", {},
            h("p", { class: "key-once" }, icon("key"), t("key.once")),
            h("div", { class: "key-line" }, h("code", { class: "key-text" }, key), copyButton(key, t("action.copy"))),
            h("p", {}, t(onThisComputer.test(location.hostname) ? "key.try.here" : "key.try")),
            h("pre", { class: "key-command", tabindex: "0" }, h("code", {}, shell)),
            h("div", { class: "key-under" }, copyButton(shell, t("key.copy.command")), arrival)),
        buttons: (dialog) => h("button", { type: "button", class: "btn btn-primary", onclick: () => dialog().close() },
            t("key.done")),
    });
    end.abort();
}
