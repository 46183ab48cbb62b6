// Numbers to be read from across the room. Each keeps its place from the first paint on, so nothing moves later.
import { h, replace } from "./dom.js";

/** A bar for a fraction, with a mark; the number stands beside it in words, so it is hidden from readers. */
function meter(fraction, { mark = null, level = "good" } = {}) {
    const bar = h("span", { class: `meter meter-${level}`, "aria-hidden": true }, h("span", { class: "meter-fill" }));
    bar.firstChild.style.width = `${Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 10}%`;
    if (mark !== null) {
        const line = h("span", { class: "meter-mark" });
        line.style.left = `${Math.round(Math.min(1, Math.max(0, mark)) * 1000) / 10}%`;
        bar.append(line);
    }
    return bar;
}

/**
 * {node, set(value, {note, bar, level})} for a description list with the class `tiles`. `name` is for tests and
 * for `data-tile`; `level` is "", "warn" or "bad"; `note` is a text or a list of lines. What did not change is not
 * touched.
 */
export function tile(name, label) {
    const value = h("dd", { class: "tile-value" }, "–");
    const note = h("dd", { class: "tile-note" });
    const barPlace = h("dd", { class: "tile-bar" });
    const node = h("div", { class: "tile", "data-tile": name }, h("dt", {}, label), value, barPlace, note);
    let last = "";
    return {
        node,
        set(words, { note: aside = null, bar = null, level = "" } = {}) {
            const text = JSON.stringify([words, aside, bar && [bar.fraction, bar.mark, bar.level], level]);
            if (text === last) return;
            last = text;
            value.textContent = words;
            replace(note, Array.isArray(aside) ? aside.map((line) => h("span", { class: "tile-line" }, line)) : aside);
            replace(barPlace, bar ? meter(bar.fraction, bar) : null);
            node.dataset.level = level;
        },
    };
}
