// How the replication to the central database is, in the reader's words. The server's own sentence is English and more
// precise; pages show it too.
import { number, t, tOr } from "./i18n.js";
import { duration } from "./time.js";

const behindSeconds = 300; // as /api/health reckons
const tellingSeconds = 10; // what is younger is on its way

/** What the live connection tells is newer than the part `upstream` of `/api/health`; without either it is off. */
export function newestUpstream(part, told) {
    if (!told) return part ?? { state: "off" };
    const { state, ...rest } = told;
    return { ...part, ...rest, replication: state };
}

function kindOf({ replication, state, problem, lag_seconds: lag = 0, parked_rows: parked = 0 }) {
    const now = replication ?? state;
    if (now === "off" || now === undefined) return "off";
    if (problem) return "failing";
    if (now === "waiting" || now === "paused") return now;
    if (lag >= behindSeconds) return "behind";
    return parked > 0 ? "parked" : now;
}

/**
 * {kind, level, title, text, advice, notes} for the part `upstream` of `/api/health` or the answer of `/api/upstream`:
 * what it is, what follows from it, what to do about it, and the numbers that matter.
 */
export function upstreamState(part) {
    const kind = kindOf(part);
    const { problem, lag_rows: rows = 0, lag_seconds: lag = 0, parked_rows: parked = 0 } = part;
    const known = (words) => tOr(`upstream.${words}.${problem}`, t(`upstream.${words}.other`));
    const isStopped = kind === "failing" || kind === "waiting" || kind === "paused";
    const level = isStopped || kind === "behind" || kind === "parked" ? "warn" : "";
    return {
        kind,
        level,
        title: kind === "failing" ? known("problem") : tOr(`upstream.${kind}`, kind),
        text: isStopped ? t("upstream.kept") : tOr(`upstream.${kind}.text`, null),
        advice: kind === "failing" ? known("advice") : tOr(`upstream.${kind}.advice`, null),
        notes: kind === "off" ? [] : [
            rows > 0 && (isStopped || lag >= tellingSeconds) ? t("upstream.lag.rows", { count: number(rows) }) : null,
            lag >= tellingSeconds ? t("upstream.lag.time", { span: duration(lag) }) : null,
            parked > 0 ? t("upstream.lag.parked", { count: number(parked) }) : null,
        ].filter(Boolean),
    };
}
