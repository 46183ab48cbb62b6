// A picture that can be looked at closely: wheel, pinch, drag, buttons, and keys (+ − 0 and the arrows).
import { h, icon, ownAddress } from "./dom.js";
import { t } from "./i18n.js";

const most = 8;
const step = 1.3;

/** `missing`: the words where there is no picture. */
export function viewer(address, description, missing = [t("picture.none")]) {
    const own = ownAddress(address);
    if (!own) {
        return h("div", { class: "viewer viewer-none" }, icon("noimage"), missing.map((words) => h("p", {}, words)));
    }
    const image = h("img", { src: own, alt: description, draggable: "false" });
    const stage = h("div",
        {
            class: "viewer-stage", tabindex: "0", role: "group", "aria-label": t("viewer.label"),
            "aria-describedby": "viewer-keys",
        },
        image);
    const reading = h("output", { class: "viewer-scale" });
    let scale = 1;
    let x = 0;
    let y = 0;

    function draw() {
        const overX = (stage.clientWidth * (scale - 1)) / 2;
        const overY = (stage.clientHeight * (scale - 1)) / 2;
        x = Math.min(overX, Math.max(-overX, x));
        y = Math.min(overY, Math.max(-overY, y));
        image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
        stage.classList.toggle("is-zoomed", scale > 1);
        stage.dataset.scale = scale.toFixed(2);
        reading.textContent = `${Math.round(scale * 100)} %`;
    }

    /** Zooms so that the point (px, py), measured from the middle of the stage, stays where it is. */
    function zoom(factor, px = 0, py = 0) {
        const next = Math.min(most, Math.max(1, scale * factor));
        x = px - ((px - x) * next) / scale;
        y = py - ((py - y) * next) / scale;
        scale = next;
        draw();
    }

    function reset() {
        scale = 1;
        draw();
    }

    const fromMiddle = (event) => {
        const box = stage.getBoundingClientRect();
        return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    };

    stage.addEventListener("wheel", (event) => {
        // A plain wheel scrolls the page, as everywhere, until the picture is zoomed or Ctrl is held.
        if (scale === 1 && !event.ctrlKey) return;
        event.preventDefault();
        zoom(event.deltaY < 0 ? step : 1 / step, ...fromMiddle(event));
    }, { passive: false });
    stage.addEventListener("dblclick", (event) => (scale > 1 ? reset() : zoom(3, ...fromMiddle(event))));
    stage.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const pan = stage.clientWidth / 10;
        const arrows = { ArrowLeft: [pan, 0], ArrowRight: [-pan, 0], ArrowUp: [0, pan], ArrowDown: [0, -pan] };
        if (event.key === "+" || event.key === "=") zoom(step);
        else if (event.key === "-" || event.key === "_") zoom(1 / step);
        else if (event.key === "0" || event.key === "Escape") reset();
        else if (arrows[event.key] && scale > 1) {
            x += arrows[event.key][0];
            y += arrows[event.key][1];
            draw();
        } else return;
        event.preventDefault();
    });

    const pointers = new Map();
    stage.addEventListener("pointerdown", (event) => {
        pointers.set(event.pointerId, event);
        if (scale > 1 || pointers.size > 1) stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
        const before = pointers.get(event.pointerId);
        if (!before) return;
        pointers.set(event.pointerId, event);
        if (pointers.size === 2) {
            // The point between the fingers stays between them.
            const [other] = [...pointers.values()].filter((each) => each.pointerId !== event.pointerId);
            const distance = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
            const between = (one) => fromMiddle({
                clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2,
            });
            const [fromX, fromY] = between(before);
            const [toX, toY] = between(event);
            x += toX - fromX;
            y += toY - fromY;
            zoom(distance(event) / Math.max(1, distance(before)), toX, toY);
        } else if (scale > 1) {
            x += event.clientX - before.clientX;
            y += event.clientY - before.clientY;
            draw();
        }
    });
    for (const name of ["pointerup", "pointercancel"]) {
        stage.addEventListener(name, (event) => pointers.delete(event.pointerId));
    }

    // One finger scrolls the page past the picture; two are ours, or the browser takes them for scrolling.
    for (const name of ["touchstart", "touchmove"]) {
        stage.addEventListener(name, (event) => {
            if (event.touches.length > 1) event.preventDefault();
        }, { passive: false });
    }

    const node = h("div", { class: "viewer" }, stage,
        h("div", { class: "viewer-tools" },
            tool("minus", t("viewer.out"), () => zoom(1 / step)),
            reading,
            tool("plus", t("viewer.in"), () => zoom(step)),
            tool("fit", t("viewer.fit"), reset),
            h("a",
                {
                    class: "btn btn-quiet btn-icon", href: own, target: "_blank", rel: "noopener",
                    "aria-label": t("viewer.open"), title: t("viewer.open"),
                },
                icon("image")),
            h("span", { class: "viewer-keys", id: "viewer-keys" }, t("viewer.keys"))));
    image.addEventListener("error", () => {
        node.replaceChildren(h("div", { class: "viewer-none" }, icon("noimage"), h("p", {}, t("picture.gone"))));
    }, { once: true });
    draw();
    return node;
}

function tool(name, label, action) {
    return h("button",
        { type: "button", class: "btn btn-quiet btn-icon", "aria-label": label, title: label, onclick: action },
        icon(name));
}
