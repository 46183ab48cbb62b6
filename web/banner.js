// What is wrong with the box itself, said above every page with what to do about it.
import { h, icon, replace } from "./dom.js";
import { bytes, t, tOr } from "./i18n.js";
import { isIll, linkState } from "./link-state.js";
import { relativeTime } from "./time.js";
import { upstreamState } from "./upstream-state.js";

let open = null; // as the reader left it, for as long as the page is loaded

/** What ails a component of `/api/health`, and what to do. */
export function componentLine(name, component) {
    const part = tOr(`part.${name}`, name);
    const states = { mqtt: linkState, upstream: upstreamState };
    const link = Object.hasOwn(states, name) ? states[name](component) : null;
    // What ails the central server is a sentence that names it.
    const title = link ? (name === "upstream" && link.kind === "failing" ? link.title : `${part}: ${link.title}`)
        : t(component.state === "failed" ? "health.failed" : "health.degraded", { part });
    const room = name === "disk" && component.available_bytes !== undefined
        ? t("health.room", { free: bytes(component.available_bytes), total: bytes(component.total_bytes ?? 0) })
        : null;
    return h("li", {},
        h("strong", {}, title),
        component.since ? [" ", relativeTime(component.since)] : null,
        h("span", { class: "banner-text" }, [room, component.last_error].filter(Boolean).join(" · ")),
        h("span", { class: "banner-advice" }, link ? link.advice : tOr(`part.${name}.advice`, t("health.advice")),
            name === "upstream" ? [" ", h("a", { href: "/upstream" }, t("upstream.more"))] : null));
}

/** A notice of `/api/health`, in the reader's words where there are any. */
export function noticeLine(notice) {
    const advice = tOr(`notice.${notice.code}.advice`, null);
    return h("li", {},
        h("strong", {}, tOr(`notice.${notice.code}`, t("notice.other"))),
        notice.since ? [" ", relativeTime(notice.since)] : null,
        h("span", { class: "banner-text", lang: "en" }, notice.message),
        advice ? h("span", { class: "banner-advice" }, advice) : null);
}

export function healthBanner() {
    const node = h("div", { class: "banner-place" });
    let last = "";
    return {
        node,
        show(health) {
            const ill = Object.entries(health.components ?? {}).filter(([, part]) => isIll(part));
            const notices = health.notices ?? [];
            const states = ill.map(([name, part]) => [name, part.state, part.last_error, part.connected_since, part.problem]);
            const text = JSON.stringify([health.status, states, notices]);
            if (text === last) return; // not read out again every ten seconds
            last = text;
            if (health.status === "ok" && notices.length === 0) {
                node.replaceChildren();
                return;
            }
            const failed = ill.some(([, part]) => part.state === "failed");
            const lines = [...ill.map(([name, part]) => componentLine(name, part)), ...notices.map(noticeLine)];
            const list = h("ul", {}, lines.length ? lines : h("li", {}, t("health.advice")));
            const details = h("details", { open: open ?? window.innerWidth > 760 },
                h("summary", {}, lines.length === 1 ? lines[0].firstChild.textContent : t("health.unwell")), list);
            details.addEventListener("toggle", () => (open = details.open));
            const look = `banner ${failed ? "banner-failed" : "banner-degraded"}`;
            replace(node, h("section", { class: look, "aria-label": t("health.title") },
                icon("alert"), h("div", { class: "banner-words", role: "alert" }, details)));
        },
    };
}
