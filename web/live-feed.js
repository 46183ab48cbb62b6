// A list that stays true: the newest page by REST, then what the connection says, joined without a gap.
//
// 1. Changes that arrive while a page is on its way are kept and laid over the page when it is there.
// 2. Of two versions of an event the one with the later `updated_at` stays, whichever way it came.
// 3. A page that is read again (after a gap, or with every turn of the polling) yields only differences;
//    an event that is missing between others that are there has been deleted.
import { api } from "./api.js";

const pageSize = 50;
const mostPages = 4;
const mostKnown = 2_000;
const gatherMilliseconds = 150; // a burst reaches the listener in gulps, a single event at once
const longestWaitMilliseconds = 30_000;

const version = (event) => Date.parse(event.updated_at) || 0;
const captured = (event) => Date.parse(event.captured_at) || 0;
const newestFirst = (one, other) => captured(other) - captured(one) || (one.event_id < other.event_id ? 1 : -1);

/** Filters that can be held against an event right here; with another one the page is read again. */
const plain = (filter) => Object.keys(filter).every((name) => name === "device" || filter[name] === "");

export class Feed {
    #listener;
    #failed;
    #filter;
    #signal;
    #known = new Map(); // event_id → {version, captured}
    #first = true;
    #kept = null; // changes that came while a page is on its way
    #again = false;
    #outgoing = new Map();
    #timer = null;
    #sentAt = 0;
    #retry = null;
    #failures = 0;

    constructor(listener, { filter, signal, failed }) {
        this.#listener = listener;
        this.#failed = failed;
        this.#filter = filter;
        this.#signal = signal;
        signal.addEventListener("abort", () => {
            clearTimeout(this.#timer);
            clearTimeout(this.#retry);
        }, { once: true });
    }

    /** An event that is new or changed. */
    put(event) {
        if (!plain(this.#filter)) return this.#readSoon();
        if (this.#filter.device && event.edge_device_id !== this.#filter.device) return;
        this.#change(event.event_id, event);
    }

    /** An event that was deleted. */
    drop(id) {
        this.#change(id, null);
    }

    /** Reads the newest page; null, or the problem why not. It is tried again by itself. */
    async read({ timeout } = {}) {
        if (this.#kept) {
            this.#again = true;
            return null;
        }
        clearTimeout(this.#retry);
        this.#retry = null;
        this.#kept = [];
        let problem = null;
        try {
            const found = await this.#pages(timeout);
            this.#failures = 0;
            this.#join(found, this.#kept);
        } catch (error) {
            if (this.#signal.aborted) return null;
            problem = error;
            if (!this.#first) for (const [id, event] of this.#kept) this.#queue(id, event);
            const wait = Math.min(longestWaitMilliseconds, 1000 * 2 ** this.#failures);
            this.#failures += 1;
            this.#retry = setTimeout(() => this.read(), Math.max((error.retryAfterSeconds ?? 0) * 1000, wait));
            this.#failed?.(error);
        } finally {
            this.#kept = null;
        }
        if (this.#again) {
            this.#again = false;
            if (!problem) return this.read({ timeout });
        }
        return problem;
    }

    #readSoon() {
        this.#retry ??= setTimeout(() => this.read(), 1000);
    }

    async #pages(timeout) {
        const events = [];
        let cursor = null;
        let complete = this.#first;
        for (let page = 0; page < (this.#first ? 1 : mostPages); page += 1) {
            const query = { ...this.#filter, limit: pageSize, cursor };
            const answer = await api.events(query, { signal: this.#signal, timeout });
            events.push(...answer.events);
            cursor = answer.next;
            const known = answer.events.some((event) => this.#known.get(event.event_id)?.version === version(event));
            if (known || !cursor) {
                complete = true;
                break;
            }
        }
        // Nothing known after the last page: more happened than is worth reading, so the list starts again.
        return { events, last: cursor === null, initial: this.#first || !complete };
    }

    #join({ events, last, initial }, kept) {
        const byID = new Map(events.map((event) => [event.event_id, event]));
        const gone = new Set();
        if (!initial) {
            const oldest = last ? -Infinity : Math.min(...events.map(captured));
            for (const [id, known] of this.#known) if (!byID.has(id) && known.captured > oldest) gone.add(id);
        }
        for (const [id, event] of kept) {
            if (event === null) {
                byID.delete(id);
                gone.add(id);
            } else if (!byID.has(id) || version(byID.get(id)) <= version(event)) {
                byID.set(id, event);
                gone.delete(id);
            }
        }
        if (!initial) {
            for (const id of gone) this.#queue(id, null);
            for (const event of [...byID.values()].sort(newestFirst).reverse()) this.#queue(event.event_id, event);
            return;
        }
        this.#first = false;
        this.#known.clear();
        this.#outgoing.clear();
        const list = [...byID.values()].sort(newestFirst);
        for (const event of list.slice().reverse()) this.#learn(event);
        this.#sentAt = performance.now();
        this.#listener({ events: list, deleted: [], initial: true });
    }

    #change(id, event) {
        if (this.#kept) this.#kept.push([id, event]);
        else if (!this.#first) this.#queue(id, event);
    }

    #learn(event) {
        this.#known.delete(event.event_id);
        this.#known.set(event.event_id, { version: version(event), captured: captured(event) });
        for (const id of this.#known.keys()) {
            if (this.#known.size <= mostKnown) break;
            this.#known.delete(id);
        }
    }

    #queue(id, event) {
        const known = this.#known.get(id);
        if (event === null ? !known : known && known.version >= version(event)) return;
        if (event === null) this.#known.delete(id);
        else this.#learn(event);
        this.#outgoing.delete(id);
        this.#outgoing.set(id, event);
        if (this.#timer !== null) return;
        const wait = gatherMilliseconds - (performance.now() - this.#sentAt);
        this.#timer = setTimeout(() => this.#send(), Math.max(0, wait));
    }

    #send() {
        this.#timer = null;
        if (this.#signal.aborted || this.#outgoing.size === 0) return;
        this.#sentAt = performance.now();
        const events = [...this.#outgoing.values()].filter((event) => event !== null).sort(newestFirst);
        const deleted = [...this.#outgoing].filter(([, event]) => event === null).map(([id]) => id);
        this.#outgoing.clear();
        this.#listener({ events, deleted, initial: false });
    }
}
