import { words as thai } from "./words-th.js";
import { words as english } from "./words-en.js";

const dictionaries = { th: thai, en: english };
export const languages = [
    { code: "th", name: "ไทย" },
    { code: "en", name: "English" },
];

let current = "th";

function remembered() {
    try {
        return localStorage.getItem("lpr.language");
    } catch {
        return null;
    }
}

/** The remembered choice, else the first language of the browser that we speak, else the site's, else Thai. */
export function chooseLanguage(siteLanguage) {
    const wanted = [remembered(), ...navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]), siteLanguage];
    use(wanted.find((code) => code && Object.hasOwn(dictionaries, code)) ?? "th");
}

function use(code) {
    current = code;
    document.documentElement.lang = code;
}

export function rememberLanguage(code) {
    try {
        localStorage.setItem("lpr.language", code);
    } catch {
        // not remembered, but used
    }
    use(code);
    window.dispatchEvent(new CustomEvent("lpr:language"));
}

export function language() {
    return current;
}

/** The BCP 47 tag for Intl: Gregorian years and Arabic digits in both languages, so that no year is 543 off. */
export function locale() {
    return current === "th" ? "th-TH-u-ca-gregory-nu-latn" : "en-GB";
}

/** The words for `key`, with `{name}` taken from `values`. */
export function t(key, values) {
    const entry = dictionaries[current][key] ?? english[key] ?? key;
    if (typeof entry === "function") return entry(values ?? {});
    return entry.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
}

/** The words for `key` if there are any, else `otherwise`. */
export function tOr(key, otherwise) {
    return Object.hasOwn(dictionaries[current], key) ? t(key) : otherwise;
}

export function number(value, options) {
    return new Intl.NumberFormat(locale(), options).format(value);
}

export function percent(fraction, digits = 0) {
    return number(fraction, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function bytes(count) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
    const value = count / 1000 ** power;
    if (power === 0) return `${number(value)} B`; // Intl says "1 byte" and "520 byte"
    return number(value, { style: "unit", unit: units[power], maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 });
}
