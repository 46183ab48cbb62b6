// The one place that talks HTTP. Success gives the decoded body; anything else throws a Problem.

const timeoutMilliseconds = 20_000;

/** An answer that is not 2xx (`status` as sent, fields from problem+json), or no answer at all (`status` 0). */
export class Problem extends Error {
    constructor(status, body, retryAfterSeconds) {
        super(body?.detail || body?.title || `HTTP ${status}`);
        this.status = status;
        this.title = body?.title ?? null;
        this.detail = body?.detail ?? null;
        this.errors = Array.isArray(body?.errors) ? body.errors : [];
        this.retryAfterSeconds = retryAfterSeconds;
    }

    get isUnreachable() {
        return this.status === 0;
    }
}

let signedOut = () => {};
let clock = () => {};

/** Called when a request finds the session gone. */
export function whenSignedOut(handler) {
    signedOut = handler;
}

/** Says that the session is gone, for who found it out without a refused request. */
export function sessionEnded() {
    signedOut();
}

/** Called with the server's time (ms since 1970) whenever an answer carries it. */
export function whenServerTime(handler) {
    clock = handler;
}

function address(path, query) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
        if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text ? `${path}?${text}` : path;
}

function retryAfter(response) {
    const seconds = Number(response.headers.get("Retry-After"));
    return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** The body as a Blob, with `progress(bytes)` while it comes; gathered in pieces that the browser may put on disk. */
async function file(response, progress) {
    if (!progress || !response.body) return response.blob();
    const reader = response.body.getReader();
    let parts = [];
    let size = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return new Blob(parts, { type: response.headers.get("Content-Type") ?? "" });
        parts.push(value);
        size += value.length;
        if (parts.length >= 256) parts = [new Blob(parts)];
        progress(size);
    }
}

async function send(method, path, options = {}) {
    const { query, body, signal, accept = "application/json", quiet = false, timeout, progress } = options;
    // AbortSignal.any is missing in browsers of 2022, which still hang on walls.
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const timer = timeout === null ? null : setTimeout(abort, timeout ?? timeoutMilliseconds);
    const headers = { Accept: accept };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
        const response = await fetch(address(path, query), {
            method,
            headers,
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: "same-origin",
            cache: "no-cache", // asks with the ETag, so an unchanged answer costs no body
            signal: controller.signal,
        });
        const date = Date.parse(response.headers.get("Date") ?? "");
        if (Number.isFinite(date)) clock(date);
        if (response.ok) {
            if (accept !== "application/json") return await file(response, progress);
            if (response.status === 204) return null;
            return await response.json();
        }
        const problem = await response.json().catch(() => null);
        if (response.status === 401 && !quiet) signedOut();
        throw new Problem(response.status, problem, retryAfter(response));
    } catch (error) {
        if (error instanceof Problem) throw error;
        if (signal?.aborted) throw new DOMException("The page was left", "AbortError");
        throw new Problem(0, null, null);
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
    }
}

const segment = encodeURIComponent;

export const api = {
    me: (options) => send("GET", "/api/auth/me", { ...options, quiet: true }),
    setup: (body) => send("POST", "/api/auth/setup", { body, quiet: true }),
    login: (body) => send("POST", "/api/auth/login", { body, quiet: true }),
    changePassword: (body) => send("POST", "/api/auth/password", { body, quiet: true }),
    logout: () => send("POST", "/api/auth/logout", { body: {}, quiet: true }),

    events: (query, options) => send("GET", "/api/lpr/events", { query, ...options }),
    /** The whole filter result as a file; `accept` is text/csv or application/x-ndjson, `progress(bytes)` optional. */
    eventsFile: (query, accept, options) =>
        send("GET", "/api/lpr/events", { query, accept, timeout: null, ...options }),
    event: (id, options) => send("GET", `/api/lpr/events/${segment(id)}`, options),
    correctEvent: (id, body) => send("PUT", `/api/lpr/events/${segment(id)}`, { body }),
    deleteEvent: (id) => send("DELETE", `/api/lpr/events/${segment(id)}`),

    devices: (query, options) => send("GET", "/api/devices", { query, ...options }),
    device: (id, options) => send("GET", `/api/devices/${segment(id)}`, options),
    addDevice: (body) => send("POST", "/api/devices", { body }),
    changeDevice: (id, body) => send("PUT", `/api/devices/${segment(id)}`, { body }),
    deviceKeys: (id, options) => send("GET", `/api/devices/${segment(id)}/ssh-keys`, options),
    addDeviceKey: (id, body) => send("POST", `/api/devices/${segment(id)}/ssh-keys`, { body }),
    deleteDeviceKey: (id, fingerprint) =>
        send("DELETE", `/api/devices/${segment(id)}/ssh-keys/${segment(fingerprint)}`),
    addKey: (body) => send("POST", "/api/keys", { body }),

    users: (options) => send("GET", "/api/users", options),
    addUser: (body) => send("POST", "/api/users", { body }),
    changeUser: (name, body) => send("PUT", `/api/users/${segment(name)}`, { body }),
    deleteUser: (name) => send("DELETE", `/api/users/${segment(name)}`),
    keys: (query, options) => send("GET", "/api/keys", { query, ...options }),
    changeKey: (id, body) => send("PUT", `/api/keys/${segment(id)}`, { body }),
    deleteKey: (id) => send("DELETE", `/api/keys/${segment(id)}`),

    communicationStatistics: (query, options) => send("GET", "/api/communication/stats", { query, ...options }),
    communicationLogs: (query, options) => send("GET", "/api/communication/logs", { query, ...options }),
    rejected: (query, options) => send("GET", "/api/rejected", { query, ...options }),

    files: (query, options) => send("GET", "/api/files", { query, ...options }),
    deleteFile: (id) => send("DELETE", `/api/files/${segment(id)}`),
    storage: (query, options) => send("GET", "/api/storage", { query, ...options }),
    upstream: (options) => send("GET", "/api/upstream", options),
    parked: (query, options) => send("GET", "/api/upstream/parked", { query, ...options }),
    /** `id` of one refused change, or "all". */
    retryParked: (id) => send("POST", `/api/upstream/parked/${segment(id)}/retry`),
    resyncUpstream: (body) => send("POST", "/api/upstream/resync", { body }),
    sweepStorage: (body) => send("POST", "/api/storage/sweep", { body, timeout: 120_000 }),

    statistics: (query, options) => send("GET", "/api/statistics", { query, ...options }),
    health: (options) => send("GET", "/api/health", options),
};

/** True for the exception of a request that was given up because its page was left. */
export function isAbort(error) {
    return error?.name === "AbortError";
}
