// How the connection to an MQTT broker is, in the reader's words. The appliance's own sentence is English and more
// precise; pages show it too.
import { number, t } from "./i18n.js";
import { date, dateTime, hourMinute, now } from "./time.js";

const levels = { spare: "warn", limited: "warn", degraded: "warn", withheld: "bad", failed: "bad" };
const causes = [
    ["account", /user name|password|let us in/i],
    ["client", /client id/i],
    ["secure", /certificate|encrypt|TLS|mqtts\?/i],
];

function kindOf({ state, connected_since: since, last_error: problem }) {
    if (state === "off" || state === "ok") return state;
    if (state === "failed") return since ? "withheld" : "failed";
    if (!since) return "connecting";
    // What does not work at the brokers before this one begins with their addresses.
    if (/^mqtts?:/.test(problem ?? "")) return "spare";
    return /does not allow/.test(problem ?? "") ? "limited" : "degraded";
}

function adviceFor(kind, problem) {
    if (kind !== "failed") return levels[kind] || kind === "off" ? t(`link.${kind}.advice`) : null;
    const cause = causes.find(([, pattern]) => pattern.test(problem ?? ""))?.[0] ?? "network";
    return t(`link.cause.${cause}`);
}

const sinceWords = (instant) =>
    t("link.since", { time: date(now()) === date(instant) ? hourMinute(instant) : dateTime(instant) });

/** Whether a part of `/api/health` needs somebody; what is not set up does not. */
export const isIll = (part) => part.state !== "ok" && part.state !== "off";

/** {kind, level, title, problem, advice, notes} for the part `mqtt` of `/api/health`. */
export function linkState(part) {
    const kind = kindOf(part);
    const { broker, connected_since: since, waiting = 0, dropped = 0 } = part;
    const counts = [
        waiting > 0 ? t("link.waiting", { count: number(waiting) }) : null,
        dropped > 0 ? t("link.dropped", { count: number(dropped) }) : null,
    ].filter(Boolean);
    return {
        kind,
        level: levels[kind] ?? (dropped > 0 ? "warn" : ""),
        title: t(`link.${kind}`),
        problem: isIll(part) ? part.last_error : null,
        advice: adviceFor(kind, part.last_error),
        notes: since ? [...counts, (broker ?? "").replace(/^mqtts?:\/\//, ""), sinceWords(since)] : counts,
    };
}
