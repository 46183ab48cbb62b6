// People who may log in: who they are, what they may do; only administrators come here.
import { api, isAbort } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { number, t, tOr } from "../i18n.js";
import { field } from "../form.js";
import { formDialog } from "../form-dialog.js";
import { keepFocus } from "../keep-focus.js";
import { confirmed, notify } from "../notify.js";
import { session } from "../session.js";
import { explain, loading, showFailed } from "../states.js";
import { whenBack } from "../status-feed.js";
import { dateTime, relativeTime } from "../time.js";

const columns = ["login.username", "users.role", "users.state", "users.seen", "users.since", "table.actions"];
const roles = ["viewer", "operator", "admin"];
const leastPassword = 10;

const isSelf = (user) => user.username.toLowerCase() === (session.username ?? "").toLowerCase();
const roleChoices = () => roles.map((role) => [role, t(`role.${role}.long`)]);

function passwordField(label, hint, required) {
    return field("password", label, {
        type: "password", autocomplete: "new-password", required, maxlength: 128, hint,
    });
}

function refused(problem) {
    if (problem.status !== 409) return null;
    return problem.detail ?? t("problem.conflict");
}

async function addUser(changed) {
    const done = await formDialog(t("users.add"), {
        fields: [
            field("username", t("login.username"), {
                required: true, maxlength: 50, autocomplete: "off", autocapitalize: "none", spellcheck: "false",
                autofocus: true, hint: t("users.name.hint"),
            }),
            field("role", t("users.role"), { choices: roleChoices(), value: "viewer" }),
            passwordField(t("login.password"), t("setup.password.hint", { count: number(leastPassword) }), true),
        ],
        action: t("users.add"),
        send: (values) => api.addUser({ ...values, username: values.username.trim() }),
        refused: (problem) => (problem.status === 409 ? t("users.exists") : null),
    });
    if (!done) return;
    notify(t("users.added"));
    changed();
}

async function changeUser(user, changed) {
    const done = await formDialog(t("users.change.title", { name: user.username }), {
        fields: [
            field("role", t("users.role"), { choices: roleChoices(), value: user.role }),
            field("disabled", t("users.state"), {
                choices: [["false", t("users.active")], ["true", t("users.disabled")]], value: String(user.disabled),
                hint: t("users.state.hint"),
            }),
            passwordField(t("users.password"), t("users.password.hint"), false),
        ],
        action: t("action.save"),
        send: (values) => api.changeUser(user.username, {
            role: values.role === user.role ? null : values.role,
            disabled: values.disabled === String(user.disabled) ? null : values.disabled === "true",
            password: values.password === "" ? null : values.password,
        }),
        refused,
    });
    if (!done) return;
    notify(t("users.saved"));
    changed();
}

async function removeUser(user, changed) {
    const sure = await confirmed({
        title: t("users.delete.title", { name: user.username }), text: t("users.delete.text"), action: t("users.delete"),
    });
    if (!sure) return;
    try {
        await api.deleteUser(user.username);
        notify(t("users.deleted"));
    } catch (error) {
        notify(explain(error).join(" "), "failed");
    }
    changed();
}

function row(user, changed) {
    const cell = (key, ...content) => h("td", { "data-label": t(key) }, h("div", { class: "cell" }, content));
    const act = (name, words, run, className = "btn-quiet") => h("button",
        {
            type: "button", class: `btn ${className} btn-small`, "data-action": name,
            "aria-label": `${words}: ${user.username}`, onclick: () => run(user, changed),
        }, words);
    return h("tr", { "data-user": user.username, "data-disabled": String(user.disabled) },
        h("th", { scope: "row" }, user.username,
            isSelf(user) ? h("span", { class: "aside-note" }, t("users.self")) : null),
        cell("users.role", tOr(`role.${user.role}`, user.role)),
        cell("users.state", h("span", { class: user.disabled ? "muted" : null },
            t(user.disabled ? "users.disabled" : "users.active"))),
        cell("users.seen", user.last_login_at
            ? relativeTime(user.last_login_at) : h("span", { class: "muted" }, t("users.never"))),
        cell("users.since", dateTime(user.created_at)),
        h("td", { class: "row-end" }, h("div", { class: "row-actions" }, isSelf(user)
            ? h("a", { class: "btn btn-quiet btn-small", href: "/account" }, t("users.own"))
            : [
                act("change", t("users.change"), changeUser),
                act("delete", t("users.delete"), removeUser, "btn-quiet btn-danger-quiet"),
            ])));
}

export function usersPage({ signal }) {
    const body = h("tbody", {});
    const table = h("div", { class: "card-plain card-table" },
        h("table", { class: "table table-cards table-people" },
            h("caption", { class: "visually-hidden" }, t("users.title")),
            h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
            body));
    const place = h("div", { class: "users-place", "data-state": "loading" }, loading(3));

    async function load() {
        try {
            const { users } = await api.users({ signal });
            place.dataset.state = "ready";
            keepFocus(body, "user", () => body.replaceChildren(...users.map((user) => row(user, load))));
            if (!table.isConnected) replace(place, table);
        } catch (error) {
            if (isAbort(error)) return;
            showFailed(place, error, load);
        }
    }
    load();
    whenBack(() => {
        if (place.dataset.state === "failed") load();
    }, { signal });
    return {
        title: t("users.title"),
        node: h("div", {},
            h("div", { class: "page-head" },
                h("h1", {}, t("users.title")),
                h("div", { class: "page-tools" },
                    h("button",
                        {
                            type: "button", class: "btn btn-primary", "data-action": "add-user",
                            onclick: () => addUser(load),
                        },
                        icon("plus"), t("users.add")))),
            place),
    };
}
