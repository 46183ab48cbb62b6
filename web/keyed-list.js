// Children of one element that follow a list of events: a node stays as long as its event does, whatever its place.

/**
 * Returns `draw(events, {arriving})`. `make(event)` makes a node, anew when `updated_at` changed; with `arriving`
 * nodes that were not there before are marked. The keyboard's focus stays where it was, or goes to the next node.
 */
export function keyedList(container, make) {
    let entries = new Map(); // event_id → {version, node}

    function mark(node, name) {
        node.classList.add(name);
        node.addEventListener("animationend", () => node.classList.remove(name), { once: true });
    }

    return (events, { arriving = false } = {}) => {
        const focused = container.contains(document.activeElement) ? document.activeElement : null;
        const next = new Map();
        for (const event of events) {
            const old = entries.get(event.event_id);
            if (old && old.version === event.updated_at) next.set(event.event_id, old);
            else {
                const node = make(event);
                if (old) {
                    const inside = old.node.contains(focused);
                    old.node.replaceWith(node);
                    mark(node, "is-changed");
                    if (inside) node.querySelector("a")?.focus({ preventScroll: true });
                } else if (arriving) mark(node, "is-arriving");
                next.set(event.event_id, { version: event.updated_at, node });
            }
        }
        for (const [id, { node }] of entries) {
            if (next.has(id)) continue;
            const heir = node.contains(focused) ? (node.nextElementSibling ?? node.previousElementSibling) : null;
            node.remove();
            heir?.querySelector("a")?.focus({ preventScroll: true });
        }
        let place = container.firstElementChild;
        for (const { node } of next.values()) {
            if (node === place) place = place.nextElementSibling;
            else container.insertBefore(node, place);
        }
        entries = next;
    };
}

/** Arrow keys, Home and End go from link to link; `columns()` is how many stand in a row. */
export function arrowKeys(container, columns = () => 1) {
    container.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        const links = [...container.querySelectorAll("a")];
        const at = links.indexOf(document.activeElement);
        if (at < 0) return;
        const wide = columns();
        const steps = { ArrowDown: wide, ArrowUp: -wide, Home: -at, End: links.length - 1 - at };
        if (wide > 1) Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 });
        const step = steps[event.key];
        if (step === undefined) return;
        event.preventDefault();
        links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
    });
}
