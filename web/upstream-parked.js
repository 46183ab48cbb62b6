// What the central database has refused, with why, and sending it again.
import { api, isAbort } from "./api.js";
import { h, icon, replace } from "./dom.js";
import { deviceAddress, eventAddress } from "./event-row.js";
import { number, t, tOr } from "./i18n.js";
import { keepFocus } from "./keep-focus.js";
import { notify } from "./notify.js";
import { session } from "./session.js";
import { explain, showFailed } from "./states.js";
import { dateTime, relativeTime } from "./time.js";

const pageSize = 50;
const columns = ["what", "why", "when", "attempts"].map((name) => `upstream.refused.${name}`);

const addresses = {
    lpr_events: (key) => eventAddress({ event_id: key }),
    edge_devices: deviceAddress,
};

function named({ entity, entity_key: key, operation }) {
    const address = operation === "delete" ? null : addresses[entity]?.(key);
    return [
        h("span", { class: "muted" },
            tOr(`upstream.entity.${entity}`, entity), " · ", tOr(`upstream.operation.${operation}`, operation)),
        address ? h("a", { class: "upstream-key", href: address }, key) : h("span", { class: "upstream-key" }, key),
    ];
}

/** {node, load(count)}: the list; `retried()` is called when something is sent again. */
export function parkedList({ signal, retried }) {
    const mayRetry = session.may("admin");
    const body = h("tbody", {});
    const table = h("table", { class: "table table-cards" },
        h("caption", { class: "visually-hidden" }, t("upstream.refused")),
        h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))),
            mayRetry ? h("td", {}) : null)),
        body);
    const older = h("button",
        { type: "button", class: "btn btn-quiet", "data-action": "older", onclick: () => load({ further: true }) },
        t("search.load"));
    const end = h("p", { class: "list-end" });
    const place = h("div", { "data-state": "loading" });
    const all = mayRetry
        ? h("button", { type: "button", class: "btn btn-quiet", "data-action": "retry-all", onclick: () => retry("all") },
            icon("again"), t("upstream.refused.all"))
        : null;
    const head = h("div", { class: "upstream-refused-head" }, h("h2", { class: "card-title" }, t("upstream.refused")), all);
    const node = h("section", { class: "card-plain upstream-refused", id: "upstream-refused" }, head, place);
    let cursor = null;
    let shown = -1; // how many there were when the list was last drawn

    async function retry(id, button = all) {
        button.disabled = true;
        try {
            await api.retryParked(id);
            notify(t("upstream.refused.again"));
            retried();
            await load({});
        } catch (error) {
            notify(explain(error).join(" "), "failed");
        } finally {
            button.disabled = false;
        }
    }

    function row(parked) {
        const cell = (name, ...content) => h("td", { "data-label": t(`upstream.refused.${name}`), "data-cell": name },
            h("div", { class: "cell" }, content));
        const button = mayRetry ? h("button",
            {
                type: "button", class: "btn btn-quiet btn-small", "data-action": "retry",
                "aria-label": `${t("upstream.refused.retry")}: ${parked.entity_key}`,
                onclick: () => retry(parked.id, button),
            }, t("upstream.refused.retry")) : null;
        return h("tr", { "data-id": parked.id },
            h("th", { scope: "row" }, named(parked)),
            cell("why", h("span", { class: "upstream-why", lang: "en" }, parked.message), " ",
                h("code", { class: "muted" }, parked.sqlstate)),
            cell("when", h("span", { title: dateTime(parked.parked_at) }, relativeTime(parked.parked_at))),
            cell("attempts", number(parked.attempts)),
            mayRetry ? h("td", { class: "row-end" }, h("div", { class: "row-actions" }, button)) : null);
    }

    async function load({ further = false }) {
        older.disabled = true;
        try {
            const answer = await api.parked({ limit: pageSize, cursor: further ? cursor : null }, { signal });
            const rows = answer.parked.map(row);
            if (further) body.append(...rows);
            else keepFocus(body, "id", () => body.replaceChildren(...rows));
            cursor = answer.next ?? null;
            const isEmpty = body.children.length === 0;
            place.dataset.state = isEmpty ? "empty" : "ready";
            node.classList.toggle("card-table", !isEmpty);
            if (all) all.hidden = isEmpty;
            replace(end, cursor ? older : null);
            replace(place, isEmpty
                ? h("p", { class: "all-well" }, icon("check"), h("span", {}, t("upstream.refused.none")))
                : [h("p", { class: "muted upstream-refused-lead" }, t("upstream.refused.lead")), table, end]);
            if (further) rows[0]?.querySelector("a, button")?.focus({ preventScroll: true });
        } catch (error) {
            if (isAbort(error)) return;
            shown = -1; // asked again with the next state
            if (body.children.length) notify(explain(error).join(" "), "failed");
            else showFailed(place, error, () => load({}));
        } finally {
            older.disabled = false;
        }
    }

    return {
        node,
        /** Draws the list anew when there are more or fewer than before. */
        show(count) {
            if (count === shown) return;
            shown = count;
            load({});
        },
    };
}
