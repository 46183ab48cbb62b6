import { h } from "../dom.js";
import { Problem } from "../api.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { failed } from "../states.js";

/** `page` for people with `role` or a higher one; the others read why there is nothing for them. */
export const only = (role, page) => (context) => {
    if (session.may(role)) return page(context);
    const title = t("problem.forbidden");
    return {
        title,
        node: h("div", {}, h("h1", { class: "visually-hidden" }, title), failed(new Problem(403, null, null))),
    };
};
