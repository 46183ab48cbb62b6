// The filters of the search, and the address that stands for them.
import { h, icon } from "./dom.js";
import { language, percent, t } from "./i18n.js";
import { field } from "./form.js";
import { deviceField, failFields, rangeFields, wantedFilter } from "./filter-fields.js";
import { provinces } from "./provinces.js";
import { navigate } from "./router.js";
import { now, startOfDay, toControl } from "./time.js";

const names = ["search", "plate", "device", "province", "from", "to", "min_confidence", "has_image"];

/** The filter that an address asks for. */
export function filterOf(query) {
    const filter = Object.fromEntries(names.map((name) => [name, query.get(name)?.trim() ?? ""]));
    // A zone's plus sign that was pasted unescaped came out as a blank.
    for (const name of ["from", "to"]) filter[name] = filter[name].replace(/ (\d\d:\d\d)$/, "+$1");
    return filter;
}

/** The address of a filter. */
export function addressOf(filter) {
    const query = String(new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")));
    return query ? `/search?${query}` : "/search";
}

/** The choices, with the value from the address among them when it is another one. */
function withOwn(choices, value, words) {
    return choices.some(([each]) => each === value) ? choices : [...choices, [value, words(value)]];
}

const ownLeast = (value) => (Number.isFinite(Number(value)) ? t("search.least", { least: percent(value) }) : value);

/** {node, fail(problem)}: the filters, which lead to their address when they are sent. */
export function filterForm(filter, signal) {
    const fields = [
        field("search", t("search.any"), {
            type: "search", value: filter.search, hint: t("search.any.hint"), autocomplete: "off", spellcheck: "false",
            maxlength: 100,
        }),
        field("plate", t("search.plate"), {
            type: "search", value: filter.plate, hint: t("search.plate.hint"), autocomplete: "off",
            spellcheck: "false", maxlength: 50,
        }),
        deviceField(filter.device, signal),
        field("province", t("search.province"), {
            value: filter.province, autocomplete: "off", maxlength: 50,
            suggestions: provinces.map(([, thai, english]) => (language() === "en" ? english : thai)),
        }),
        ...rangeFields(filter),
        field("min_confidence", t("search.confidence"), {
            value: filter.min_confidence,
            choices: withOwn([
                ["", t("search.all")],
                ...[0.5, 0.7, 0.85, 0.95].map((least) => [String(least), t("search.least", { least: percent(least) })]),
            ], filter.min_confidence, ownLeast),
        }),
        field("has_image", t("search.image"), {
            value: filter.has_image,
            choices: withOwn(
                [["", t("search.all")], ["true", t("search.image.with")], ["false", t("search.image.without")]],
                filter.has_image, (value) => value
            ),
        }),
    ];
    const ranges = [
        ["search.range.hour", () => [new Date(now() - 3_600_000).toISOString().slice(0, 17) + "00Z", ""]],
        ["search.range.today", () => [startOfDay(), ""]],
        ["search.range.yesterday", () => [startOfDay(1), startOfDay()]],
        ["search.range.week", () => [startOfDay(6), ""]],
    ].map(([key, range]) => h("button", {
        type: "button", class: "btn btn-chip",
        onclick() {
            const [from, to] = range();
            fields[4].input.value = toControl(from);
            fields[5].input.value = toControl(to);
            node.requestSubmit();
        },
    }, t(key)));

    const more = names.slice(2).some((name) => filter[name] !== "");
    const node = h("form", { class: "filters", id: "search-filters", role: "search", "aria-label": t("search.title") },
        h("div", { class: "filters-first" }, fields[0].node, fields[1].node),
        h("div", { class: "filters-ranges", role: "group", "aria-label": t("search.range") }, ranges),
        h("details", { class: "filters-more", open: more },
            h("summary", {}, t("search.more")),
            h("div", { class: "filters-grid" }, fields.slice(2).map((each) => each.node))),
        h("div", { class: "form-buttons" },
            h("button", { type: "submit", class: "btn btn-primary" }, icon("search"), t("search.action")),
            h("a", { class: "btn btn-quiet", href: "/search" }, t("search.clear"))));
    node.addEventListener("submit", (event) => {
        event.preventDefault();
        const wanted = wantedFilter(fields, filter);
        if (!wanted) return;
        if (wanted.search && wanted.plate) {
            fields[1].fail(t("search.both"));
            fields[1].input.focus();
            return;
        }
        const address = addressOf(wanted);
        navigate(address, { replace: address === location.pathname + location.search });
    });
    return { node, fail: (problem) => failFields(fields, problem) };
}
