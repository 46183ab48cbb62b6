// One route is one page. A page is a function of its parameters that returns {title, node};
// its `signal` is aborted when it is left, which ends its requests, timers and subscriptions.
// `restored` is true when it was come back to by the browser's back or forward.

let routes = [];
let outlet = null;
let frame = null;
let leave = null;

/**
 * `table` rows are {pattern: RegExp with named groups, page, bare}. `render` is called with the page's
 * result and its row. `guard` may answer an address to go to instead.
 */
export function startRouter(table, guard, render) {
    routes = table;
    outlet = render;
    frame = guard;
    document.addEventListener("click", follow);
    window.addEventListener("popstate", () => show({ restore: true }));
    show({ first: true });
}

function follow(event) {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || /^\/(api|assets)\//.test(url.pathname)) return;
    if (url.hash && url.pathname === location.pathname) return;
    event.preventDefault();
    navigate(url.pathname + url.search);
}

export function navigate(address, { replace = false } = {}) {
    if (replace) history.replaceState(null, "", address);
    else {
        history.replaceState({ scroll: window.scrollY }, "");
        history.pushState(null, "", address);
    }
    show({});
}

/** Draws the current page anew, after a change of language for instance. */
export function redraw() {
    show({ redraw: true });
}

function show({ restore = false, first = false, redraw = false }) {
    const elsewhere = frame(location.pathname, location.search);
    if (elsewhere) {
        navigate(elsewhere, { replace: true });
        return;
    }
    leave?.abort();
    leave = new AbortController();
    const path = location.pathname.replace(/(.)\/$/, "$1");
    const row = routes.find(({ pattern }) => pattern.test(path));
    const groups = row.pattern.exec(path).groups ?? {};
    let parameters;
    try {
        parameters = Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]));
    } catch {
        parameters = groups; // a stray % in the address: look for it as it stands, and find nothing
    }
    const query = new URLSearchParams(location.search);
    const page = row.page({ parameters, query, signal: leave.signal, restored: restore });
    outlet(page, row, { moveFocus: !first && !redraw });
    const scroll = restore ? history.state?.scroll : null;
    if (!redraw) window.scrollTo(0, scroll ?? 0);
}
