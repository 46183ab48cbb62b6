// Any JSON value as nested lists that open and close. Deep or long values are cut, and say so.
import { h } from "./dom.js";
import { t } from "./i18n.js";

const deepest = 12;
const longest = 200;

function leaf(value) {
    if (typeof value === "string") return h("span", { class: "tree-string" }, value === "" ? "“”" : value);
    return h("span", { class: "tree-value" }, String(value));
}

function branch(entries, depth) {
    const shown = entries.slice(0, longest).map(([key, value]) => {
        if (value === null || typeof value !== "object") {
            return h("li", {}, h("span", { class: "tree-key" }, key), leaf(value));
        }
        const inner = Array.isArray(value) ? value.map((each, index) => [String(index), each]) : Object.entries(value);
        const size = h("span", { class: "tree-size" },
            Array.isArray(value) ? `[${inner.length}]` : `{${inner.length}}`);
        if (inner.length === 0 || depth >= deepest) return h("li", {}, h("span", { class: "tree-key" }, key), size);
        return h("li", {}, h("details", { open: depth < 2 },
            h("summary", {}, h("span", { class: "tree-key" }, key), size), branch(inner, depth + 1)));
    });
    const more = entries.length - longest;
    return h("ul", { class: "tree" }, shown, more > 0 ? h("li", {}, t("tree.more", { count: more })) : null);
}

export function tree(object) {
    return branch(Object.entries(object), 0);
}
