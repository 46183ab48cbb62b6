// What happens now, pushed to whoever listens: one WebSocket for the whole page (docs/live.md). Where a proxy
// passes none on, the lists are asked for every two seconds instead, and the socket is tried again each minute.
//
//   connecting ──connect──▶ live ──end or silence──▶ reconnecting ──third failure──▶ offline
//        │                   ▲───────────connect───────────┴───────────────────────────┘
//        └─ refused twice while the appliance answers ─▶ live, transport "polling"
//
// 1. The cursor is the largest change heard; a new connection begins behind it, so nothing is missed or repeated.
// 2. Lists that were read before a connection without cursor stood are read again once it stands.
// 3. What the connection says it left out (`missed`) is asked for again before the cursor moves on.
import { api, isAbort, Problem, sessionEnded } from "./api.js";
import { Feed } from "./live-feed.js";
import { openSocket, socketsExist } from "./live-socket.js";

const firstWaitMilliseconds = 500;
const longestWaitMilliseconds = 30_000;
const steadyMilliseconds = 10_000; // a connection that held so long makes the next wait short again
const pollMilliseconds = 2_000;
const socketEveryMilliseconds = 60_000; // while polling
const answerWithinMilliseconds = 6_000; // a box that hangs is called so soon
const healthEveryMilliseconds = 60_000;
const healthPollMilliseconds = 10_000;
const restAfterMilliseconds = 5 * 60_000; // hidden for so long, the page lets go of its connection
const forgetAfterMilliseconds = 10 * 60_000; // then a fresh list is cheaper than all that happened
const mostMissed = 500;
const mostHeard = 4_000;
const kept = new Set(["system_status", "communication_status"]); // a new listener gets the last one at once

const feeds = new Set();
const listeners = new Map(); // event name → Set
const stateListeners = new Set();
const healthListeners = new Set();
const awake = new Set();
const lastFrames = new Map(); // event name → frame

let running = null; // AbortController of the run
let wake = null; // ends the current wait
let socket = null;
let cursor = null; // largest number of a change that was heard
let heardAt = 0; // ms since 1970, of the last frame
let heard = new Set(); // "name:number" of changes, against repetition
let replay = null; // id of the `subscribe` whose answer is awaited; until then the cursor stands
let asked = 0;
let health = { at: 0, body: null, status: null, asking: false };
let hiddenSince = document.hidden ? Date.now() : null;
let state = { kind: "connecting", transport: "socket", since: Date.now(), retryAt: null, problem: null };

function call(listener, ...values) {
    try {
        listener(...values);
    } catch (error) {
        setTimeout(() => { throw error; }); // one page's mistake does not stop the others
    }
}

function become(kind, { transport = state.transport, retryAt = null, problem = null } = {}) {
    // An outage began with its first failure, not when it was called one.
    const goesOn = kind === state.kind || (kind === "offline" && state.kind === "reconnecting");
    const same = goesOn && kind === state.kind && transport === state.transport && kind === "live";
    state = { kind, transport, since: goesOn ? state.since : Date.now(), retryAt, problem };
    if (!same) stateListeners.forEach((listener) => call(listener, state));
}

function listen(set, listener, signal) {
    set.add(listener);
    signal?.addEventListener("abort", () => set.delete(listener), { once: true });
}

/**
 * `listener(data, frame)` for each frame of that name (docs/live.md), such as `device_status`.
 * `system_status` and `communication_status` come at once with the last one that was heard.
 * Nothing comes while `transport` is "polling": then ask by REST, or use `onEvents`.
 */
export function on(name, listener, { signal } = {}) {
    if (!listeners.has(name)) listeners.set(name, new Set());
    listen(listeners.get(name), listener, signal);
    const last = lastFrames.get(name);
    if (last) call(listener, last.data, last);
}

/**
 * `listener({events, deleted, initial})`: first the newest page with `initial: true` (replace what is shown),
 * then only events that are new or changed, newest first, and the ids of deleted ones. `initial` can come
 * again after a long absence. `filter` is that of `GET /api/lpr/events`; `failed(problem)` hears when the page
 * could not be read, which is tried again by itself. Works the same by socket and by polling.
 */
export function onEvents(listener, { filter = {}, signal, failed } = {}) {
    const end = signal ?? new AbortController().signal;
    const feed = new Feed((batch) => call(listener, batch), { filter, signal: end, failed });
    listen(feeds, feed, end);
    if (running) feed.read();
}

/**
 * `listener({kind, transport, since, retryAt, problem})`, times in ms since 1970; called at once with the present
 * state. `transport` is "socket" or "polling".
 */
export function onState(listener, { signal } = {}) {
    listen(stateListeners, listener, signal);
    call(listener, state);
}

/** `listener(health)` with the body of `/api/health`. */
export function onHealth(listener, { signal } = {}) {
    listen(healthListeners, listener, signal);
    if (health.body) call(listener, health.body);
    else if (running) askHealth();
}

/** Keeps the connection also while the tab is hidden, for who is told by sound or notification. */
export function stayAwake({ signal }) {
    const mark = {};
    listen(awake, mark, signal);
    wake?.();
}

/** Asks now instead of when the wait is over. */
export function retryNow() {
    wake?.();
    if (state.kind === "live") feeds.forEach((feed) => feed.read());
}

export function startLive() {
    if (running) return;
    running = new AbortController();
    become("connecting", { transport: "socket" });
    run(running.signal);
    feeds.forEach((feed) => feed.read());
    askHealth();
}

/** Ends the connection and forgets what was heard: the next one may be another person's. */
export function stopLive() {
    running?.abort();
    running = null;
    socket?.close();
    wake?.();
    cursor = null;
    heard = new Set();
    lastFrames.clear();
    health = { at: 0, body: null, status: null, asking: false };
}

const resting = () => awake.size === 0 && hiddenSince !== null && Date.now() - hiddenSince >= restAfterMilliseconds;

async function run(signal) {
    let failures = 0; // endings in a row without a steady connection between them
    let refusals = 0; // of the socket, while the appliance answers
    while (!signal.aborted) {
        if (resting()) {
            await pause(null, signal);
            continue;
        }
        const end = socketsExist ? await converse(signal) : { greeted: false };
        if (signal.aborted) return;
        if (resting()) continue;
        if (end.steady) failures = 0;
        if (end.greeted) {
            refusals = 0;
            become("reconnecting", { transport: "socket", problem: new Problem(0, null, null) });
            // The first step of the way back is short: a restart takes less than a second.
            const first = firstWaitMilliseconds * (end.stopping ? 3 : 1);
            await pause(first * (0.5 + Math.random()), signal);
            if (signal.aborted) return;
        }
        let problem = null;
        try {
            // A refused upgrade does not say why; this does.
            const me = await api.me({ signal, timeout: answerWithinMilliseconds });
            if (!me.authenticated) {
                sessionEnded();
                return;
            }
            if (end.greeted && failures === 0) {
                failures = 1;
                continue;
            }
            if (!end.greeted) refusals += 1;
        } catch (error) {
            if (signal.aborted || isAbort(error)) return;
            problem = error;
        }
        if (!problem && (refusals >= 2 || !socketsExist)) {
            problem = await poll(signal);
            if (signal.aborted) return;
            if (!problem) continue;
        }
        failures += 1;
        const backOff = Math.min(longestWaitMilliseconds, firstWaitMilliseconds * 2 ** failures);
        // Spread, so that a hall of screens does not come back in one instant.
        const wait = Math.max((problem?.retryAfterSeconds ?? 0) * 1000, backOff * (0.75 + Math.random() / 2));
        const down = problem !== null && (failures >= 3 || navigator.onLine === false);
        const kind = down ? "offline" : state.kind === "connecting" && !problem ? "connecting" : "reconnecting";
        become(kind, { retryAt: Date.now() + wait, problem: problem ?? new Problem(0, null, null) });
        await pause(wait, signal);
    }
}

/** One socket from opening to end. */
function converse(signal) {
    if (cursor !== null && Date.now() - heardAt > forgetAfterMilliseconds) cursor = null;
    const since = cursor;
    const began = performance.now();
    replay = null;
    return new Promise((resolve) => {
        const rest = setInterval(() => {
            if (resting()) socket?.close();
        }, 10_000);
        socket = openSocket(since, {
            hears(frame) {
                if (signal.aborted) return;
                heardAt = Date.now();
                if (frame.event === "connect") greet(frame.data ?? {}, since);
                hear(frame);
            },
            ends({ greeted, stopping }) {
                clearInterval(rest);
                socket = null;
                lastFrames.clear(); // old numbers would look like present ones
                resolve({ greeted, stopping, steady: greeted && performance.now() - began >= steadyMilliseconds });
            },
        });
    });
}

function greet({ sequence }, since) {
    const number = Number.isFinite(sequence) ? sequence : null;
    // A smaller number than ours: another database stands behind this address now.
    if (since === null || (number !== null && number < since)) {
        cursor = number;
        heard = new Set();
        readAll();
    }
    become("live", { transport: "socket" });
    askHealth();
}

function readAll() {
    feeds.forEach((feed) => feed.read());
}

function hear(frame) {
    const { event: name, data, id } = frame;
    const change = name.startsWith("lpr_event_") && Number.isFinite(id) ? id : null;
    if (change !== null) {
        const key = `${name}:${change}`;
        if (heard.has(key)) return;
        heard.add(key);
        if (heard.size > mostHeard) heard.delete(heard.values().next().value);
    }
    if (kept.has(name)) lastFrames.set(name, frame);
    if (name === "missed") recover(data ?? {});
    if (name === "subscribed" && id === replay) replay = null;
    if (name === "error" && replay !== null && id === replay) {
        replay = null;
        readAll();
    }
    if (name === "system_status" && data?.status !== health.status) {
        if (health.status !== null) askHealth();
        health.status = data?.status ?? null;
    }
    if (data?.event_id) {
        if (name === "lpr_event_received" || name === "lpr_event_updated") feeds.forEach((feed) => feed.put(data));
        else if (name === "lpr_event_deleted") feeds.forEach((feed) => feed.drop(data.event_id));
    }
    if (replay === null && Number.isFinite(id) && (change !== null || name === "system_status")) {
        cursor = Math.max(cursor ?? 0, id);
    }
    listeners.get(name)?.forEach((listener) => call(listener, data, frame));
}

function recover({ count, since }) {
    if (!Number.isFinite(count) || !Number.isFinite(since) || count > mostMissed) {
        readAll();
        return;
    }
    cursor = Math.min(cursor ?? since, since);
    asked += 1;
    replay = `since-${asked}`;
    socket?.send({ event: "subscribe", data: { since }, id: replay });
}

/** Asks by REST, until the socket is worth another try (null) or an answer fails (its problem). */
async function poll(signal) {
    const until = Date.now() + socketEveryMilliseconds * (0.75 + Math.random() / 2);
    cursor = null; // what the polling finds carries no number
    while (!signal.aborted) {
        if (hiddenSince !== null && awake.size === 0) {
            await pause(null, signal);
            continue;
        }
        if (Date.now() - health.at >= healthPollMilliseconds) {
            const problem = await askHealth();
            if (problem) return problem;
        }
        const problems = await Promise.all([...feeds].map((feed) => feed.read({ timeout: answerWithinMilliseconds })));
        const problem = problems.find(Boolean);
        if (problem) return problem;
        if (signal.aborted) return null;
        become("live", { transport: "polling" });
        if (socketsExist && Date.now() >= until) return null;
        await pause(pollMilliseconds, signal);
    }
    return null;
}

async function askHealth() {
    if (health.asking || !running) return null;
    health.asking = true;
    health.at = Date.now();
    const mine = health;
    try {
        const body = await api.health({ signal: running.signal, timeout: answerWithinMilliseconds });
        if (health !== mine) return null;
        health.body = body;
        health.status = body.status;
        healthListeners.forEach((listener) => call(listener, body));
        return null;
    } catch (error) {
        return isAbort(error) ? null : error;
    } finally {
        mine.asking = false;
    }
}

setInterval(() => {
    if (socket && !document.hidden && Date.now() - health.at >= healthEveryMilliseconds) askHealth();
}, 5_000);

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
    hiddenSince = document.hidden ? Date.now() : null;
    if (document.hidden) return;
    socket?.check(); // the timers of a hidden tab sleep, so a dead connection may not have been found yet
    wake?.();
});
// Left for good or put aside by the browser: said to the other side instead of breaking off. Put aside, it comes back.
window.addEventListener("pagehide", () => socket?.close());
window.addEventListener("online", () => {
    socket?.check();
    wake?.();
});
