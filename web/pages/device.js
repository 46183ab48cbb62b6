// One camera: how it is, what it sent last; an admin renames it, switches it off, makes another key.
import { api } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { eventRow } from "../event-row.js";
import { facts } from "../facts.js";
import { field, form } from "../form.js";
import { healthReport } from "../health-report.js";
import { showKey } from "../key-card.js";
import { onEvents } from "../live.js";
import { confirmed, notify } from "../notify.js";
import { protocolList } from "../protocols.js";
import { session } from "../session.js";
import { sshKeys } from "../ssh-keys.js";
import { staleNote } from "../stale.js";
import { empty, explain, failed, loading } from "../states.js";
import { followDevice } from "../status-feed.js";
import { dateTime, duration, moment } from "../time.js";
import { presence } from "./devices.js";

const mostRows = 20;

function changeForm(device, changed) {
    return form({
        fields: [
            field("name", t("device.name"), { value: device.name ?? "", maxlength: 100, autocomplete: "off" }),
            field("checkpoint", t("device.checkpoint"), {
                value: device.checkpoint ?? "", maxlength: 100, autocomplete: "off",
            }),
            field("status", t("device.status"), {
                value: device.status, hint: t("device.status.hint"),
                choices: [["active", t("device.status.active")], ["disabled", t("device.status.disabled")]],
            }),
        ],
        action: t("action.save"),
        async send(values) {
            await api.changeDevice(device.device_id, {
                name: values.name.trim() || null, checkpoint: values.checkpoint.trim() || null, status: values.status,
            });
            notify(t("device.saved"));
            changed();
        },
    }).node;
}

function keyButton(device) {
    return h("button", {
        type: "button", class: "btn btn-quiet",
        async onclick() {
            const question = t("key.another.text", { device: device.device_id });
            if (!(await confirmed({ title: t("key.another"), text: question, action: t("key.another.action") }))) return;
            try {
                const { device_id: id } = device;
                const { api_key: key } = await api.addKey({ name: id, role: "device", device_id: id });
                await showKey(id, key);
            } catch (error) {
                notify(explain(error).join(" "), "failed");
            }
        },
    }, icon("key"), t("key.another"));
}

/** The clock of a camera is off when its newest read says so; one sentence says what to do. */
function clockHint(event) {
    const skew = event?.clock_skew_ms;
    if (!skew) return null;
    const words = t(skew > 0 ? "event.skew.ahead" : "event.skew.behind", { span: duration(Math.abs(skew) / 1000) });
    return h("p", { class: "hint-warn", role: "note", "data-part": "clock" },
        icon("alert"),
        h("span", {}, h("strong", {}, `${t("event.skew")} ${words}`), " – ", t("device.clock.advice")));
}

function recent(id, signal) {
    const list = h("ol", { class: "events", "aria-label": t("device.recent") });
    const place = h("div", {}, loading(3));
    const hint = h("div", {});
    const newest = { time: -Infinity, event: null };
    onEvents(({ events, initial }) => {
        if (initial) list.replaceChildren();
        for (const event of events.slice().reverse()) {
            const known = [...list.children].find((each) => each.dataset.id === event.event_id);
            if (known) known.replaceWith(eventRow(event));
            else list.prepend(eventRow(event));
            const time = Date.parse(event.received_at);
            if (time >= newest.time) Object.assign(newest, { time, event });
        }
        while (list.children.length > mostRows) list.lastChild.remove();
        replace(place, list.children.length ? list : empty(t("device.none"), t("device.none.advice")));
        replace(hint, clockHint(newest.event));
    }, { filter: { device: id }, signal });
    const query = new URLSearchParams({ device: id });
    return h("section", { class: "device-recent" },
        hint,
        h("div", { class: "section-head" }, h("h2", {}, t("device.recent")),
            h("div", { class: "page-tools" },
                session.may("operator") ? h("a", { class: "btn btn-quiet", href: `/communication?window=24h&${query}` },
                    icon("exchange"),
                    t("device.messages")) : null,
                h("a", { class: "btn btn-quiet", href: `/search?${query}` }, icon("search"), t("device.all")))),
        place);
}

/** Drawn again when something changed, but never while somebody marks or copies text in it. */
function part(draw) {
    const node = h("div", {});
    let last = "";
    return {
        node,
        show(device, what) {
            const text = JSON.stringify(what);
            if (text === last) return;
            last = text;
            const open = node.querySelector("details.health-all")?.open ?? false;
            const hadFocus = node.contains(document.activeElement);
            replace(node, draw(device));
            const details = node.querySelector("details.health-all");
            if (details) details.open = open;
            if (hadFocus) node.querySelector("summary, a, button")?.focus({ preventScroll: true });
        },
    };
}

function aboutCard(device) {
    return h("section", { class: "card-plain", "data-part": "about" }, facts([
        [t("device.id"), h("code", {}, device.device_id)],
        [t("device.seen"), moment(device.last_seen) ?? "–"],
        [t("device.today"), number(device.events_today ?? 0)],
        [t("device.site"), device.site],
        [t("device.checkpoint"), device.checkpoint],
        [t("device.protocols"), protocolList(device.protocols)],
        [t("device.host"), device.hostname],
        [t("device.address"), device.ip_address ? h("code", {}, device.ip_address) : null],
        [t("device.since"), dateTime(device.created_at)],
    ]));
}

function healthCard(device) {
    const report = healthReport(device.health);
    return h("section", { class: "card-plain", "data-part": "health" },
        h("h2", { class: "card-title" }, t("device.health")),
        report ?? h("p", { class: "muted card-none" }, t("device.health.none")));
}

export function devicePage({ parameters, signal }) {
    const { id } = parameters;
    const heading = h("h1", { tabindex: "-1" }, id);
    const state = h("div", { class: "head-state" });
    const about = part(aboutCard);
    const health = part(healthCard);
    const change = h("div", {});
    const place = h("div", { "data-state": "loading" }, loading(5));
    const retry = () => ask();
    const stale = staleNote(retry);
    let content = null;
    let keys = null; // opened by somebody, it stays as it is

    /** The form keeps what somebody types into it; it is made anew only when the camera was saved. */
    function drawChange(device) {
        if (!session.may("admin")) return;
        replace(change,
            h("details", { class: "card-plain card-details" },
            h("summary", { class: "card-title" }, t("device.change")),
            changeForm(device, () => {
                content = null;
                ask();
                heading.focus();
            }),
            h("div", { class: "card-end page-tools" }, keyButton(device),
                h("a", { class: "btn btn-quiet", href: `/keys?${new URLSearchParams({ device: id })}` },
                    t("device.keys")),
                h("a", { class: "btn btn-quiet", href: `/files?${new URLSearchParams({ device: id })}` },
                    t("device.files")))),
        keys ??= sshKeys(id, signal));
    }

    function show(device) {
        place.dataset.state = "ready";
        stale.well("device");
        heading.textContent = device.name || device.device_id;
        replace(state, presence(device));
        about.show(device, { ...device, health: null });
        health.show(device, device.health);
        if (content) return;
        drawChange(device);
        content = h("div", { class: "device-page" },
            h("div", { class: "device-about" }, about.node, health.node, change),
            recentReads ??= recent(id, signal));
        replace(place, content);
    }

    let recentReads = null;
    const ask = followDevice(id, show, {
        failed(error) {
            if (content) {
                stale.fail("device");
                return;
            }
            place.dataset.state = "failed";
            replace(place, failed(error, error.status === 404 ? null : retry));
        },
        signal,
    });
    return {
        title: id,
        node: h("div", {},
            h("div", { class: "page-head" },
                h("a", { class: "btn btn-quiet btn-icon", href: "/devices", "aria-label": t("nav.devices") }, icon("back")),
                heading, state),
            stale.node,
            place),
    };
}
