import { deviceLabel } from "./device-names.js";
import { h, replace } from "./dom.js";
import { confidence, deviceAddress, eventAddress, picture, provinceAside } from "./event-row.js";
import { t } from "./i18n.js";
import { plate } from "./plate.js";
import { relativeTime } from "./time.js";

/** The newest read once more, large, beside the list. */
export function latestCard() {
    const node = h("section", { class: "card-plain latest", "aria-label": t("live.latest") },
        h("span", { class: "latest-picture" }), h("span", { class: "latest-plate" }), h("p", { class: "latest-facts" }));
    let version = null;
    return {
        node,
        draw(event) {
            node.hidden = !event;
            if (!event || version === event.event_id + event.updated_at) return;
            version = event.event_id + event.updated_at;
            const aside = provinceAside(event);
            replace(node,
                h("a", { class: "latest-link", href: eventAddress(event), "aria-label": t("live.latest.open") },
                    picture(event.image_url ?? event.thumbnail_url, "", "latest-picture"),
                    h("span", { class: "latest-plate" }, plate(event, "large"))),
                h("p", { class: "latest-facts" },
                    deviceLabel(event.edge_device_id, "a", { href: deviceAddress(event.edge_device_id) }),
                    aside ? h("span", {}, aside) : null,
                    confidence(event.confidence), relativeTime(event.captured_at)));
        },
    };
}
