// How the box and its cameras are, kept up to date. Frames of the live connection come first; where there is none,
// or while nothing comes over it, the API is asked every ten seconds. Pages do not see the difference.
import { api, isAbort, Problem } from "./api.js";
import { on, onState } from "./live.js";

const quietMilliseconds = 10_000; // without a frame for so long, the API is asked
const staleMilliseconds = 20_000; // a number of the live connection that is older is not shown as one of now
const pageSize = 500;
const mostPages = 10; // 5,000 cameras

/** `listener()` whenever the box answers, after it did not. */
export function whenBack(listener, { signal }) {
    let isAway = false;
    onState(({ kind }) => {
        if (kind === "live" && isAway) listener();
        isAway = kind !== "live";
    }, { signal });
}

/**
 * Asks at once, then whenever no frame of `frames` ({event: listener}) came for ten seconds, and every
 * `everyMilliseconds` even while they come. Hidden pages do not ask. Returns a function that asks now.
 */
export function follow({ ask, answered, failed, frames = {}, everyMilliseconds = 60_000, signal }) {
    let asked = -Infinity;
    let heard = -Infinity;
    let asking = false;
    let hasFailed = false;

    async function turn() {
        if (asking || signal.aborted) return;
        asking = true;
        asked = performance.now();
        try {
            const answer = await ask({ signal });
            hasFailed = false;
            if (!signal.aborted) answered(answer);
        } catch (error) {
            if (signal.aborted || isAbort(error)) return;
            if (!(error instanceof Problem)) throw error;
            hasFailed = true;
            failed?.(error);
        } finally {
            asking = false;
            asked = performance.now();
        }
    }

    for (const [event, listener] of Object.entries(frames)) {
        on(event, (data) => {
            heard = performance.now();
            listener(data);
        }, { signal });
    }
    const isDue = () => {
        const since = performance.now() - asked;
        const isQuiet = performance.now() - heard >= quietMilliseconds;
        return since >= (isQuiet ? Math.min(quietMilliseconds, everyMilliseconds) : everyMilliseconds);
    };
    const timer = setInterval(() => {
        if (!document.hidden && isDue()) turn();
    }, 1_000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    whenBack(() => {
        if (hasFailed) turn();
    }, { signal });
    turn();
    return turn;
}

/**
 * `listener(status)` with what `system_status` carries, as far as it is known, and `components`, `notices` and
 * `version` of `/api/health`. `status.measured` is false while load, memory and connections are not told.
 */
export function followSystem(listener, { failed, signal }) {
    let health = null;
    let frame = null;
    let frameAt = -Infinity;

    function tell() {
        const fresh = performance.now() - frameAt < staleMilliseconds ? frame : null;
        const { components = {}, notices = [], version = null } = health ?? {};
        const { database, disk } = components;
        listener({
            ...(fresh ?? {}),
            measured: fresh !== null,
            status: fresh?.status ?? health?.status ?? null,
            uptime_seconds: fresh?.uptime_seconds ?? health?.uptime_seconds ?? null,
            disk: fresh?.disk ?? disk ?? null,
            database: fresh?.database ?? database ?? null,
            components, notices, version,
        });
    }

    const ask = follow({
        ask: (options) => api.health(options),
        answered(answer) {
            health = answer;
            tell();
        },
        failed,
        frames: {
            system_status(data) {
                const told = ({ status, connections, upstream } = {}) =>
                    `${status} ${connections?.mqtt} ${upstream?.state} ${upstream?.problem}`;
                const isNews = frame !== null && told(frame) !== told(data);
                frame = data;
                frameAt = performance.now();
                if (health) tell();
                if (isNews) ask(); // the reason is told by health alone
            },
        },
        everyMilliseconds: 30_000,
        signal,
    });
    return ask;
}

async function allDevices(options) {
    const devices = [];
    let cursor = null;
    for (let page = 0; page < mostPages; page += 1) {
        const answer = await api.devices({ limit: pageSize, cursor }, options);
        devices.push(...answer.devices);
        cursor = answer.next ?? null;
        if (!cursor) break;
    }
    return { devices, isComplete: cursor === null };
}

/** `listener(devices, {isComplete})` with all cameras, again whenever one of them changes. */
export function followDevices(listener, { failed, signal }) {
    let byID = null;
    let isComplete = true;
    let timer = null;
    const tell = () => {
        clearTimeout(timer);
        timer = null;
        listener([...byID.values()], { isComplete });
    };
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    return follow({
        ask: allDevices,
        answered(answer) {
            byID = new Map(answer.devices.map((device) => [device.device_id, device]));
            isComplete = answer.isComplete;
            tell();
        },
        failed,
        frames: {
            device_status(device) {
                if (!byID || !device?.device_id) return;
                // The frame has no counts, so those that are known stay.
                byID.set(device.device_id, { ...byID.get(device.device_id), ...device });
                timer ??= setTimeout(tell, 500); // a hall of cameras that comes back is drawn once
            },
        },
        everyMilliseconds: 30_000,
        signal,
    });
}

/** `listener(device)` with one camera, again whenever it changes. */
export function followDevice(id, listener, { failed, signal }) {
    let known = null;
    return follow({
        ask: (options) => api.device(id, options),
        answered(device) {
            known = device;
            listener(known);
        },
        failed,
        frames: {
            device_status(device) {
                if (!known || device?.device_id !== id) return;
                known = { ...known, ...device };
                listener(known);
            },
        },
        everyMilliseconds: 30_000,
        signal,
    });
}

const nothing = { messages: 0, failures: 0, success_rate: null, bytes: 0, latency_ms: {}, last_error: null };

/** `listener(protocols)` with what went over each protocol within `window`; `per_second` where it is known now. */
export function followCommunication(window, listener, { failed, signal }) {
    let rows = null;
    let now = new Map();
    let nowAt = -Infinity;
    const key = (row) => `${row.protocol}/${row.direction}`;

    function tell() {
        const fresh = performance.now() - nowAt < staleMilliseconds ? now : new Map();
        const known = new Set(rows.map(key));
        const silent = [...fresh.values()].filter((row) => !known.has(key(row)) && row.connected_now)
            .map(({ protocol, direction }) => ({ protocol, direction, ...nothing }));
        listener([...rows, ...silent].map((row) => ({
            ...row,
            per_second: fresh.get(key(row))?.per_second ?? null,
            connected_now: fresh.get(key(row))?.connected_now ?? row.connected_now ?? null,
        })));
    }

    return follow({
        ask: (options) => api.communicationStatistics({ window }, options),
        answered(answer) {
            rows = answer.protocols;
            tell();
        },
        failed,
        frames: {
            communication_status(data) {
                now = new Map((data.protocols ?? []).map((row) => [key(row), row]));
                nowAt = performance.now();
                if (rows) tell();
            },
        },
        everyMilliseconds: 15_000,
        signal,
    });
}
