// Everything that comes from data reaches the document through here, as text: no markup is ever parsed.

const svgNamespace = "http://www.w3.org/2000/svg";

function append(parent, child) {
    if (child === null || child === undefined || child === false) return;
    if (Array.isArray(child)) child.forEach((each) => append(parent, each));
    else parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
}

/**
 * Makes an element. `props` are attributes, except `class`, `onclick` and other handlers,
 * and `value`, `checked`, `disabled`, `hidden`, which are set as properties.
 * null and false leave an attribute out; true sets it empty, or "true" where ARIA wants the word.
 */
export function h(tag, props, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name === "class") element.className = value;
        else if (typeof value === "function") element.addEventListener(name.slice(2), value);
        else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") {
            element[name] = value;
        } else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : String(value));
    }
    append(element, children);
    return element;
}

export function replace(parent, ...children) {
    parent.replaceChildren();
    append(parent, children);
    return parent;
}

const shapes = {
    live: "M5 12a7 7 0 0 1 14 0M8.5 12a3.5 3.5 0 0 1 7 0M12 12v8M9 20h6",
    search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21",
    camera: "M3 8.5l12-4.5 2.5 6.5-12 4.5zM17 8l3.5-1.3M8 14v5.5H3M3 16.5v6",
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.8-4 4-6 8-6s7.2 2 8 6",
    pause: "M8 5v14M16 5v14",
    play: "M7 4.5v15l12-7.5z",
    sun: "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19"
        + "M5 19l1.5-1.5M17.5 6.5 19 5",
    moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    download: "M12 4v11M7 11l5 5 5-5M4 20h16",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
    back: "M15 5l-7 7 7 7",
    image: "M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5M15.5 9.5h.01",
    noimage: "M3 3l18 18M7 5h14v12M18 19H3V6M3 16l5-5 3 3",
    alert: "M12 4 2.5 20h19zM12 10v4.5M12 17.5v.01",
    check: "M4 12.5l5 5L20 6.5",
    list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
    tiles: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    sound: "M4 9.5v5h4l5 4v-13l-5 4zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
    bell: "M6 17v-6a6 6 0 0 1 12 0v6l2 2H4zM10 21.5h4",
    forward: "M9 5l7 7-7 7",
    wall: "M3 5h18v11H3zM9 20h6M12 16v4",
    key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9v3M17 12v3",
    gauge: "M4 18a9 9 0 1 1 16 0M12 15l4.5-5M12 15.5v.01",
    exchange: "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
    refuse: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6",
    people: "M9 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 20c.7-3.6 3.3-5.4 7-5.4s6.3 1.8 7 5.4M16 4.3a4 4 0 0 1 0 7.4"
        + "M18 15c2.2.7 3.5 2.4 4 5",
    more: "M4 7h16M4 12h16M4 17h16",
    again: "M20 11a8 8 0 1 0-1.5 5.5M20 5v6h-6",
    into: "M4 12h12M11 7l5 5-5 5M20 4v16",
    out: "M20 12H8M13 7l-5 5 5 5M4 4v16",
    folder: "M3 6h6l2 2.5h10V19H3zM3 10.5h18",
    disk: "M4 6c0-3.3 16-3.3 16 0v12c0 3.3-16 3.3-16 0zM4 6c0 3.3 16 3.3 16 0M4 12c0 3.3 16 3.3 16 0",
    upstream: "M7 18a4.5 4.5 0 0 1-.6-9 6 6 0 0 1 11.4 1.6A3.8 3.8 0 0 1 17.5 18M12 21v-9M8.5 15.5 12 12l3.5 3.5",
    eye: "M2 12c2.5-5 6-7 10-7s7.5 2 10 7c-2.5 5-6 7-10 7s-7.5-2-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
};

/** A line drawing, hidden from assistive technology: the words beside it say the same. */
export function icon(name) {
    const svg = document.createElementNS(svgNamespace, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(svgNamespace, "path");
    path.setAttribute("d", shapes[name]);
    svg.append(path);
    return svg;
}

/** A picture's address when it is on this server, else null: data cannot make the page load from elsewhere. */
export function ownAddress(address) {
    if (typeof address !== "string" || address === "") return null;
    try {
        const url = new URL(address, location.origin);
        return url.origin === location.origin && url.pathname.startsWith("/api/") ? url.pathname + url.search : null;
    } catch {
        return null;
    }
}
