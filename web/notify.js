import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";

let region = null;
let timer = null;

/** A sentence that appears for a few seconds and is read out. `kind` is "done" or "failed". */
export function notify(text, kind = "done") {
    if (!region) {
        region = h("div", { class: "toast-region", role: "status", "aria-live": "polite" });
        document.body.append(region);
    }
    clearTimeout(timer);
    replace(
        region,
        h("div", { class: `toast-note toast-${kind}` }, icon(kind === "done" ? "check" : "alert"), h("span", {}, text))
    );
    timer = setTimeout(() => region.replaceChildren(), 6_000);
}

/** Opens a modal dialog; resolves with its return value when it is closed. The browser gives the focus back. */
export function openDialog({ title, body, buttons, wide = false }) {
    const heading = h("h2", { class: "dialog-title", id: "dialog-title" }, title);
    const dialog = h("dialog", { class: wide ? "dialog dialog-wide" : "dialog", "aria-labelledby": "dialog-title" },
        h("div", { class: "dialog-inner" },
            heading,
            body,
            h("div", { class: "dialog-buttons" }, buttons(() => dialog))));
    document.body.append(dialog);
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            dialog.remove();
            resolve(dialog.returnValue);
        });
        dialog.showModal();
    });
}

export async function confirmed({ title, text, action }) {
    const answer = await openDialog({
        title,
        body: h("p", {}, text),
        buttons: (dialog) => [
            h("button", { type: "button", class: "btn btn-quiet", autofocus: true, onclick: () => dialog().close("") },
                t("action.cancel")),
            h("button", { type: "button", class: "btn btn-danger", onclick: () => dialog().close("yes") }, action),
        ],
    });
    return answer === "yes";
}

/** Copies text. The clipboard API needs HTTPS, and an appliance on a LAN often has none, so there is the old way too. */
async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
        await navigator.clipboard.writeText(text);
        return;
    }
    const area = h("textarea", { class: "visually-hidden", readonly: true, value: text });
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy refused");
}

export function copyButton(text, label) {
    const words = h("span", {}, label);
    const button = h("button", { type: "button", class: "btn btn-quiet", "aria-live": "polite" }, icon("copy"), words);
    button.addEventListener("click", async () => {
        try {
            await copy(text);
            words.textContent = t("action.copied");
        } catch {
            words.textContent = t("action.copy.failed");
        }
        button.focus();
        setTimeout(() => (words.textContent = label), 3_000);
    });
    return button;
}
