// Start: who is there, which language, which page.
import { Problem, whenServerTime, whenSignedOut } from "./api.js";
import { startAlerts, stopAlerts } from "./alerts.js";
import { h, replace } from "./dom.js";
import { chooseLanguage, t } from "./i18n.js";
import { startLive, stopLive } from "./live.js";
import { navigate, redraw, startRouter } from "./router.js";
import { session } from "./session.js";
import { doorFrame, frame } from "./shell.js";
import { failed } from "./states.js";
import { noteServerTime } from "./time.js";
import { accountPage } from "./pages/account.js";
import { storagePage } from "./pages/storage.js";
import { communicationPage } from "./pages/communication.js";
import { devicePage } from "./pages/device.js";
import { devicesPage } from "./pages/devices.js";
import { eventPage } from "./pages/event.js";
import { filesPage } from "./pages/files.js";
import { only } from "./pages/forbidden.js";
import { keysPage } from "./pages/keys.js";
import { livePage } from "./pages/live-list.js";
import { loginPage } from "./pages/login.js";
import { missingPage } from "./pages/missing.js";
import { overviewPage } from "./pages/overview.js";
import { rejectedPage } from "./pages/rejected.js";
import { searchPage } from "./pages/search.js";
import { setupPage } from "./pages/setup.js";
import { upstreamPage } from "./pages/upstream.js";
import { usersPage } from "./pages/users.js";

const table = [
    { pattern: /^\/$/, page: livePage },
    { pattern: /^\/search$/, page: searchPage },
    { pattern: /^\/events\/(?<id>[^/]+)$/, page: eventPage },
    { pattern: /^\/devices$/, page: devicesPage },
    { pattern: /^\/devices\/(?<id>[^/]+)$/, page: devicePage },
    { pattern: /^\/account$/, page: accountPage },
    { pattern: /^\/overview$/, page: overviewPage },
    { pattern: /^\/storage$/, page: storagePage },
    { pattern: /^\/upstream$/, page: upstreamPage },
    { pattern: /^\/communication$/, page: communicationPage },
    { pattern: /^\/rejected$/, page: only("operator", rejectedPage) },
    { pattern: /^\/files$/, page: filesPage },
    { pattern: /^\/users$/, page: only("admin", usersPage) },
    { pattern: /^\/keys$/, page: only("admin", keysPage) },
    { pattern: /^\/login$/, page: loginPage, bare: true },
    { pattern: /^\/setup$/, page: setupPage, bare: true },
    { pattern: /.*/, page: missingPage },
];

const app = document.getElementById("app");
let around = null; // the frame that stands, with `bare` and the AbortController of its timers
let started = false;

function stand(bare) {
    if (around && around.bare === bare) return around;
    around?.end.abort();
    const end = new AbortController();
    around = { ...(bare ? doorFrame() : frame(end.signal)), bare, end };
    replace(app, around.node);
    return around;
}

/** Where someone has to go who may not see `path` yet, else null. */
function guard(path, query) {
    if (session.setupRequired) return path === "/setup" ? null : "/setup";
    if (!session.authenticated) {
        stopAlerts();
        stopLive();
        if (path === "/login") return null;
        return (path === "/" && query === "") || path === "/setup" ? "/login" : `/login?next=${encodeURIComponent(path + query)}`;
    }
    startLive();
    startAlerts();
    return path === "/login" || path === "/setup" ? "/" : null;
}

function render({ title, node }, row, { moveFocus }) {
    const bare = row.bare === true;
    const { main, mark } = stand(bare);
    mark(location.pathname);
    replace(main, node);
    document.title = `${title} · ${session.site.name ?? t("product")}`;
    // By hand: the attribute `autofocus` counts once in the life of a document.
    const first = main.querySelector("[data-first]");
    if (first) first.focus({ preventScroll: true });
    else if (moveFocus) {
        const heading = main.querySelector("h1");
        heading?.setAttribute("tabindex", "-1");
        (heading ?? main).focus({ preventScroll: true });
    }
}

async function start() {
    try {
        await session.load();
    } catch (error) {
        if (!(error instanceof Problem)) throw error;
        chooseLanguage(null);
        const wait = setTimeout(start, 5_000);
        const { main } = stand(true);
        replace(main, failed(error, () => {
            clearTimeout(wait);
            start();
        }));
        return;
    }
    chooseLanguage(session.site.language);
    around?.end.abort();
    around = null;
    if (started) return;
    started = true;
    startRouter(table, guard, render);
}

whenServerTime(noteServerTime);
whenSignedOut(() => {
    if (!session.authenticated) return;
    session.authenticated = false;
    navigate(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true });
});
window.addEventListener("lpr:language", () => {
    around?.end.abort();
    around = null;
    const chosen = document.activeElement;
    const same = chosen?.matches("input") ? `input[name="${chosen.name}"]:checked` : ".btn-language";
    redraw();
    document.querySelector(same)?.focus({ preventScroll: true });
});
window.addEventListener("unhandledrejection", (event) => {
    if (event.reason?.name === "AbortError") event.preventDefault(); // its page was left
});

// The first paint should not wait for the answer with an empty screen.
app.append(h("div", { class: "starting", "aria-hidden": "true" }));
start();
