// Says above old numbers that they are old. Parts that fail are named by the caller; the note goes when all are well.
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";
import { hourMinute } from "./time.js";

/** {node, well(part), fail(part)}; `retry` is called by its button. */
export function staleNote(retry) {
    const node = h("div", { class: "stale", role: "status", hidden: true });
    const failing = new Set();
    let since = null;
    return {
        node,
        well(part) {
            failing.delete(part);
            if (failing.size > 0) return;
            since = null;
            node.hidden = true;
        },
        fail(part) {
            failing.add(part);
            if (since !== null) return;
            since = Date.now();
            node.hidden = false;
            replace(node, icon("alert"), h("span", {}, t("live.stale", { since: hourMinute(since) })),
                h("button", { type: "button", class: "btn btn-quiet", onclick: retry }, t("action.retry")));
        },
    };
}
