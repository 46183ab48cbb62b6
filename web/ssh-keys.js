// The SSH public keys by which a camera logs in for SFTP and rsync; for administrators, on the camera's page.
import { api, isAbort } from "./api.js";
import { h, icon, replace } from "./dom.js";
import { facts } from "./facts.js";
import { field } from "./form.js";
import { formDialog } from "./form-dialog.js";
import { t } from "./i18n.js";
import { keepFocus } from "./keep-focus.js";
import { confirmed, notify } from "./notify.js";
import { explain, loading, showFailed } from "./states.js";
import { dateTime, relativeTime } from "./time.js";

async function remove(id, key, changed) {
    const sure = await confirmed({
        title: t("ssh.remove.title"), text: t("ssh.remove.text", { key: key.comment || key.fingerprint }),
        action: t("ssh.remove"),
    });
    if (!sure) return;
    try {
        await api.deleteDeviceKey(id, key.fingerprint);
        notify(t("ssh.removed"));
    } catch (error) {
        notify(explain(error).join(" "), "failed");
    }
    changed();
}

async function add(id, changed) {
    const done = await formDialog(t("ssh.add"), {
        fields: [
            field("public_key", t("ssh.key"), {
                hint: t("ssh.key.hint"), rows: 5, required: true, spellcheck: false, autocomplete: "off",
            }),
            field("comment", t("ssh.comment"), { maxlength: 100, autocomplete: "off" }),
        ],
        action: t("ssh.add"),
        send: (values) => api.addDeviceKey(id, {
            public_key: values.public_key.trim(), comment: values.comment.trim() || null,
        }),
    });
    if (!done) return;
    notify(t("ssh.added"));
    changed();
}

/** How a camera gets there: where, as whom, and by what it knows the box. */
function door(id, ssh) {
    if (!ssh || ssh.state === "off") return h("p", { class: "card-none" }, t("ssh.off"));
    const port = ssh.listen?.[0]?.split(":").pop() ?? "2222";
    const host = location.hostname.includes(":") ? `[${location.hostname}]` : location.hostname;
    const row = (name, text) => [t(name), h("code", { class: "ssh-fingerprint" }, text)];
    return facts([
        row("ssh.door.host", location.hostname), row("ssh.door.port", port), row("ssh.door.user", id),
        row("ssh.door.fingerprint", ssh.fingerprint ?? ""), row("ssh.door.try", `sftp -P ${port} ${id}@${host}`),
    ]);
}

/** A card that is folded; what is in it is asked for when it is opened. */
export function sshKeys(id, signal) {
    const place = h("div", { "data-state": "closed" });
    const list = h("ul", { class: "ssh-keys" });
    const way = h("div", {});

    const item = (key) => h("li", { class: "ssh-key", "data-id": key.fingerprint },
        h("div", {},
            h("strong", {}, h("bdi", {}, key.comment || key.type)),
            h("code", { class: "ssh-fingerprint" }, key.fingerprint),
            h("span", { class: "muted" }, key.type, " · ", key.last_used_at
                ? [t("ssh.used"), " ", relativeTime(key.last_used_at)]
                : t("ssh.unused"), " · ", key.created_by, " ", dateTime(key.created_at))),
        h("button", {
            type: "button", class: "btn btn-quiet btn-small btn-danger-quiet", "data-action": "remove",
            "aria-label": `${t("ssh.remove")}: ${key.comment || key.fingerprint}`, onclick: () => remove(id, key, load),
        }, t("ssh.remove")));

    async function load() {
        try {
            const [{ ssh_keys: keys }, health] = await Promise.all([
                api.deviceKeys(id, { signal }), api.health({ signal }),
            ]);
            replace(way, door(id, health.components?.ssh));
            place.dataset.state = keys.length ? "ready" : "empty";
            keepFocus(list, "id", () => list.replaceChildren(...keys.map(item)));
            replace(place, keys.length ? list : h("p", { class: "muted card-none" }, t("ssh.none")));
        } catch (error) {
            if (!isAbort(error)) showFailed(place, error, load);
        }
    }

    const details = h("details", { class: "card-plain card-details", "data-part": "ssh" },
        h("summary", { class: "card-title" }, t("ssh.title")),
        h("p", { class: "muted" }, t("ssh.lead", { device: id })),
        way,
        place,
        h("div", { class: "card-end page-tools" },
            h("button", { type: "button", class: "btn btn-quiet", "data-action": "add", onclick: () => add(id, load) },
                icon("key"), t("ssh.add"))));
    details.addEventListener("toggle", () => {
        if (!details.open || place.dataset.state !== "closed") return;
        place.dataset.state = "loading";
        replace(place, loading(1));
        load();
    });
    return details;
}
