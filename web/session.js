import { api } from "./api.js";
import { setZone } from "./time.js";

const ranks = { viewer: 1, operator: 2, admin: 3 };

/** Who is signed in and where, as `/api/auth/me` answered last. */
export const session = {
    authenticated: false,
    username: null,
    role: null,
    setupRequired: false,
    site: { id: null, name: null, timezone: "Asia/Bangkok", language: null },

    async load(options) {
        const me = await api.me(options);
        this.authenticated = me.authenticated === true;
        this.username = me.username ?? null;
        this.role = me.role ?? null;
        this.setupRequired = me.setup_required === true;
        this.site = me.site ?? this.site;
        setZone(this.site.timezone ?? "Asia/Bangkok");
    },

    /** True when the person has `role` or a higher one. The server decides; this only hides what it would refuse. */
    may(role) {
        return (ranks[this.role] ?? 0) >= ranks[role];
    },
};
