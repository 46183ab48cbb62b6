// Labelled controls with their errors beside them.
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { Problem } from "./api.js";
import { explain } from "./states.js";

let counter = 0;

/**
 * A labelled control: {node, input, fail(message)}. `props` go to the control;
 * `choices` ([value, words]) make it a select, `suggestions` (strings) give it a list.
 */
export function field(name, label, { hint, choices, suggestions, rows, ...props } = {}) {
    counter += 1;
    const id = `${name}-${counter}`;
    const hintNode = hint ? h("div", { class: "field-hint", id: `${id}-hint` }, hint) : null;
    const error = h("div", { class: "field-error", id: `${id}-error`, role: "alert" });
    const attributes = { id, name, "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-error`, ...props };
    let input;
    if (choices) {
        input = h("select", { ...attributes, class: "form-select", value: undefined },
            choices.map(([value, words]) => h("option", { value }, words)));
        if (props.value !== undefined) input.value = props.value;
    } else if (rows) {
        input = h("textarea", { ...attributes, class: "form-control", rows });
    } else {
        input = h("input", { type: "text", ...attributes, class: "form-control" });
    }
    let list = null;
    if (suggestions) {
        list = h("datalist", { id: `${id}-list` }, suggestions.map((value) => h("option", { value })));
        input.setAttribute("list", list.id);
    }
    const control = props.type === "password" ? withReveal(input) : input;
    const node = h("div", { class: "field" },
        h("label", { for: id, class: "form-label" }, label), control, list, hintNode, error);
    const fail = (message) => {
        error.textContent = message ?? "";
        input.classList.toggle("is-invalid", Boolean(message));
        if (message) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
    };
    input.addEventListener("input", () => fail(null));
    return { name, node, input, fail };
}

function withReveal(input) {
    const button = h("button",
        { type: "button", class: "reveal", "aria-pressed": "false", "aria-label": t("action.reveal") },
        icon("eye"));
    button.addEventListener("click", () => {
        const shown = input.type === "text";
        input.type = shown ? "password" : "text";
        button.setAttribute("aria-pressed", String(!shown));
    });
    return h("div", { class: "with-reveal" }, input, button);
}

/**
 * A form that sends once at a time. `send(values)` may throw a Problem: its field errors go beside their
 * fields, the rest into the line above the button. `refused(problem)` may return its own sentence first.
 * `checked(values)` may stop the sending; it has said why by then.
 */
export function form({ before = null, fields, action, checked, send, refused, extra = null }) {
    const message = h("div", { class: "form-message", role: "alert" });
    const button = h("button", { type: "submit", class: "btn btn-primary" }, action);
    const node = h("form", { class: "form", novalidate: true },
        before, fields.map((each) => each.node), message, h("div", { class: "form-buttons" }, button, extra));
    const values = () => Object.fromEntries(fields.map(({ name, input }) => [name, input.value]));

    function show(problem) {
        const own = refused?.(problem);
        if (own) {
            message.textContent = own;
            return;
        }
        let first = null;
        const rest = [];
        for (const { field: name, message: text } of problem.errors ?? []) {
            const target = fields.find((each) => each.name === name);
            if (target) {
                target.fail(text);
                first ??= target;
            } else rest.push(text);
        }
        if (first) first.input.focus();
        if (rest.length) message.textContent = rest.join(" ");
        else if (!first) message.textContent = explain(problem).filter(Boolean).join(" ");
    }

    node.addEventListener("submit", async (event) => {
        event.preventDefault();
        message.textContent = "";
        fields.forEach((each) => each.fail(null));
        const missing = fields.filter(({ input }) => input.required && input.value.trim() === "");
        missing.forEach((each) => each.fail(t("field.required")));
        if (missing.length) {
            missing[0].input.focus();
            return;
        }
        if (checked && !checked(values())) return;
        button.disabled = true;
        button.classList.add("is-busy");
        try {
            await send(values());
        } catch (error) {
            if (!(error instanceof Problem)) throw error;
            show(error);
        } finally {
            button.classList.remove("is-busy");
            button.disabled = node.dataset.locked === "true";
        }
    });
    return { node, button, message };
}
