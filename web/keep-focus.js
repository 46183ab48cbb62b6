/**
 * Calls `draw`, which makes the rows of a table's body, or the items of a list, anew. The focus goes to the same control of the same row
 * (`key` is the name of its data attribute), or to the page's heading when that row is gone.
 */
export function keepFocus(body, key, draw) {
    const active = document.activeElement;
    const held = body.contains(active) ? { row: active.closest(`[data-${key}]`)?.dataset[key], action: active.dataset.action } : null;
    draw();
    if (!held) return;
    const row = [...body.children].find((each) => each.dataset[key] === held.row);
    const control = held.action ? row?.querySelector(`[data-action="${held.action}"]`) : row?.querySelector("a, button");
    if (control) control.focus({ preventScroll: true });
    else {
        const heading = document.querySelector("h1");
        heading?.setAttribute("tabindex", "-1");
        heading?.focus({ preventScroll: true });
    }
}
