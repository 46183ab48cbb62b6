// The central database: whether it has everything, and if not, why, what waits, and what to do.
import { api } from "../api.js";
import { h, icon, replace } from "../dom.js";
import { facts } from "../facts.js";
import { field } from "../form.js";
import { formDialog } from "../form-dialog.js";
import { number, t } from "../i18n.js";
import { notify } from "../notify.js";
import { session } from "../session.js";
import { staleNote } from "../stale.js";
import { empty, failed, loading } from "../states.js";
import { follow } from "../status-feed.js";
import { tile } from "../tiles.js";
import { duration, fromControl, moment, siteZone } from "../time.js";
import { parkedList } from "../upstream-parked.js";
import { upstreamState } from "../upstream-state.js";

const askEveryMilliseconds = 3_000;

/** What happens now, what follows from it, and what to do. */
function words(answer) {
    const { title, text, advice } = upstreamState(answer);
    return [
        h("h2", { class: "link-title" }, title),
        text ? h("p", { class: "link-advice" }, text) : null,
        answer.problem !== null && answer.last_error
            ? h("p", { class: "link-problem upstream-error", lang: "en" }, answer.last_error) : null,
        advice ? h("p", { class: "link-advice" }, h("strong", {}, t("upstream.do")), " ", advice) : null,
    ];
}

function times(answer) {
    return facts([
        [t("upstream.server"), answer.server ? h("code", {}, answer.server) : null],
        [t("upstream.connected"), moment(answer.connected_since)],
        [t("upstream.confirmed"), moment(answer.last_confirmed_at)],
        [t("upstream.error"), answer.problem === null && answer.last_error
            ? [h("span", { lang: "en" }, answer.last_error), " ", moment(answer.last_error_at)] : null],
    ]);
}

/** {node, show(answer)}; what did not change is not touched: somebody may be copying it, or hearing it read out. */
function stateCard() {
    const said = h("div", { role: "status" });
    const told = h("div", {});
    const node = h("section", { class: "card-plain link-card" }, said, told);
    const last = new Map();
    const draw = (place, key, content) => {
        const text = JSON.stringify(key);
        if (last.get(place) !== text) replace(place, content());
        last.set(place, text);
    };
    return {
        node,
        show(answer) {
            const { kind, level } = upstreamState(answer);
            Object.assign(node.dataset, { kind, level });
            const { problem, server, last_error: error, last_error_at: at } = answer;
            draw(said, [kind, problem, error], () => words(answer));
            draw(told, [problem, server, error, at, answer.connected_since, answer.last_confirmed_at], () => times(answer));
        },
    };
}

async function resync(begun) {
    const from = field("from", t("upstream.resync.from"), {
        type: "datetime-local", hint: t("upstream.resync.hint", { zone: siteZone() }),
    });
    const sent = await formDialog(t("upstream.resync.title"), {
        before: h("p", {}, t("upstream.resync.text")),
        fields: [from],
        action: t("upstream.resync.action"),
        send: (values) => api.resyncUpstream({ from: fromControl(values.from) || null }),
    });
    if (!sent) return;
    notify(t("upstream.resync.begun"));
    begun();
}

function numbers() {
    const names = ["lag", "rate", "sent", "parked", "backfill", "pictures"];
    const tiles = Object.fromEntries(names.map((name) => [name, tile(`upstream-${name}`, t(`upstream.tile.${name}`))]));
    return {
        node: h("dl", { class: "tiles" }, names.map((name) => tiles[name].node)),
        show(answer) {
            const { lag_rows: rows, lag_seconds: lag, backfill_remaining: left, pictures_waiting: waiting } = answer;
            tiles.lag.set(number(rows), {
                note: rows > 0 ? t("upstream.tile.lag.note", { span: duration(lag) }) : t("upstream.tile.lag.none"),
                level: lag >= 300 ? "warn" : "",
            });
            tiles.rate.set(number(answer.rows_per_second, { maximumFractionDigits: 1 }), {
                note: t("upstream.tile.rate.note"),
            });
            tiles.sent.set(number(answer.rows_sent), {
                note: t("upstream.tile.sent.note", { batches: number(answer.batches_sent) }),
            });
            tiles.parked.set(number(answer.parked_rows), {
                note: answer.parked_rows > 0 ? t("upstream.tile.parked.note") : null,
                level: answer.parked_rows > 0 ? "warn" : "",
            });
            tiles.backfill.node.hidden = left === null;
            if (left !== null) tiles.backfill.set(number(left), { note: t("upstream.tile.backfill.note") });
            tiles.pictures.node.hidden = waiting === null;
            if (waiting !== null) tiles.pictures.set(number(waiting), {
                note: answer.pictures_error
                    ? t("upstream.tile.pictures.error", { error: answer.pictures_error })
                    : t("upstream.tile.pictures.note", { count: number(answer.pictures_sent) }),
                level: answer.pictures_error ? "warn" : "",
            });
        },
    };
}

export function upstreamPage({ signal }) {
    const card = stateCard();
    const tiles = numbers();
    const refused = parkedList({ signal, retried: () => ask() });
    const whole = h("div", { class: "upstream" }, card.node, tiles.node, refused.node);
    const place = h("div", { "data-state": "loading" }, loading(5));
    const again = session.may("admin") ? h("button",
        { type: "button", class: "btn btn-quiet", "data-action": "resync", hidden: true, onclick: () => resync(() => ask()) },
        icon("again"), t("upstream.resync")) : null;
    const stale = staleNote(() => ask());

    function answered(answer) {
        stale.well("upstream");
        const isOff = answer.state === "off";
        if (again) again.hidden = isOff;
        if (isOff) {
            place.dataset.state = "empty";
            replace(place, empty(t("upstream.off"), t("upstream.off.advice")));
            return;
        }
        card.show(answer);
        tiles.show(answer);
        refused.show(answer.parked_rows);
        if (!whole.isConnected) replace(place, whole);
        place.dataset.state = "ready";
    }

    const ask = follow({
        ask: (options) => api.upstream(options),
        answered,
        failed(error) {
            if (place.dataset.state === "ready") stale.fail("upstream");
            else {
                place.dataset.state = "failed";
                replace(place, failed(error, () => ask()));
            }
        },
        everyMilliseconds: askEveryMilliseconds,
        signal,
    });

    return {
        title: t("upstream.title"),
        node: h("div", {},
            h("div", { class: "page-head" }, h("h1", {}, t("upstream.title")),
                h("div", { class: "page-tools" }, again)),
            h("p", { class: "page-lead" }, t("upstream.lead")),
            stale.node, place),
    };
}
