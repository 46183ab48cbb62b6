// A sound or a notification of the system for each new read, for who does not look at the screen.
// Both are off until somebody switches them on here; the choice stays in this browser.
import { deviceName } from "./device-names.js";
import { h, icon, replace } from "./dom.js";
import { eventAddress } from "./event-row.js";
import { t } from "./i18n.js";
import { onEvents, stayAwake } from "./live.js";
import { notify } from "./notify.js";
import { navigate } from "./router.js";
import { clockTime, now } from "./time.js";

const storageName = "lpr.alerts";
const freshMilliseconds = 60_000; // what arrives late, after an outage, is no news
const soundEveryMilliseconds = 1_500;
const mostKnown = 500;

const choice = { sound: false, notification: false, ...remembered() };
const drawers = new Set();
let end = null; // AbortController while somebody wants to be told
let signedIn = false;
let audio = null;
let soundedAt = -Infinity;
let seen = new Set();

function remembered() {
    try {
        const { sound, notification } = JSON.parse(localStorage.getItem(storageName)) ?? {};
        return { sound: sound === true, notification: notification === true };
    } catch {
        return {};
    }
}

function remember() {
    try {
        localStorage.setItem(storageName, JSON.stringify(choice));
    } catch {
        // not remembered, but used
    }
}

const notificationsAllowed = () => "Notification" in window && Notification.permission === "granted";

/** Browsers keep a page silent until it is touched once; that also holds for a choice made yesterday. */
const soundIsBlocked = () => choice.sound && audio?.state !== "running";

function wakeAudio() {
    const Context = window.AudioContext ?? window.webkitAudioContext;
    if (!Context) return Promise.resolve();
    audio ??= new Context();
    return audio.state === "running" ? Promise.resolve() : audio.resume().catch(() => {});
}

function tone(frequency, start, seconds) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(0.25, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + seconds);
}

function sound() {
    if (audio?.state !== "running" || performance.now() - soundedAt < soundEveryMilliseconds) return;
    soundedAt = performance.now();
    tone(784, audio.currentTime, 0.16);
    tone(1175, audio.currentTime + 0.13, 0.28);
    document.dispatchEvent(new CustomEvent("lpr:sound"));
}

function show(event) {
    if (!notificationsAllowed() || (!document.hidden && document.hasFocus())) return;
    const title = [event.license_plate ?? t("plate.none"), event.province].filter(Boolean).join(" ");
    const body = `${deviceName(event.edge_device_id)} · ${clockTime(event.captured_at)}`;
    try {
        // One tag: at a busy gate the newest takes the place of the one before.
        const note = new Notification(title, { body, tag: "lpr-event", icon: "/assets/favicon.svg", lang: "th" });
        note.addEventListener("click", () => {
            window.focus();
            navigate(eventAddress(event));
            note.close();
        });
    } catch {
        // Android's browsers have the name but refuse it to pages.
    }
}

function receive({ events, initial }) {
    const fresh = events.filter((event) =>
        !seen.has(event.event_id) && now() - Date.parse(event.received_at) < freshMilliseconds);
    for (const event of events) seen.add(event.event_id);
    for (const id of seen) {
        if (seen.size <= mostKnown) break;
        seen.delete(id);
    }
    if (initial || fresh.length === 0) return;
    if (choice.sound) sound();
    if (choice.notification) show(fresh[0]);
}

function follow() {
    const wanted = signedIn && (choice.sound || (choice.notification && notificationsAllowed()));
    if (wanted === (end !== null)) return;
    end?.abort();
    end = null;
    if (!wanted) return;
    end = new AbortController();
    seen = new Set();
    onEvents(receive, { signal: end.signal });
    stayAwake({ signal: end.signal });
}

export function startAlerts() {
    signedIn = true;
    follow();
}

export function stopAlerts() {
    signedIn = false;
    follow();
}

function changed() {
    remember();
    follow();
    drawers.forEach((draw) => draw());
}

async function toggleSound() {
    if (soundIsBlocked()) {
        // Switched on before, silent since the page was loaded: this click is what it waited for.
        await wakeAudio();
        if (audio?.state !== "running") choice.sound = false;
    } else {
        choice.sound = !choice.sound;
        if (choice.sound) await wakeAudio();
    }
    if (choice.sound) {
        soundedAt = -Infinity;
        sound(); // so sounds it
    }
    changed();
}

async function toggleNotification() {
    if (choice.notification && notificationsAllowed()) {
        choice.notification = false;
        changed();
        return;
    }
    if (!("Notification" in window) || !window.isSecureContext) {
        notify(t("alert.notification.insecure"), "failed");
        return;
    }
    const answer = await Notification.requestPermission();
    choice.notification = answer === "granted";
    notify(t(choice.notification ? "alert.notification.on" : "alert.notification.denied"),
        choice.notification ? "done" : "failed");
    changed();
}

function toggle(id, shape, words, pressed, hint, action, signal) {
    const button = h("button", { type: "button", id, class: "btn btn-quiet btn-tool", onclick: action });
    const draw = () => {
        replace(button, icon(shape), h("span", { class: "tool-words" }, words));
        button.setAttribute("aria-pressed", String(pressed()));
        const note = hint();
        button.title = note ?? words;
        button.classList.toggle("is-waiting", note !== null);
    };
    drawers.add(draw);
    signal.addEventListener("abort", () => drawers.delete(draw), { once: true });
    draw();
    return button;
}

/** The two switches, for a page's tools. */
export function alertSwitches(signal) {
    return [
        toggle("live-sound", "sound", t("alert.sound"), () => choice.sound,
            () => (soundIsBlocked() ? t("alert.sound.blocked") : null), toggleSound, signal),
        toggle("live-notification", "bell", t("alert.notification"),
            () => choice.notification && notificationsAllowed(), () => null, toggleNotification, signal),
    ];
}

for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, async (event) => {
        if (!soundIsBlocked() || event.target.closest?.("#live-sound")) return;
        await wakeAudio();
        drawers.forEach((draw) => draw());
    }, { capture: true, passive: true });
}
