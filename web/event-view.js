// What stands on the page of one plate read: picture, reading, facts, other plates of the frame, correction, deletion.
import { api, isAbort } from "./api.js";
import { correctionCard, correctionNote } from "./correction.js";
import { deviceLabel } from "./device-names.js";
import { h, icon, ownAddress, replace } from "./dom.js";
import { confidence, deviceAddress, eventAddress, kindWords, provinceAside } from "./event-row.js";
import { facts } from "./facts.js";
import { t } from "./i18n.js";
import { on } from "./live.js";
import { confirmed, copyButton, notify } from "./notify.js";
import { plate } from "./plate.js";
import { protocolWords } from "./protocols.js";
import { navigate } from "./router.js";
import { session } from "./session.js";
import { explain } from "./states.js";
import { dateTime, duration, moment } from "./time.js";
import { tree } from "./tree.js";
import { viewer } from "./viewer.js";

const frameMilliseconds = 1_000; // plates of one frame were captured within this time of each other

function skew(milliseconds) {
    if (!milliseconds) return null;
    const span = duration(Math.abs(milliseconds) / 1000);
    return t(milliseconds > 0 ? "event.skew.ahead" : "event.skew.behind", { span });
}

function deletion(event, deleting) {
    return h("button", {
        type: "button", id: "event-delete", class: "btn btn-danger-quiet",
        async onclick() {
            const sure = await confirmed({
                title: t("event.delete.title"),
                text: t("event.delete.text", { plate: event.license_plate ?? t("plate.none") }),
                action: t("event.delete"),
            });
            if (!sure) return;
            deleting(true);
            try {
                await api.deleteEvent(event.event_id);
                notify(t("event.deleted"));
                navigate("/", { replace: true });
            } catch (error) {
                deleting(false);
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

function readCard(event, keeping) {
    const plateImage = ownAddress(event.plate_image_url);
    const aside = provinceAside(event);
    return [
        plate(event, "huge"),
        plateImage ? h("img", { class: "plate-image", src: plateImage, alt: t("picture.plate"), onerror() { this.remove(); } }) : null,
        aside ? h("p", { class: "muted" }, aside) : null,
        correctionNote(event),
        event.note ? h("p", { class: "event-note" }, event.note) : null,
        keepSwitch(event, keeping),
        h("div", { class: "page-tools" }, otherPassages(event)),
    ];
}

function factsCard(event) {
    return facts([
        [t("event.captured"), moment(event.captured_at)],
        [t("event.device"), deviceLabel(event.edge_device_id, "a", { href: deviceAddress(event.edge_device_id) })],
        [t("event.confidence"), confidence(event.confidence)],
        [t("event.kind"), kindWords(event.plate_kind)],
        [t("event.received"), moment(event.received_at)],
        [t("event.skew"), skew(event.clock_skew_ms)],
        [t("event.removed"), event.pictures_removed_at ? moment(event.pictures_removed_at) : null],
        [t("event.protocol"), event.source_protocol ? protocolWords(event.source_protocol) : null],
        [t("event.frame"), event.frame_id],
        [
            t("event.id"),
            h("span", { class: "with-copy" },
                h("code", {}, event.event_id),
                copyButton(event.event_id, t("action.copy"))),
        ],
    ]);
}

/** Why there is no picture. */
function missingWords({ pictures_removed_at: removed }) {
    if (!removed) return [t("picture.none")];
    return [t("picture.removed"), t("picture.removed.when", { when: dateTime(removed) })];
}

/** The switch by which a read stays when room is made, or for who may not turn it the fact alone. */
function keepSwitch(event, changed) {
    if (!session.may("operator")) return event.keep ? h("p", { class: "muted" }, t("event.kept")) : null;
    const input = h("input", {
        type: "checkbox", class: "form-check-input", role: "switch", id: "event-keep",
        "aria-describedby": "event-keep-hint",
        async onchange() {
            input.disabled = true;
            try {
                const saved = await api.correctEvent(event.event_id, { keep: input.checked });
                notify(t(saved.keep ? "event.keep.on" : "event.keep.off"));
                changed(saved);
            } catch (error) {
                input.checked = !input.checked;
                notify(explain(error).join(" "), "failed");
            } finally {
                input.disabled = false;
            }
        },
    });
    input.checked = event.keep === true;
    return h("div", { class: "form-check form-switch event-keep" }, input,
        h("label", { class: "form-check-label", for: "event-keep" }, t("event.keep")),
        h("div", { class: "field-hint", id: "event-keep-hint" }, t("event.keep.hint")));
}

/** The other plates of the same picture. */
async function frameMates(event, signal) {
    const at = Date.parse(event.captured_at);
    const { events } = await api.events({
        device: event.edge_device_id, from: new Date(at - frameMilliseconds).toISOString(),
        to: new Date(at + frameMilliseconds).toISOString(), limit: 200,
    }, { signal });
    return events.filter((each) => each.frame_id === event.frame_id && each.event_id !== event.event_id);
}

/** Everything that stands when an event is there: {node, show(event), saved(event)}. */
export function eventView(first, { signal, deleting, changed }) {
    const picture = h("div", { class: "event-left" });
    const read = h("section", { class: "card-plain event-read", id: "event-read" });
    const table = h("section", { class: "card-plain" });
    const mates = h("section", { class: "card-plain", id: "event-frame", hidden: true });
    const correction = session.may("operator") ? correctionCard(changed) : null;
    const metadata = h("section", { class: "card-plain", id: "event-metadata" });
    const end = h("div", { class: "event-end" });
    let pictureAddress;
    let metadataText;

    async function lookForMates(event) {
        if (!event.frame_id) return;
        try {
            const others = await frameMates(event, signal);
            mates.hidden = others.length === 0;
            replace(mates, h("h2", { class: "card-title" }, t("event.frame.others")),
                h("ul", { class: "frame-mates" }, others.map((each) => h("li", {},
                    h("a", { href: eventAddress(each) }, plate(each, "small"), confidence(each.confidence))))));
        } catch (error) {
            if (!isAbort(error)) mates.hidden = true; // a courtesy: the page itself is complete
        }
    }

    function show(event) {
        const shown = event.image_url ?? missingWords(event).join(" ");
        if (pictureAddress !== shown) {
            pictureAddress = shown;
            const words = t("picture.of", { plate: event.license_plate ?? t("plate.none") });
            replace(picture, viewer(event.image_url, words, missingWords(event)));
        }
        replace(read, readCard(event, changed));
        replace(table, factsCard(event));
        correction?.follow(event);
        const text = JSON.stringify(event.metadata ?? {});
        if (metadataText !== text) {
            metadataText = text;
            metadata.hidden = text === "{}";
            replace(metadata, h("h2", { class: "card-title" }, t("event.metadata")), tree(event.metadata ?? {}));
        }
        if (session.may("admin")) replace(end, deletion(event, deleting));
    }

    show(first);
    lookForMates(first);
    on("lpr_event_received", (event) => {
        if (first.frame_id && event.frame_id === first.frame_id) lookForMates(first);
    }, { signal });
    return {
        node: h("div", { class: "event-page" }, picture,
            h("div", { class: "event-right" }, read, table, mates, correction?.node, metadata, end)),
        show,
        /** Forgets what is typed: it has been saved. */
        saved(event) {
            correction?.show(event);
        },
    };
}
