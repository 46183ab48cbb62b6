// The fields that the filters of the search and of the log of messages share.
import { api } from "./api.js";
import { h, replace } from "./dom.js";
import { field } from "./form.js";
import { t } from "./i18n.js";
import { fromControl, siteZone, toControl } from "./time.js";

/** A camera's id, with those that are there as suggestions. */
export function deviceField(value, signal) {
    const made = field("device", t("search.device"), { value, suggestions: [], autocomplete: "off", maxlength: 50 });
    api.devices({ limit: 500 }, { signal }).then(({ devices }) => {
        const list = made.node.querySelector("datalist");
        replace(list, devices.map((device) => h("option", { value: device.device_id }, device.name ?? "")));
    }).catch(() => {}); // only suggestions
    return made;
}

/** The two ends of a range of time, in the site's zone. */
export function rangeFields({ from, to }) {
    return [
        field("from", t("search.from"), {
            type: "datetime-local", value: toControl(from), hint: t("search.zone", { zone: siteZone() }),
        }),
        field("to", t("search.to"), { type: "datetime-local", value: toControl(to) }),
    ];
}

/**
 * What the fields ask for, as a filter; null when the range ends before it begins, which is then said.
 * The controls know minutes: an exact time of `filter` stays as long as nobody touches it.
 */
export function wantedFilter(fields, filter) {
    const wanted = Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()]));
    for (const name of ["from", "to"]) {
        const same = filter[name] !== "" && wanted[name] === toControl(filter[name]);
        wanted[name] = same ? filter[name] : fromControl(wanted[name]);
    }
    if (wanted.from && wanted.to && Date.parse(wanted.from) >= Date.parse(wanted.to)) {
        const end = fields.find(({ name }) => name === "to");
        end.fail(t("search.to.early"));
        end.input.focus();
        return null;
    }
    return wanted;
}

/** Puts the errors of an answer beside their fields. */
export function failFields(fields, { errors }) {
    for (const { field: name, message } of errors) fields.find((each) => each.name === name)?.fail(message);
}
