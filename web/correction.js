// The correction of a plate read: what was read first, and the form. What somebody else corrects meanwhile shows
// beside what is being typed, never over it.
import { api } from "./api.js";
import { h, replace } from "./dom.js";
import { t } from "./i18n.js";
import { field, form } from "./form.js";
import { notify } from "./notify.js";
import { plate } from "./plate.js";
import { provinces } from "./provinces.js";
import { dateTime } from "./time.js";

/** The first reading and who corrected it, or null. */
export function correctionNote({ correction }) {
    if (!correction) return null;
    return h("div", { class: "first-reading" },
        h("span", { class: "muted" }, t("event.first")),
        plate({ license_plate: correction.first_plate, province: correction.first_province }, "small"),
        h("span", { class: "muted" },
            t("event.corrected.by", { who: correction.corrected_by ?? "–", when: dateTime(correction.corrected_at) })));
}

/** {node, touched()}: the form, and whether something in it was typed that is not saved. */
function correctionForm(event, changed) {
    const suggestions = provinces.map(([, thai]) => thai); // what stands on the plate, in either language
    const fields = [
        field("license_plate", t("event.plate"), {
            value: event.license_plate ?? "", maxlength: 20, autocomplete: "off", spellcheck: "false",
            hint: t("event.plate.hint"),
        }),
        field("province", t("event.province"), {
            value: event.province ?? "", maxlength: 50, autocomplete: "off", suggestions,
        }),
        field("note", t("event.note"), { value: event.note ?? "", rows: 2, maxlength: 1000 }),
    ];
    const before = fields.map(({ input }) => input.value);
    const { node } = form({
        fields,
        action: t("event.save"),
        async send(values) {
            const text = (name) => values[name].trim() || null;
            const correction = { license_plate: text("license_plate"), province: text("province"), note: text("note") };
            changed(await api.correctEvent(event.event_id, correction));
            notify(t("event.saved"));
        },
    });
    return { node, touched: () => fields.some(({ input }, index) => input.value !== before[index]) };
}

/** The card with the form: {node, show(event), follow(event)}. */
export function correctionCard(changed) {
    const note = h("div", { class: "meanwhile", id: "event-meanwhile", role: "status", hidden: true });
    const place = h("div", {});
    const node = h("details", { class: "card-plain card-details", id: "event-correct" },
        h("summary", { class: "card-title" }, t("event.correct")), note, place);
    let current = null;
    return {
        node,
        show(event) {
            current = correctionForm(event, changed);
            note.hidden = true;
            replace(place, current.node);
        },
        /** Shows `event`, but keeps what is typed and says beside it what is there now. */
        follow(event) {
            if (!current?.touched()) {
                this.show(event);
                return;
            }
            replace(note,
                h("span", {}, t("event.meanwhile", { who: event.correction?.corrected_by ?? "–" })),
                plate(event, "small"),
                h("button", {
                    type: "button", class: "btn btn-quiet",
                    onclick: () => {
                        this.show(event);
                        node.querySelector("input")?.focus();
                    },
                }, t("event.meanwhile.take")));
            note.hidden = false;
        },
    };
}
