import { h } from "./dom.js";

/** A description list of [words, value] rows; a row without a value is left out. */
export function facts(rows) {
    return h("dl", { class: "facts" }, rows
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([words, value]) => h("div", {}, h("dt", {}, words), h("dd", {}, value))));
}
