// The MQTT broker on the page of messages: whether it is reached, and if not, why and what to do.
import { h, replace } from "./dom.js";
import { number, t } from "./i18n.js";
import { facts } from "./facts.js";
import { linkState } from "./link-state.js";
import { followSystem } from "./status-feed.js";
import { moment } from "./time.js";

const count = (value, level) => (value > 0 ? h("strong", { class: level }, number(value)) : null);

function content(part) {
    const { level, title, problem, advice, kind } = linkState(part);
    const isSetUp = kind !== "off";
    return h("section", { class: "card-plain link-card", "data-kind": kind, "data-level": level },
        h("h2", { class: "link-title" }, h("span", { class: "muted" }, "MQTT"), " ", title),
        (problem ?? "").split(/; (?=mqtts?:)/).filter(Boolean)
            .map((line) => h("p", { class: "link-problem", lang: "en" }, line)),
        advice ? h("p", { class: isSetUp ? "link-advice" : "muted link-advice" }, advice) : null,
        isSetUp ? facts([
            [t("link.broker"), part.broker ? h("code", {}, part.broker) : null],
            [t("link.connected"), moment(part.connected_since)],
            [t("link.version"), part.protocol_version],
            [t("link.client"), part.client_id ? h("code", {}, part.client_id) : null],
            [t("link.queue"), count(part.waiting, "")],
            [t("link.lost"), count(part.dropped, "text-bad")],
            [t("communication.last"), problem ? null : part.last_error],
        ]) : null);
}

/** A place for the card; empty on a box that knows no MQTT. */
export function linkCard(signal) {
    const place = h("div", { class: "link-place" });
    let last = "";
    followSystem(({ components: { mqtt = null } }) => {
        const text = JSON.stringify(mqtt);
        if (text === last) return; // somebody may be copying from it
        last = text;
        replace(place, mqtt ? content(mqtt) : null);
    }, { signal });
    return place;
}
