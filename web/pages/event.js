// One plate read: picture, what was read, what came with it; correction and deletion for who may.
// What somebody else corrects shows at once, but never over what is being typed here.
import { api, isAbort } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { neighbours } from "../event-order.js";
import { eventView } from "../event-view.js";
import { t } from "../i18n.js";
import { eventAddress } from "../event-row.js";
import { on, onState } from "../live.js";
import { navigate } from "../router.js";
import { session } from "../session.js";
import { empty, failed, loading, showFailed } from "../states.js";

const pollMilliseconds = 10_000; // where there is no socket

function neighbourLink(id, name, shape) {
    if (!id) return null;
    const href = eventAddress({ event_id: id });
    const label = t(`event.${name}`);
    return h("a", {
        class: "btn btn-quiet btn-icon", id: `event-${name}`, href, "aria-label": label, title: label,
        onclick: (event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
            event.preventDefault();
            navigate(href, { replace: true }); // so that "back" leads to the list
        },
    }, icon(shape));
}

export function eventPage({ parameters, signal }) {
    const heading = h("h1", { tabindex: "-1" }, t("event.title"));
    const place = h("div", {}, loading(5));
    let view = null;
    let version = null;
    let deletingHere = false;
    let gone = false;

    function show(event, { mine = false } = {}) {
        if (gone || (version !== null && Date.parse(event.updated_at) < Date.parse(version))) return;
        if (version === event.updated_at && !mine) return;
        const foreign = version !== null && !mine;
        const focused = place.contains(document.activeElement);
        document.title = `${event.license_plate ?? t("plate.none")} · ${session.site.name ?? t("product")}`;
        version = event.updated_at;
        if (!view) {
            view = eventView(event, {
                signal, deleting: (on) => (deletingHere = on), changed: (saved) => show(saved, { mine: true }),
            });
            replace(place, view.node);
            return;
        }
        if (mine) view.saved(event);
        view.show(event);
        if (foreign) mark(place.querySelector("#event-read"));
        if (focused && document.activeElement === document.body) heading.focus(); // what had the focus is gone
    }

    function showGone() {
        if (deletingHere) return;
        gone = true;
        replace(place, empty(t("event.gone"), t("event.gone.advice"),
            h("a", { class: "btn btn-quiet", href: "/search" }, t("nav.search"))));
    }

    async function load() {
        try {
            show(await api.event(parameters.id, { signal }));
        } catch (error) {
            if (isAbort(error)) return;
            if (view) {
                if (error.status === 404) showGone();
                return; // the connection in the head tells the rest
            }
            if (error.status === 404) {
                replace(
                    place, failed(error),
                    h("p", { class: "list-end" }, h("a", { class: "btn btn-quiet", href: "/search" }, t("nav.search")))
                );
                return;
            }
            showFailed(place, error, load);
        }
    }

    on("lpr_event_updated", (event) => {
        if (event.event_id === parameters.id) show(event);
    }, { signal });
    on("lpr_event_deleted", ({ event_id: id }) => {
        if (id === parameters.id) showGone();
    }, { signal });
    let was = "live";
    let transport = "socket";
    onState((state) => {
        // It may have changed in between, or could not be read before.
        if (state.kind === "live" && was !== "live" && (view || place.dataset.state === "failed")) load();
        was = state.kind;
        transport = state.transport;
    }, { signal });
    const timer = setInterval(() => {
        if (transport === "polling" && view && !gone && !document.hidden) load();
    }, pollMilliseconds);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    load();

    const { newer, older } = neighbours(parameters.id);
    const links = [neighbourLink(newer, "newer", "back"), neighbourLink(older, "older", "forward")];
    document.addEventListener("keydown", (event) => {
        const link = { ArrowLeft: links[0], ArrowRight: links[1] }[event.key];
        if (!link || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        if (event.target.closest?.("input, textarea, select, dialog, summary, [tabindex='0']")) return;
        link.click();
    }, { signal });
    const back = h("button",
        {
            type: "button", class: "btn btn-quiet btn-icon", "aria-label": t("action.back"), title: t("action.back"),
            onclick: goBack,
        },
        icon("back"));
    return {
        title: t("event.title"),
        node: h("div", {},
            h("div", { class: "page-head" }, back, heading,
                h("nav", { class: "page-tools", "aria-label": t("event.neighbours") }, links)),
            place),
    };
}

function mark(node) {
    node.classList.add("is-changed");
    node.addEventListener("animationend", () => node.classList.remove("is-changed"), { once: true });
}

function goBack() {
    if (history.length > 1) history.back();
    else navigate("/");
}
