// One plate read in a list, and the pieces that the detail page shares with it.
import { deviceLabel } from "./device-names.js";
import { h, icon, ownAddress } from "./dom.js";
import { language, percent, t, tOr } from "./i18n.js";
import { englishProvince } from "./provinces.js";
import { plate } from "./plate.js";
import { relativeTime, wallTime } from "./time.js";

export const eventAddress = (event) => `/events/${encodeURIComponent(event.event_id)}`;
export const deviceAddress = (id) => `/devices/${encodeURIComponent(id)}`;

/** The picture, or a frame that says there is none; a picture that is gone by now turns into the second. */
export function picture(address, description, className) {
    const own = ownAddress(address);
    const none = () => h("span", { class: `${className} picture-none` },
        icon("noimage"),
        h("span", { class: "visually-hidden" }, t("picture.none")));
    if (!own) return none();
    const image = h("img", { class: className, src: own, alt: description, loading: "lazy", decoding: "async" });
    image.addEventListener("error", () => image.replaceWith(none()), { once: true });
    return image;
}

export function confidence(value) {
    if (value === null || value === undefined) return h("span", { class: "confidence confidence-none" }, "–");
    const level = value >= 0.85 ? "high" : value >= 0.6 ? "middle" : "low";
    const bar = h("span", { class: "confidence-bar", "aria-hidden": true }, h("span", {}));
    bar.firstChild.style.width = `${Math.round(Math.min(1, Math.max(0, value)) * 100)}%`;
    return h("span", { class: `confidence confidence-${level}`, title: t("event.confidence") },
        h("span", { class: "visually-hidden" }, t("event.confidence")),
        bar,
        h("span", { class: "confidence-number" }, percent(value)));
}

export const kindWords = (kind) => (kind ? tOr(`kind.${kind}`, kind) : null);

/** The province for people who do not read Thai, when there is more to say than stands on the plate. */
export function provinceAside(event) {
    return language() === "en" ? englishProvince(event.province_code) : null;
}

function asides(event) {
    return [
        event.correction ? h("span", { class: "aside-note" }, t("event.corrected")) : null,
        event.clock_skew_ms ? h("span", { class: "aside-note aside-skew" }, t("event.skewed")) : null,
    ];
}

export function eventRow(event) {
    const facts = [provinceAside(event), kindWords(event.plate_kind)].filter(Boolean).join(" · ");
    return h("li", { class: "event", "data-id": event.event_id },
        h("div", { class: "event-picture" }, picture(event.thumbnail_url ?? event.image_url, "", "thumbnail")),
        h("a", { class: "event-plate", href: eventAddress(event) }, plate(event)),
        h("div", { class: "event-facts" },
            deviceLabel(event.edge_device_id, "span", { class: "event-device" }),
            facts ? h("span", { class: "event-kind" }, facts) : null,
            asides(event)),
        h("div", { class: "event-confidence" }, confidence(event.confidence)),
        h("div", { class: "event-time" }, wallTime(event.captured_at), relativeTime(event.captured_at)));
}
