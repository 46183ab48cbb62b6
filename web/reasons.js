// Why a message was refused, in the reader's words. The appliance's own sentence is English and more precise;
// it is always shown too, so a sentence that nothing here knows loses nothing.
import { t } from "./i18n.js";

const kinds = [
    ["empty", /message is empty/i],
    ["failed", /could not be stored/i],
    ["json", /not valid JSON|not a JSON|is no JSON|multipart|form has/i],
    ["conflict", /stored already, with other content/i],
    ["topic", /topic belongs to device/i],
    ["device", /belongs to device/i],
    ["disabled", /is disabled/i],
    ["file", /bytes came, .* were announced|is not the announced one/i],
    ["picture", /no event gets it$/i],
    ["picture", /^(image|plate_image|picture)\b/i],
    ["large", /too large|is larger than|at most .* bytes|more than .* bytes/i],
    ["clock", /^(captured_at|sent_at)\b/i],
    ["field", /^[a-z_]+(\.[a-z_]+)* (is|has|must)\b/i],
];

/** {title, advice} for a sentence of the appliance. */
export function reasonWords(sentence) {
    const kind = kinds.find(([, pattern]) => pattern.test(sentence ?? ""))?.[0] ?? "other";
    return { kind, title: t(`reason.${kind}`), advice: t(`reason.${kind}.advice`) };
}
