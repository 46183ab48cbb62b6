import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

function toggle() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {}); // refused by the browser: nothing to mend here
}

/** The button for wall screens, or null where the browser has no full screen. */
export function fullScreenButton() {
    if (!document.fullscreenEnabled) return null;
    return h("button", { type: "button", class: "btn btn-quiet btn-tool only-wide", onclick: toggle },
        icon("wall"), h("span", { class: "tool-words" }, t("action.fullscreen")));
}
