// Words for protocols, directions and kinds of messages; what has no word is shown as it is.
import { h, icon } from "./dom.js";
import { number, t, tOr } from "./i18n.js";

export const protocols = ["http", "websocket", "socketio", "mqtt", "sftp", "rsync"];

export const protocolWords = (name) => tOr(`protocol.${name}`, name);
export const protocolList = (names) => (names ?? []).map(protocolWords).join(", ");
export const messageWords = (type) => (type ? tOr(`message.${type}`, type) : "–");

export function direction(name) {
    return h("span", { class: "direction" },
        icon(name === "out" ? "out" : "into"),
        h("span", {}, t(name === "out" ? "communication.out" : "communication.in")));
}

/** Messages per second, minute or hour: the unit in which the number is at least one, if any is. */
export function rate(perSecond) {
    if (perSecond === 0) return t("rate.minute", { count: number(0) });
    const units = [["rate.second", 1], ["rate.minute", 60], ["rate.hour", 3600]];
    const [key, factor] = units.find(([, seconds]) => perSecond * seconds >= 1) ?? units[2];
    const value = perSecond * factor;
    return t(key, { count: number(value, { maximumFractionDigits: value < 10 ? 1 : 0 }) });
}

/** Milliseconds in words that stay short: 0.4 ms, 12 ms, 1.3 s. */
export function latency(milliseconds) {
    if (milliseconds === null || milliseconds === undefined) return "–";
    const inSeconds = milliseconds >= 1000;
    const value = inSeconds ? milliseconds / 1000 : milliseconds;
    return t(inSeconds ? "latency.seconds" : "latency.milliseconds", {
        count: number(value, { maximumFractionDigits: value < 10 ? 1 : 0 }),
    });
}
