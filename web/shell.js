// The frame around every page: head with navigation, connection and clock; banner; main.
import { h, icon, replace } from "./dom.js";
import { language, languages, rememberLanguage, t } from "./i18n.js";
import { clockTime, hourMinute, longDate, now } from "./time.js";
import { onHealth, onState, retryNow } from "./live.js";
import { healthBanner } from "./banner.js";
import { navigation } from "./navigation.js";
import { plate } from "./plate.js";
import { session } from "./session.js";

/** The other language's name, in that language: who cannot read this page can read the button. */
function languageSwitch() {
    const other = languages.find(({ code }) => code !== language());
    return h("button",
        {
            type: "button", class: "btn btn-quiet btn-language", lang: other.code,
            onclick: () => rememberLanguage(other.code),
        },
        other.name);
}

function themeSwitch() {
    const button = h("button", { type: "button", class: "btn btn-quiet btn-icon" });
    const draw = () => {
        const dark = window.lprTheme.current === "dark";
        const label = t(dark ? "theme.to.light" : "theme.to.dark");
        replace(button, icon(dark ? "sun" : "moon"));
        button.setAttribute("aria-label", label);
        button.title = label;
    };
    button.addEventListener("click", () => {
        window.lprTheme.choose(window.lprTheme.current === "dark" ? "light" : "dark");
        draw();
    });
    draw();
    return button;
}

function connectionChip(signal) {
    const words = h("span", { class: "connection-words" });
    const chip = h("button", { type: "button", class: "connection", onclick: retryNow },
        h("span", { class: "connection-dot", "aria-hidden": true }),
        words);
    let last = "";
    onState(({ kind, transport, since }) => {
        chip.dataset.state = kind;
        chip.dataset.transport = transport;
        const polling = kind === "live" && transport === "polling";
        chip.title = t(polling ? "connection.polling" : kind === "live" ? "connection.live.long" : "connection.retry");
        const text = t(`connection.${kind}`, { since: hourMinute(since) });
        if (text === last) return;
        last = text;
        words.textContent = text;
    }, { signal });
    return h("div", { role: "status", "aria-live": "polite" }, chip);
}

function clock(signal) {
    const time = h("span", { class: "clock-time" });
    const day = h("span", { class: "clock-date" });
    const draw = () => {
        time.textContent = clockTime(now());
        const today = longDate(now());
        if (day.textContent !== today) day.textContent = today;
    };
    const timer = setInterval(draw, 1000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    draw();
    return h("div", { class: "clock", title: session.site.timezone ?? "" }, time, day);
}

function mark() {
    return h("img", { class: "brand-mark", src: "/assets/favicon.svg", alt: "", width: 30, height: 30 });
}

function skipLink() {
    return h("a", { class: "skip-link", href: "#main" }, t("nav.skip"));
}

/** The full frame, for who is signed in. `signal` ends its timers. Returns {node, main, mark(path)}. */
export function frame(signal) {
    const places = navigation(signal);
    const banner = healthBanner();
    onHealth(banner.show, { signal });
    const main = h("main", { id: "main", class: "page", tabindex: "-1" });
    const node = h("div", { class: "frame" }, skipLink(),
        h("header", { class: "head" },
            h("a", { class: "brand", href: "/" },
                mark(),
                h("span", { class: "brand-name" }, session.site.name ?? t("product"))),
            places.node,
            h("div", { class: "head-end" },
                connectionChip(signal),
                clock(signal),
                h("div", { class: "head-switches" }, languageSwitch(), themeSwitch()))),
        banner.node,
        main);
    return {
        node,
        main,
        mark: places.mark,
    };
}

/** The plate that hangs over the card of set-up and login. */
export function doorPlate() {
    const sign = plate({ license_plate: "LPR", province: session.site.name ?? t("product") }, "large");
    return h("div", { class: "door-plate", "aria-hidden": true }, sign);
}

/** The bare frame, for set-up and login. */
export function doorFrame() {
    const main = h("main", { id: "main", class: "door", tabindex: "-1" });
    const node = h("div", { class: "door-frame" }, skipLink(),
        h("header", { class: "door-head" }, h("div", { class: "brand" },
            mark(),
            h("span", { class: "brand-name" }, session.site.name ?? t("product"))),
            h("div", { class: "head-switches" }, languageSwitch(), themeSwitch())),
        main);
    return { node, main, mark() {} };
}
