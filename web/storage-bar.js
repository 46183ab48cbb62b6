// What takes the room: one bar of all classes against the limit, with the marks, and the same numbers as a list.
import { h } from "./dom.js";
import { bytes, number, t } from "./i18n.js";

export const classes = [
    "pictures", "plate_pictures", "thumbnails", "incoming", "database", "wal", "backups", "other",
];

/** {node}: `report` as `GET /api/storage` gives it. */
export function storageBar(report) {
    const sizes = new Map(report.classes.map((each) => [each.class, each]));
    const limit = report.limit_bytes ?? report.used_bytes;
    const whole = Math.max(1, report.used_bytes, limit);
    const width = (count) => `${Math.round((count / whole) * 10_000) / 100}%`;
    const bar = h("div", { class: "storage-bar", "aria-hidden": "true" });
    for (const name of classes) {
        const size = sizes.get(name)?.bytes ?? 0;
        if (size === 0) continue;
        const part = h("span", { class: "storage-part", "data-class": name });
        part.style.width = width(size);
        bar.append(part);
    }
    if (report.quota_bytes !== null) {
        for (const mark of ["low", "high"]) {
            const line = h("span", { class: "storage-mark", "data-mark": mark, title: t(`storage.mark.${mark}`) });
            line.style.left = width(report[`${mark}_bytes`]);
            bar.append(line);
        }
    }
    const rows = classes.map((name) => {
        const { files = 0, bytes: size = 0 } = sizes.get(name) ?? {};
        return h("li", { "data-class": name },
            h("span", { class: "storage-key", "data-class": name, "aria-hidden": "true" }),
            h("span", { class: "storage-name" }, t(`storage.class.${name}`)),
            h("strong", {}, bytes(size)),
            h("span", { class: "muted" }, t("storage.files", { count: number(files) })));
    });
    return h("div", {}, bar, h("ul", { class: "storage-legend" }, rows));
}
