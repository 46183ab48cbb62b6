// A form in a dialog: sent, or given up.
import { h } from "./dom.js";
import { form } from "./form.js";
import { t } from "./i18n.js";
import { openDialog } from "./notify.js";

/** Opens a dialog around a form; resolves true when it was sent. */
export async function formDialog(title, { before, fields, action, checked, send, refused }) {
    let dialog = null;
    let done = false;
    const body = form({
        before,
        fields,
        action,
        checked,
        async send(values) {
            await send(values);
            done = true;
            dialog().close();
        },
        refused,
        extra: h("button", { type: "button", class: "btn btn-quiet", onclick: () => dialog().close() },
            t("action.cancel")),
    });
    await openDialog({
        title,
        body: body.node,
        buttons(opened) {
            dialog = opened;
            return null;
        },
    });
    return done;
}
