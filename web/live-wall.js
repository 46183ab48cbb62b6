// The newest reads as a wall of pictures that fills the screen: the latest one large, the others after it.
import { deviceLabel } from "./device-names.js";
import { h, replace } from "./dom.js";
import { confidence, eventAddress, picture } from "./event-row.js";
import { t } from "./i18n.js";
import { arrowKeys, keyedList } from "./keyed-list.js";
import { plate } from "./plate.js";
import { relativeTime, wallTime } from "./time.js";

const shotRems = 16; // least width of one picture
const narrowPixels = 640; // below, and on flat screens, the wall scrolls
const flatPixels = 420;
const narrowShots = 16;

function shot(event) {
    return h("li", { class: "shot", "data-id": event.event_id },
        picture(event.thumbnail_url ?? event.image_url, "", "shot-picture"),
        h("a", { class: "shot-link", href: eventAddress(event) }, plate(event)),
        h("p", { class: "shot-facts" },
            deviceLabel(event.edge_device_id, "span", { class: "shot-device" }), wallTime(event.captured_at)));
}

function largeShot(event) {
    return h("li", { class: "shot shot-first", "data-id": event.event_id },
        picture(event.image_url ?? event.thumbnail_url, "", "shot-picture"),
        h("a", { class: "shot-link", href: eventAddress(event) }, plate(event, "large")),
        h("p", { class: "shot-facts" },
            deviceLabel(event.edge_device_id, "span", { class: "shot-device" }),
            confidence(event.confidence),
            wallTime(event.captured_at), h("span", { class: "shot-ago" }, relativeTime(event.captured_at))));
}

/** {node, draw(events, options)}; it measures itself and shows as many as fit. */
export function wallView(signal) {
    const first = h("ol", { class: "wall-part", "aria-label": t("live.latest") });
    const rest = h("ol", { class: "wall-part", "aria-label": t("live.list") });
    const node = h("div", { class: "wall", id: "live-wall" }, first, rest);
    const drawRest = keyedList(rest, shot);
    let columns = 2;
    let capacity = narrowShots;
    let events = [];
    let firstVersion = null;
    let measured = false;

    function drawFirst({ arriving = false } = {}) {
        const event = events[0];
        const version = event ? `${event.event_id} ${event.updated_at}` : null;
        if (version === firstVersion) return;
        firstVersion = version;
        const focused = first.contains(document.activeElement);
        replace(first, event ? largeShot(event) : null);
        if (arriving) first.firstElementChild?.classList.add("is-arriving");
        if (focused) first.querySelector("a")?.focus({ preventScroll: true });
    }

    function draw(newEvents, options = {}) {
        events = newEvents;
        if (!measured) {
            measure(); // before the first paint, so that nothing jumps after it
            if (measured) return;
        }
        drawFirst(options);
        drawRest(events.slice(1, capacity), options);
    }

    function measure() {
        const { clientWidth: width, clientHeight: height } = node;
        if (width === 0) return;
        measured = true;
        const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
        const narrow = width < narrowPixels || window.innerHeight < flatPixels;
        node.classList.toggle("is-narrow", narrow);
        columns = narrow ? (width < 18 * rem ? 1 : 2) : Math.max(3, Math.floor(width / (shotRems * rem)));
        const shotWidth = width / columns;
        const rows = narrow ? 0 : Math.max(2, Math.round(height / (shotWidth * 0.66)));
        // The large one takes the place of four.
        capacity = narrow ? narrowShots : columns * rows - 3;
        node.style.setProperty("--wall-columns", String(columns));
        node.style.setProperty("--wall-rows", String(rows));
        node.style.setProperty("--shot-plate", `${Math.min(shotWidth * 0.095, 3.2 * rem)}px`);
        draw(events);
    }

    const observer = new ResizeObserver(measure);
    observer.observe(node);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
    arrowKeys(node, () => columns);
    return { node, draw };
}
