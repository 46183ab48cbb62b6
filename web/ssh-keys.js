// The SSH public keys by which a camera logs in for SFTP and rsync; for administrators, on the camera's page.
import { api, isAbort } from "./api.js";
import { h, icon, replace } from "./dom.js";
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

/** A card that is folded; what is in it is asked for when it is opened. */
export function sshKeys(id, signal) {
    const place = h("div", { "data-state": "closed" });
    const list = h("ul", { class: "ssh-keys" });

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
            const { ssh_keys: keys } = await api.deviceKeys(id, { signal });
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
