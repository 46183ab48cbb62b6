// What stands where a list would stand: nothing yet, not yet, or not this time. Each says what to do.
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";

export function loading(rows = 4) {
    return h("div", { class: "state-loading", role: "status" },
        h("span", { class: "visually-hidden" }, t("state.loading")),
        Array.from({ length: rows }, () => h("div", { class: "skeleton", "aria-hidden": true })));
}

export function empty(title, advice, ...actions) {
    return h("div", { class: "state-empty" },
        h("div", { class: "state-plate", "aria-hidden": true }, h("span", {}, "–– ––––")),
        h("p", { class: "state-title" }, title),
        advice ? h("p", { class: "state-advice" }, advice) : null,
        actions.length ? h("p", { class: "state-actions" }, actions) : null);
}

/** Why a request failed and what would help, in the reader's language. */
export function explain(problem) {
    if (problem?.isUnreachable) return [t("problem.unreachable"), t("problem.unreachable.advice")];
    const known = {
        403: "forbidden", 404: "missing", 409: "conflict", 413: "large", 429: "busy", 503: "busy", 507: "full",
    };
    const name = known[problem?.status];
    if (name) return [t(`problem.${name}`), problem.detail ?? t(`problem.${name}.advice`)];
    if (problem?.status === 422) return [t("problem.invalid"), problem.detail ?? ""];
    if (problem?.status) return [
        t("problem.server", { status: problem.status }), problem.detail ?? t("problem.server.advice"),
    ];
    return [t("problem.page"), t("problem.page.advice")];
}

/** Shows in `place` why its content could not be loaded; the button calls `load` again. */
export function showFailed(place, problem, load) {
    place.dataset.state = "failed";
    replace(place, failed(problem, () => {
        place.dataset.state = "loading";
        replace(place, loading());
        load();
    }));
}

export function failed(problem, retry) {
    const [title, advice] = explain(problem);
    return h("div", { class: "state-failed", role: "alert" },
        icon("alert"),
        h("p", { class: "state-title" }, title),
        h("p", { class: "state-advice" }, advice),
        retry ? h("p", { class: "state-actions" },
            h("button", { type: "button", class: "btn btn-primary", onclick: retry }, t("action.retry"))) : null);
}
