// Pictures that no plate read has claimed, and files that could not be taken, with the reason.
import { api, isAbort } from "../api.js";
import { deviceLabel } from "../device-names.js";
import { h, icon, replace } from "../dom.js";
import { deviceAddress } from "../event-row.js";
import { bytes, number, t } from "../i18n.js";
import { keepFocus } from "../keep-focus.js";
import { confirmed, notify } from "../notify.js";
import { protocolWords } from "../protocols.js";
import { reasonWords } from "../reasons.js";
import { session } from "../session.js";
import { empty, explain, loading, showFailed } from "../states.js";
import { dateTime, relativeTime } from "../time.js";

const pageSize = 50;
const states = ["unclaimed", "noted"];

async function remove(file, changed) {
    const sure = await confirmed({
        title: t("files.delete.title"), text: t("files.delete.text", { path: shown(file.path) }), action: t("files.delete"),
    });
    if (!sure) return;
    try {
        await api.deleteFile(file.file_id);
        notify(t("files.deleted"));
    } catch (error) {
        notify(explain(error).join(" "), "failed");
    }
    changed();
}

/** The small picture, which leads to the large one; a PNG has no small one, and what is no picture has none. */
function preview(file) {
    const name = shown(file.path.split("/").pop());
    if (!file.image_url) return h("span", { class: "file-picture file-none" }, icon("refuse"));
    const source = file.thumbnail_url ?? file.image_url;
    return h("a", { class: "file-picture", href: file.image_url, target: "_blank", rel: "noopener" },
        h("img", { src: source, alt: t("files.picture", { name }), loading: "lazy", decoding: "async" }));
}

/** A name that would write backwards, or not at all, is shown with a mark in place of what does that. */
const shown = (path) => path.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD");

/** Why it is here, in the reader's words; the appliance's own sentence is more precise and stands beside it. */
function reason(file) {
    if (!file.problem) return [t(file.state === "unclaimed" ? "files.waits" : "files.other")];
    const rival = /^event (\S+) has another picture already$/.exec(file.problem);
    if (rival) return [t("files.rival", { event: rival[1] })];
    return [h("strong", {}, reasonWords(file.problem).title), " ", h("span", { lang: "en" }, file.problem)];
}

function item(file, changed) {
    const path = shown(file.path);
    const removal = file.state === "unclaimed" && session.may("operator")
        ? h("button", {
            type: "button", class: "btn btn-quiet btn-small btn-danger-quiet", "data-action": "delete",
            "aria-label": `${t("files.delete")}: ${path}`, onclick: () => remove(file, changed),
        }, t("files.delete")) : null;
    return h("li", { class: "file", "data-id": file.file_id, "data-state": file.state },
        preview(file),
        h("div", { class: "file-about" },
            h("bdi", { class: "file-path" }, path),
            h("span", { class: "file-reason" }, reason(file)),
            h("span", { class: "muted file-facts" },
                deviceLabel(file.device_id, "a", { href: deviceAddress(file.device_id) }),
                h("span", {}, bytes(file.size)),
                h("span", {}, protocolWords(file.protocol)),
                h("span", {}, dateTime(file.received_at), " ", relativeTime(file.received_at)))),
        removal);
}

export function filesPage({ query, signal }) {
    const device = query.get("device") ?? "";
    const state = states.includes(query.get("state")) ? query.get("state") : "unclaimed";
    const list = h("ol", { class: "file-list", "aria-label": t("files.title") });
    const place = h("div", { class: "files-place", "data-state": "loading" }, loading(4));
    const count = h("p", { class: "list-count", role: "status" });
    const end = h("p", { class: "list-end" });
    const older = h("button",
        { type: "button", class: "btn btn-primary", "data-action": "older", onclick: () => load(true) },
        t("search.load"));
    let cursor = null;

    async function load(further = false) {
        older.disabled = true;
        try {
            const answer = await api.files(
                { state, device, limit: pageSize, cursor: further ? cursor : null }, { signal });
            const rows = answer.files.map((file) => item(file, () => load()));
            if (further) list.append(...rows);
            else keepFocus(list, "id", () => list.replaceChildren(...rows));
            cursor = answer.next ?? null;
            const all = list.children.length;
            place.dataset.state = all ? "ready" : "empty";
            const waiting = answer.unclaimed;
            count.textContent = state === "unclaimed" && waiting.count > 0 ? t("files.count", {
                count: number(waiting.count), size: bytes(waiting.bytes), many: waiting.count !== 1,
            }) : "";
            replace(end, cursor ? older : null);
            replace(place, all ? [list, end]
                : empty(t(`files.empty.${state}`), t(`files.empty.${state}.advice`)));
            if (further) rows[0]?.querySelector("a, button")?.focus({ preventScroll: true });
        } catch (error) {
            if (isAbort(error)) return;
            if (list.children.length) notify(explain(error).join(" "), "failed");
            else showFailed(place, error, load);
        } finally {
            older.disabled = false;
        }
    }

    const address = (other) => {
        const parameters = new URLSearchParams({ state: other });
        if (device) parameters.set("device", device);
        return `/files?${parameters}`;
    };
    load();
    return {
        title: t("files.title"),
        node: h("div", { class: "files" },
            h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, t("files.title"))),
            h("p", { class: "page-lead" }, t("files.lead")),
            h("nav", { class: "page-tools", "aria-label": t("files.show") },
                states.map((other) => h("a", {
                    class: "btn btn-quiet", href: address(other), "aria-current": other === state ? "page" : null,
                }, t(`files.${other}`))),
                device ? h("a", { class: "btn btn-quiet", href: `/files?state=${state}` },
                    t("files.device", { device })) : null),
            count,
            place),
    };
}
