// A plate drawn as it hangs on the car. What was read is shown letter by letter, also when it is no plate.
import { h } from "./dom.js";
import { t } from "./i18n.js";

// Buses and trucks for hire carry yellow plates: 10–39 and 60–79 before the dash.
const forHire = /^(?:[1-3]|[67])\d-\d{1,4}$/;
const twoParts = /^(.*\D)\s*(\d{1,4})$/;

function look(text, kind) {
    if (kind === "diplomatic") return "plate-diplomatic";
    return kind === "truck" && forHire.test(text) ? "plate-hire" : "";
}

/** `size` is "small", "row", "large" or "huge". */
export function plate(event, size = "row") {
    const text = event.license_plate;
    if (text === null || text === undefined || text === "") {
        return h("span", { class: `plate plate-${size} plate-none` },
            h("span", { class: "plate-number" }, t("plate.none")));
    }
    const long = text.length > 10 ? "plate-long" : "";
    const province = event.province ? h("span", { class: "plate-province", lang: "th" }, event.province) : null;
    const split = event.plate_kind === "motorcycle" ? twoParts.exec(text) : null;
    const lines = split
        ? [
            h("span", { class: "plate-number" }, split[1].trim()), province,
            h("span", { class: "plate-number" }, split[2]),
        ]
        : [h("span", { class: "plate-number" }, text), province];
    const classes = ["plate", `plate-${size}`, look(text, event.plate_kind), long, split ? "plate-motorcycle" : ""];
    return h("span", { class: classes.filter(Boolean).join(" ") }, lines);
}
