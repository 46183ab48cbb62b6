// Instants come as RFC 3339 and are shown in the site's zone, whatever zone the screen is in.
import { locale, t } from "./i18n.js";
import { h } from "./dom.js";

let zone = "Asia/Bangkok";
let serverAhead = 0; // milliseconds that the server's clock is ahead of this screen's

export function setZone(name) {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        zone = name;
    } catch {
        zone = "UTC"; // a zone this browser does not know; the account page shows what is used
    }
}

export function siteZone() {
    return zone;
}

/** A wall screen's clock may be minutes off; "3 s ago" is reckoned by the server's. */
export function noteServerTime(milliseconds) {
    const ahead = milliseconds - Date.now();
    serverAhead = Math.abs(ahead) > 2_000 ? ahead : 0;
}

export function now() {
    return Date.now() + serverAhead;
}

function format(instant, options) {
    const date = new Date(instant);
    if (Number.isNaN(date.getTime())) return "–";
    return new Intl.DateTimeFormat(locale(), { timeZone: zone, hourCycle: "h23", ...options }).format(date);
}

const clockParts = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const dateParts = { day: "numeric", month: "short", year: "numeric" };

export const clockTime = (instant) => format(instant, clockParts);
export const hourMinute = (instant) => format(instant, { hour: "2-digit", minute: "2-digit" });
export const dayMonth = (instant) => format(instant, { day: "numeric", month: "short" });
export const date = (instant) => format(instant, dateParts);
export const longDate = (instant) => format(instant, { weekday: "short", ...dateParts });
export const dateTime = (instant) => `${format(instant, dateParts)} ${format(instant, clockParts)}`;

function relative(instant) {
    const seconds = Math.round((Date.parse(instant) - now()) / 1000);
    if (Number.isNaN(seconds)) return "";
    const size = Math.abs(seconds);
    if (size < 5) return t("time.now");
    const [unit, divisor] =
        size < 60 ? ["second", 1] : size < 3600 ? ["minute", 60] : size < 86_400 ? ["hour", 3600] : ["day", 86_400];
    const words = new Intl.RelativeTimeFormat(locale(), { numeric: "always", style: "short" });
    return words.format(Math.trunc(seconds / divisor), unit);
}

/** A span such as "3 d 4 h", the two largest units. */
export function duration(seconds) {
    const parts = [
        [Math.floor(seconds / 86_400), "day"],
        [Math.floor(seconds / 3600) % 24, "hour"],
        [Math.floor(seconds / 60) % 60, "minute"],
        [Math.floor(seconds) % 60, "second"],
    ];
    const first = Math.max(0, parts.findIndex(([count]) => count > 0));
    return parts
        .slice(first, first + 2)
        .filter(([count], index) => count > 0 || index === 0)
        .map(([count, unit]) =>
            new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short" }).format(count))
        .join(" ");
}

/** `<time>` that reads "3 s ago" and stays true. */
export function relativeTime(instant) {
    return h("time", { datetime: instant, title: dateTime(instant), "data-relative": true }, relative(instant));
}

/** Date, time and how long ago, or null without an instant. */
export function moment(instant) {
    return instant ? [dateTime(instant), " ", h("span", { class: "muted" }, relativeTime(instant))] : null;
}

/** `<time>` with the clock's reading, and the date in front when it was not today. */
export function wallTime(instant) {
    const today = date(now()) === date(instant);
    return h("time", { datetime: instant, title: dateTime(instant) }, today ? clockTime(instant) : dateTime(instant));
}

setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("time[data-relative]")) {
        const text = relative(element.getAttribute("datetime"));
        if (element.textContent !== text) element.textContent = text;
    }
}, 5_000);

/** Milliseconds that the site's zone is ahead of UTC at `instant`. */
function zoneAhead(instant) {
    const parts = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
        timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
        hour: "numeric", minute: "numeric", second: "numeric",
    }).formatToParts(new Date(instant));
    const part = (type) => Number(parts.find((each) => each.type === type).value);
    const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return wall - Math.floor(instant / 1000) * 1000;
}

/** RFC 3339 to the value of a `datetime-local` control, in the site's zone. */
export function toControl(instant) {
    const milliseconds = Date.parse(instant ?? "");
    if (Number.isNaN(milliseconds)) return "";
    return new Date(milliseconds + zoneAhead(milliseconds)).toISOString().slice(0, 16);
}

/** The other way round. Two rounds, since the offset is that of the answer, not of the question. */
export function fromControl(value) {
    const wall = Date.parse(`${value}Z`);
    if (!value || Number.isNaN(wall)) return "";
    let instant = wall - zoneAhead(wall);
    instant = wall - zoneAhead(instant);
    return new Date(instant).toISOString().replace(".000Z", "Z");
}

/** Start of the site's day, `daysAgo` days back, as RFC 3339. */
export function startOfDay(daysAgo = 0) {
    const day = new Date(now() + zoneAhead(now()) - daysAgo * 86_400_000);
    return fromControl(`${day.toISOString().slice(0, 10)}T00:00`);
}
