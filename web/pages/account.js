// The person's own choices, and what this appliance is.
import { api, isAbort } from "../api.js";
import { h, replace } from "../dom.js";
import { language, languages, number, rememberLanguage, t } from "../i18n.js";
import { field, form } from "../form.js";
import { facts } from "../facts.js";
import { stopLive } from "../live.js";
import { notify } from "../notify.js";
import { navigate } from "../router.js";
import { session } from "../session.js";
import { explain } from "../states.js";
import { duration, siteZone } from "../time.js";

const leastPassword = 10;

function choice(name, legend, options, current, choose) {
    return h("fieldset", { class: "choice" }, h("legend", {}, legend),
        h("div", { class: "choice-row" }, options.map(([value, words, lang]) => {
            const input = h("input",
                { type: "radio", name, value, checked: value === current, onchange: () => choose(value) });
            return h("label", { class: "choice-option", lang: lang ?? null }, input, h("span", {}, words));
        })));
}

async function leave() {
    try {
        await api.logout();
    } catch (error) {
        notify(explain(error).join(" "), "failed");
        return;
    }
    session.authenticated = false;
    stopLive();
    navigate("/login", { replace: true });
}

function passwordForm() {
    const current = field("current_password", t("account.password.current"), {
        type: "password", autocomplete: "current-password", required: true, maxlength: 1000,
    });
    const next = field("new_password", t("account.password.new"), {
        type: "password", autocomplete: "new-password", required: true, maxlength: 128,
        hint: t("setup.password.hint", { count: number(leastPassword) }),
    });
    // Not shown: tells a password manager whose password changes.
    const whose = h("input", {
        type: "text", autocomplete: "username", value: session.username ?? "", readonly: true, hidden: true,
    });
    const details = h("details", { class: "card-plain card-details", "data-part": "password" },
        h("summary", { class: "card-title" }, t("account.password")),
        form({
            before: whose,
            fields: [current, next],
            action: t("account.password.action"),
            async send(values) {
                await api.changePassword(values);
                current.input.value = next.input.value = "";
                details.open = false;
                notify(t("account.password.done"));
                details.querySelector("summary").focus();
            },
            refused(problem) {
                if (problem.status === 401) {
                    current.fail(t("account.password.wrong"));
                    current.input.focus();
                    return " ";
                }
                return problem.status === 429 ? t("login.locked", { left: number(problem.retryAfterSeconds ?? 60) }) : null;
            },
        }).node);
    return details;
}

/** What this appliance is; dashes keep the places of what `health` will tell. */
function boxFacts(health) {
    return facts([
        [t("account.site"), session.site.name],
        [t("account.siteid"), session.site.id ? h("code", {}, session.site.id) : null],
        [t("account.zone"), siteZone()],
        [t("account.version"), health?.version ?? "–"],
        [t("account.uptime"), health ? duration(health.uptime_seconds ?? 0) : "–"],
        [t("account.health"), health ? t(health.status === "ok" ? "account.health.ok" : "account.health.degraded") : "–"],
    ]);
}

export function accountPage({ signal }) {
    const box = h("div", {}, boxFacts(null));
    api.health({ signal }).then((health) => replace(box, boxFacts(health))).catch((error) => {
        if (!isAbort(error)) notify(explain(error).join(" "), "failed");
    });

    return {
        title: t("account.title"),
        node: h("div", { class: "account" },
            h("div", { class: "page-head" }, h("h1", {}, t("account.title"))),
            h("section", { class: "card-plain account-who" },
                h("div", {},
                    h("p", { class: "account-name" }, session.username),
                    h("p", { class: "muted" }, t(`role.${session.role}`))),
                h("button", { type: "button", class: "btn btn-quiet", onclick: leave }, t("account.logout"))),
            h("section", { class: "card-plain" },
                choice(
                    "language", t("account.language"), languages.map(({ code, name }) => [code, name, code]),
                    language(), rememberLanguage
                ),
                choice(
                    "theme", t("account.theme"), ["auto", "light", "dark"].map((each) => [each, t(`theme.${each}`)]),
                    window.lprTheme.choice, (value) => window.lprTheme.choose(value)
                )),
            passwordForm(),
            h("section", { class: "card-plain" }, h("h2", { class: "card-title" }, t("account.box")), box,
                h("p", { class: "list-end" },
                    h("a", { class: "btn btn-quiet", href: "/api/docs" }, t("account.docs"))))),
    };
}
