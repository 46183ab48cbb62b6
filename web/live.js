// What happens now, pushed to whoever listens. It asks the server every two seconds; a socket can take
// its place behind the same four functions. It never runs while the tab is hidden or nobody is signed in.
//
//   connecting ──answer──▶ live ──no answer──▶ reconnecting ──third failure──▶ offline
//                           ▲──────────────────answer──────────────┴──────────────┘
import { api, isAbort } from "./api.js";

const intervalMilliseconds = 2_000;
const healthEveryMilliseconds = 10_000;
const answerWithinMilliseconds = 6_000; // a box that hangs is called so soon
const longestWaitMilliseconds = 30_000;
const pageSize = 50;
const mostPages = 4;
const mostKnown = 2_000;

const feeds = new Set();
const stateListeners = new Set();
const healthListeners = new Set();

let running = null; // AbortController of the run
let wake = null; // ends the current wait
let failures = 0;
let lastHealth = 0;
let state = { kind: "connecting", since: Date.now(), retryAt: null, problem: null };

function become(kind, retryAt = null, problem = null) {
    // An outage began with its first failure, not when it was called one.
    const goesOn = kind === state.kind || (kind === "offline" && state.kind === "reconnecting");
    const since = goesOn ? state.since : Date.now();
    state = { kind, since, retryAt, problem };
    stateListeners.forEach((listener) => listener(state));
}

/**
 * `listener({events, initial})`: first the newest page with `initial: true` (replace what is shown),
 * then only events that are new or changed, newest first. `filter` is that of `GET /api/lpr/events`.
 */
export function onEvents(listener, { filter = {}, signal } = {}) {
    const feed = { listener, filter, known: new Map(), initial: true };
    feeds.add(feed);
    signal?.addEventListener("abort", () => feeds.delete(feed), { once: true });
    wake?.();
}

/** `listener({kind, since, retryAt, problem})`, times in ms since 1970; called at once with the present state. */
export function onState(listener, { signal } = {}) {
    stateListeners.add(listener);
    signal?.addEventListener("abort", () => stateListeners.delete(listener), { once: true });
    listener(state);
}

/** `listener(health)` with the body of `/api/health`. */
export function onHealth(listener, { signal } = {}) {
    healthListeners.add(listener);
    signal?.addEventListener("abort", () => healthListeners.delete(listener), { once: true });
    lastHealth = 0;
}

/** Asks now instead of when the wait is over. */
export function retryNow() {
    wake?.();
}

export function startLive() {
    if (running) return;
    running = new AbortController();
    failures = 0;
    become("connecting");
    run(running.signal);
}

export function stopLive() {
    running?.abort();
    running = null;
    wake?.();
}

async function run(signal) {
    while (!signal.aborted) {
        if (document.hidden) {
            await pause(null, signal);
            continue;
        }
        let wait = intervalMilliseconds;
        try {
            await ask(signal);
            failures = 0;
            become("live");
        } catch (error) {
            if (signal.aborted || isAbort(error)) continue;
            failures += 1;
            const backOff = Math.min(longestWaitMilliseconds, intervalMilliseconds * 2 ** (failures - 1));
            // Spread, so that a hall of screens does not come back in one instant.
            wait = Math.max((error.retryAfterSeconds ?? 0) * 1000, backOff * (0.75 + Math.random() / 2));
            become(failures >= 3 || navigator.onLine === false ? "offline" : "reconnecting", Date.now() + wait, error);
        }
        await pause(wait, signal);
    }
}

function pause(milliseconds, signal) {
    return new Promise((resolve) => {
        const timer = milliseconds === null ? null : setTimeout(resolve, milliseconds);
        wake = () => {
            clearTimeout(timer);
            resolve();
        };
        if (signal.aborted) wake();
    });
}

document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake?.();
});
window.addEventListener("online", () => wake?.());

async function ask(signal) {
    if (Date.now() - lastHealth >= healthEveryMilliseconds) {
        const health = await api.health({ signal, timeout: answerWithinMilliseconds });
        lastHealth = Date.now();
        healthListeners.forEach((listener) => listener(health));
    }
    for (const feed of feeds) await askFeed(feed, signal);
}

async function askFeed(feed, signal) {
    const fresh = [];
    let cursor = null;
    for (let page = 0; page < (feed.initial ? 1 : mostPages); page += 1) {
        const answer = await api.events({ ...feed.filter, limit: pageSize, cursor }, {
            signal, timeout: answerWithinMilliseconds,
        });
        const changed = answer.events.filter((event) => feed.known.get(event.event_id) !== event.updated_at);
        fresh.push(...changed);
        cursor = answer.next;
        if (changed.length < answer.events.length || !cursor) {
            cursor = null;
            break;
        }
    }
    if (!feeds.has(feed)) return;
    // Still new after the last page: more happened than is worth fetching, so the list starts again.
    const initial = feed.initial || cursor !== null;
    feed.initial = false;
    for (const event of fresh) feed.known.set(event.event_id, event.updated_at);
    for (const id of feed.known.keys()) {
        if (feed.known.size <= mostKnown) break;
        feed.known.delete(id);
    }
    if (fresh.length > 0 || initial) feed.listener({ events: fresh, initial });
}
