import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { field, form } from "../form.js";
import { navigate } from "../router.js";
import { session } from "../session.js";
import { doorPlate } from "../shell.js";

const shortest = 10;
const usual = /^(?:password|passw0rd|qwerty|abc|iloveyou|admin|letmein|welcome|camera|lpr)|12345|11111|00000/i;

/** 0 (too short) to 4: a hint, not a rule. The length is the only rule. */
function strength(password, username) {
    if ([...password].length < shortest) return 0;
    const alphabets = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u, /[^\x00-\x7f]/u];
    const kinds = alphabets.filter((kind) => kind.test(password)).length;
    const different = new Set(password.toLowerCase()).size;
    let points = 1 + (password.length >= 14) + (password.length >= 18) + (kinds >= 3);
    if (usual.test(password) || different < 6) points = 1;
    if (username && password.toLowerCase().includes(username.toLowerCase())) points = 1;
    return Math.min(4, points);
}

export function setupPage() {
    const code = field("setup_code", t("setup.code"), {
        hint: t("setup.code.hint"), required: true, autocomplete: "one-time-code", autocapitalize: "characters",
        spellcheck: "false", "data-first": true,
    });
    code.input.classList.add("input-code");
    const username = field("username", t("setup.username"), {
        value: "admin", required: true, autocomplete: "username", autocapitalize: "none", spellcheck: "false",
        maxlength: 50,
    });
    const password = field("password", t("setup.password"), {
        type: "password", hint: t("setup.password.hint", { count: shortest }), required: true,
        autocomplete: "new-password", maxlength: 128,
    });

    const words = h("span", { class: "strength-words", role: "status" });
    const meter = h("div", { class: "strength", "data-level": "none" },
        h("div", { class: "strength-bar", "aria-hidden": true }, [1, 2, 3, 4].map(() => h("span", {}))),
        words);
    password.node.append(meter);
    const measure = () => {
        const value = password.input.value;
        const level = strength(value, username.input.value);
        meter.dataset.level = value === "" ? "none" : String(level);
        if (value === "") words.textContent = "";
        else if (level > 0) words.textContent = t(`strength.${level}`);
        else words.textContent = t("strength.short", { left: shortest - [...value].length });
    };
    password.input.addEventListener("input", measure);
    username.input.addEventListener("input", measure);

    const setup = form({
        fields: [code, username, password],
        action: t("setup.action"),
        async send(values) {
            await api.setup({ ...values, setup_code: values.setup_code.trim(), username: values.username.trim() });
            await session.load();
            navigate("/", { replace: true });
        },
        refused(problem) {
            if (problem.status !== 403) return null;
            code.fail(t("setup.code.wrong"));
            code.input.focus();
            return " ";
        },
    });

    return {
        title: t("setup.title"),
        node: h("section", { class: "door-card" },
            doorPlate(),
            h("h1", {}, t("setup.title")),
            h("p", { class: "door-lead" }, t("setup.lead")),
            setup.node,
            h("p", { class: "door-note" }, t("setup.newcode"), " ", h("code", {}, "lpr-appliance setup-code"))),
    };
}
