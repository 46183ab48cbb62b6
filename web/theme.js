// A classic script in the head: the theme is set before the first paint, so nothing flashes.
(function () {
    "use strict";
    const root = document.documentElement;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");

    function chosen() {
        try {
            const value = localStorage.getItem("lpr.theme");
            return value === "light" || value === "dark" ? value : "auto";
        } catch {
            return "auto"; // storage can be switched off
        }
    }

    function apply() {
        const choice = chosen();
        const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
        root.dataset.theme = theme;
        root.dataset.bsTheme = theme; // Bootstrap 5.3 and later listen to this, earlier ones do not
        window.dispatchEvent(new CustomEvent("lpr:theme", { detail: theme }));
    }

    window.lprTheme = {
        get choice() {
            return chosen();
        },
        get current() {
            return root.dataset.theme;
        },
        choose(choice) {
            try {
                if (choice === "auto") localStorage.removeItem("lpr.theme");
                else localStorage.setItem("lpr.theme", choice);
            } catch {
                root.dataset.theme = choice; // not remembered, but shown
            }
            apply();
        },
    };
    dark.addEventListener("change", apply);
    apply();
})();
