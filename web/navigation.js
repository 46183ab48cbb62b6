// Where one can go: the first places in the bar, the others behind "More". On a phone the bar stands below.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { session } from "./session.js";

// `roomy`: also in the bar where it is wide enough, and then not behind "More".
const places = [
    { href: "/overview", words: "nav.overview", icon: "gauge", match: /^\/overview/ },
    { href: "/", words: "nav.live", icon: "live", match: /^\/($|events\/)/ },
    { href: "/search", words: "nav.search", icon: "search", match: /^\/search/ },
    { href: "/devices", words: "nav.devices", icon: "camera", match: /^\/devices/ },
    { href: "/communication", words: "nav.communication", icon: "exchange", match: /^\/communication/, roomy: true },
    { href: "/rejected", words: "nav.rejected", icon: "refuse", match: /^\/rejected/, roomy: true, role: "operator" },
    { href: "/files", words: "nav.files", icon: "folder", match: /^\/files/, more: true },
    { href: "/storage", words: "nav.storage", icon: "disk", match: /^\/storage/, more: true },
    { href: "/upstream", words: "nav.upstream", icon: "upstream", match: /^\/upstream/, more: true },
    { href: "/users", words: "nav.users", icon: "people", match: /^\/users/, more: true, role: "admin" },
    { href: "/keys", words: "nav.keys", icon: "key", match: /^\/keys/, more: true, role: "admin" },
    { href: "/account", words: "nav.account", icon: "person", match: /^\/account/, more: true },
];

const link = (place, className) => ({
    ...place,
    node: h("a", { class: className, href: place.href }, icon(place.icon), h("span", {}, t(place.words))),
});

/** {node, mark(path)}: the navigation for the role of who is signed in. `signal` ends its listeners. */
export function navigation(signal) {
    const open = places.filter(({ role }) => !role || session.may(role));
    const inBar = open.filter(({ more }) => !more)
        .map((place) => link(place, place.roomy ? "nav-place nav-roomy" : "nav-place"));
    const behind = open.filter(({ more, roomy }) => more || roomy)
        .map((place) => link(place, "nav-item"));
    const list = h("ul", { class: "nav-menu", id: "nav-menu", hidden: true },
        behind.map(({ node, roomy }) => h("li", { class: roomy ? "nav-item-roomy" : null }, node)));
    const button = h("button",
        {
            type: "button", class: "nav-place nav-more", "aria-expanded": "false", "aria-controls": "nav-menu",
            "data-action": "more",
        },
        icon("more"), h("span", {}, t("nav.more")));
    const rest = h("div", { class: "nav-rest" }, button, list);

    function show(visible) {
        list.hidden = !visible;
        button.setAttribute("aria-expanded", String(visible));
    }

    button.addEventListener("click", () => show(list.hidden));
    rest.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || list.hidden) return;
        show(false);
        button.focus();
    });
    rest.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !rest.contains(event.relatedTarget)) show(false);
    });
    list.addEventListener("click", (event) => {
        if (event.target.closest("a")) show(false);
    });
    document.addEventListener("pointerdown", (event) => {
        if (!rest.contains(event.target)) show(false);
    }, { signal });

    return {
        node: h("nav", { class: "nav-places", "aria-label": t("nav.label") }, inBar.map(({ node }) => node), rest),
        mark(path) {
            show(false);
            for (const { node, match } of [...inBar, ...behind]) {
                if (match.test(path)) node.setAttribute("aria-current", "page");
                else node.removeAttribute("aria-current");
            }
            const here = behind.find(({ match }) => match.test(path));
            button.dataset.here = here ? (here.roomy ? "roomy" : "always") : "";
        },
    };
}
