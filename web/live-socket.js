// One WebSocket from its opening to its end: frames in, frames out, and the watch that finds it dead.
// Nothing is remembered from one to the next; live.js does that.

const openWithinMilliseconds = 6_000; // until `connect`: some proxies let the upgrade through and then nothing
const silentMilliseconds = 15_000; // `system_status` comes every five seconds
const watchMilliseconds = 2_500;

/** False where a browser has no WebSocket or its owner took it away. */
export const socketsExist = typeof WebSocket === "function";

/**
 * Opens `/ws`, from `since` on when that is a number. `hears(frame)` gets each decoded frame;
 * `ends({greeted, stopping})` comes once: `greeted` when `connect` was heard, `stopping` after `disconnect`.
 * Returns {send(frame), close(), check()}; `check` ends the connection when it has been silent for too long.
 */
export function openSocket(since, { hears, ends }) {
    const address = new URL("/ws", location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (Number.isFinite(since)) address.searchParams.set("since", String(since));
    const opened = performance.now();
    let heardAt = opened;
    let greeted = false;
    let stopping = false;
    let over = false;
    let socket = null;
    const watch = setInterval(check, watchMilliseconds);

    function end() {
        if (over) return;
        over = true;
        clearInterval(watch);
        // A dead peer answers no closing handshake, and the browser would wait for it.
        socket?.close();
        ends({ greeted, stopping });
    }

    function check() {
        const now = performance.now();
        if (greeted ? now - heardAt > silentMilliseconds : now - opened > openWithinMilliseconds) end();
    }

    try {
        socket = new WebSocket(address);
    } catch {
        queueMicrotask(end); // refused before it began
        return { send() {}, close: end, check };
    }
    socket.addEventListener("message", ({ data }) => {
        if (over) return;
        heardAt = performance.now();
        let frame;
        try {
            frame = JSON.parse(data);
        } catch {
            return; // not ours
        }
        if (typeof frame?.event !== "string") return;
        if (frame.event === "connect") greeted = true;
        if (frame.event === "disconnect") stopping = true;
        hears(frame);
    });
    socket.addEventListener("close", end);
    socket.addEventListener("error", end);
    return {
        send(frame) {
            if (!over && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
        },
        close: end,
        check,
    };
}
