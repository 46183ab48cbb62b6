// One plate read: picture, what was read, what came with it; correction and deletion for who may.
import { api, isAbort } from "../api.js";
import { deviceLabel } from "../device-names.js";
import { h, icon, ownAddress, replace } from "../dom.js";
import { t } from "../i18n.js";
import { confidence, deviceAddress, kindWords, provinceAside } from "../event-row.js";
import { facts } from "../facts.js";
import { field, form } from "../form.js";
import { confirmed, copyButton, notify } from "../notify.js";
import { plate } from "../plate.js";
import { provinces } from "../provinces.js";
import { navigate } from "../router.js";
import { session } from "../session.js";
import { explain, failed, loading } from "../states.js";
import { dateTime, duration, moment } from "../time.js";
import { tree } from "../tree.js";
import { viewer } from "../viewer.js";

function skew(milliseconds) {
    if (!milliseconds) return null;
    const span = duration(Math.abs(milliseconds) / 1000);
    return t(milliseconds > 0 ? "event.skew.ahead" : "event.skew.behind", { span });
}

function correctionNote({ correction }) {
    if (!correction) return null;
    return h("div", { class: "first-reading" },
        h("span", { class: "muted" }, t("event.first")),
        plate({ license_plate: correction.first_plate, province: correction.first_province }, "small"),
        h("span", { class: "muted" },
            t("event.corrected.by", { who: correction.corrected_by ?? "–", when: dateTime(correction.corrected_at) })));
}

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
    return form({
        fields,
        action: t("event.save"),
        async send(values) {
            const text = (name) => values[name].trim() || null;
            const correction = { license_plate: text("license_plate"), province: text("province"), note: text("note") };
            changed(await api.correctEvent(event.event_id, correction));
            notify(t("event.saved"));
        },
    }).node;
}

function deletion(event) {
    return h("button", {
        type: "button", class: "btn btn-danger-quiet",
        async onclick() {
            const sure = await confirmed({
                title: t("event.delete.title"),
                text: t("event.delete.text", { plate: event.license_plate ?? t("plate.none") }),
                action: t("event.delete"),
            });
            if (!sure) return;
            try {
                await api.deleteEvent(event.event_id);
                notify(t("event.deleted"));
                navigate("/", { replace: true });
            } catch (error) {
                notify(explain(error).join(" "), "failed");
            }
        },
    }, icon("trash"), t("event.delete"));
}

function otherPassages(event) {
    if (!event.license_plate) return null;
    const query = new URLSearchParams({ plate: event.license_plate });
    return h("a", { class: "btn btn-quiet", href: `/search?${query}` }, icon("search"), t("event.others"));
}

function draw(event, changed) {
    const metadata = event.metadata && Object.keys(event.metadata).length ? event.metadata : null;
    const plateImage = ownAddress(event.plate_image_url);
    const aside = provinceAside(event);
    return h("div", { class: "event-page" },
        h("div", { class: "event-left" },
            viewer(event.image_url, t("picture.of", { plate: event.license_plate ?? t("plate.none") }))),
        h("div", { class: "event-right" },
            h("section", { class: "card-plain event-read" },
                plate(event, "huge"),
                plateImage ? h("img", { class: "plate-image", src: plateImage, alt: t("picture.plate") }) : null,
                aside ? h("p", { class: "muted" }, aside) : null,
                correctionNote(event),
                event.note ? h("p", { class: "event-note" }, event.note) : null,
                h("div", { class: "page-tools" }, otherPassages(event))),
            h("section", { class: "card-plain" }, facts([
                [t("event.captured"), moment(event.captured_at)],
                [t("event.device"), deviceLabel(event.edge_device_id, "a", { href: deviceAddress(event.edge_device_id) })],
                [t("event.confidence"), confidence(event.confidence)],
                [t("event.kind"), kindWords(event.plate_kind)],
                [t("event.received"), moment(event.received_at)],
                [t("event.skew"), skew(event.clock_skew_ms)],
                [t("event.protocol"), event.source_protocol],
                [t("event.frame"), event.frame_id],
                [
                    t("event.id"),
                    h("span", { class: "with-copy" },
                        h("code", {}, event.event_id),
                        copyButton(event.event_id, t("action.copy"))),
                ],
            ])),
            session.may("operator")
                ? h("details", { class: "card-plain card-details" },
                    h("summary", { class: "card-title" }, t("event.correct")),
                    correctionForm(event, changed))
                : null,
            metadata
                ? h("section", { class: "card-plain" },
                    h("h2", { class: "card-title" }, t("event.metadata")),
                    tree(metadata))
                : null,
            session.may("admin") ? h("div", { class: "event-end" }, deletion(event)) : null));
}

export function eventPage({ parameters, signal }) {
    const heading = h("h1", { tabindex: "-1" }, t("event.title"));
    const place = h("div", {}, loading(5));
    const show = (event) => {
        const again = place.contains(document.activeElement);
        document.title = `${event.license_plate ?? t("plate.none")} · ${session.site.name ?? t("product")}`;
        replace(place, draw(event, show));
        if (again) heading.focus(); // the button that was pressed is gone
    };
    async function load() {
        try {
            show(await api.event(parameters.id, { signal }));
        } catch (error) {
            if (isAbort(error)) return;
            if (error.status === 404) {
                replace(
                    place, failed(error),
                    h("p", { class: "list-end" }, h("a", { class: "btn btn-quiet", href: "/search" }, t("nav.search")))
                );
                return;
            }
            replace(place, failed(error, () => {
                replace(place, loading(5));
                load();
            }));
        }
    }
    load();
    const back = h("button",
        {
            type: "button", class: "btn btn-quiet btn-icon", "aria-label": t("action.back"), title: t("action.back"),
            onclick: goBack,
        },
        icon("back"));
    return {
        title: t("event.title"),
        node: h("div", {}, h("div", { class: "page-head" }, back, heading), place),
    };
}

function goBack() {
    if (history.length > 1) history.back();
    else navigate("/");
}
