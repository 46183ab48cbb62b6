// The order of the list that somebody came from, so that one event leads to the one before and after it.

let order = [];

/** Events as they stand in the list, newest first. */
export function rememberOrder(events) {
    order = events.map(({ event_id: id }) => id);
}

/** {newer, older}: ids of the neighbours in that list, or null. */
export function neighbours(id) {
    const at = order.indexOf(id);
    if (at < 0) return { newer: null, older: null };
    return { newer: order[at - 1] ?? null, older: order[at + 1] ?? null };
}
