import { api } from "../api.js";
import { h } from "../dom.js";
import { number, t } from "../i18n.js";
import { field, form } from "../form.js";
import { navigate } from "../router.js";
import { session } from "../session.js";
import { doorPlate } from "../shell.js";

/** Only an address on this page's own server: "//elsewhere" and its spellings would lead away. */
function nextAddress(query) {
    try {
        const url = new URL(query.get("next") ?? "/", location.origin);
        return url.origin === location.origin ? url.pathname + url.search : "/";
    } catch {
        return "/";
    }
}

export function loginPage({ query, signal }) {
    const username = field("username", t("login.username"), {
        autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true, "data-first": true,
    });
    const password = field("password", t("login.password"), {
        type: "password", autocomplete: "current-password", required: true,
    });
    let timer = null;

    const login = form({
        fields: [username, password],
        action: t("login.action"),
        async send(values) {
            await api.login(values);
            await session.load();
            navigate(nextAddress(query), { replace: true });
        },
        refused(problem) {
            if (problem.status === 401) {
                password.input.value = "";
                password.input.focus();
                return t("login.wrong");
            }
            if (problem.status === 429) {
                countDown(problem.retryAfterSeconds ?? 60);
                return login.message.textContent;
            }
            return null;
        },
    });

    function countDown(seconds) {
        clearInterval(timer);
        const end = Date.now() + seconds * 1000;
        login.node.dataset.locked = "true";
        login.button.disabled = true;
        const draw = () => {
            const left = Math.ceil((end - Date.now()) / 1000);
            if (left > 0) {
                const clock = left >= 60 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : number(left);
                login.message.textContent = t(left >= 60 ? "login.locked.minutes" : "login.locked", { left: clock });
                return;
            }
            clearInterval(timer);
            login.node.dataset.locked = "false";
            login.button.disabled = false;
            login.message.textContent = "";
        };
        timer = setInterval(draw, 1000);
        login.message.setAttribute("aria-live", "off"); // not every second
        draw();
    }
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });

    return {
        title: t("login.title"),
        node: h("section", { class: "door-card" },
            doorPlate(),
            h("h1", {}, t("login.title")),
            login.node,
            h("p", { class: "door-note" }, t("login.forgot"), " ", h("code", {}, "lpr-appliance user passwd"))),
    };
}
