import { h } from "../dom.js";
import { t } from "../i18n.js";
import { empty } from "../states.js";

export function missingPage() {
    return {
        title: t("missing.title"),
        node: h("div", {}, h("h1", { class: "visually-hidden" }, t("missing.title")),
            empty(
                t("missing.title"), t("missing.advice"),
                h("a", { class: "btn btn-primary", href: "/" }, t("missing.action"))
            )),
    };
}
