#include "CWebAssets.h"

// The bytes are gathered and compressed by web/pack.sh into generated/, which is not committed:
// Bootstrap and Chart.js belong to the distribution. assets.inc embeds each file and defines
// LPR_WEB_ASSETS, the rows of the table below, sorted by path.

#if !defined(__has_embed)
#error "CWebAssets needs #embed: clang 19 or newer, as in the Swift 6.2 toolchain"
#elif !__has_include("generated/assets.inc")
#error "The web page is not packed yet: run `make web-assets` (or web/pack.sh) and build again"
#else

#pragma clang diagnostic ignored "-Wc23-extensions"
#include "generated/assets.inc"

static const lpr_web_asset assets[] = {LPR_WEB_ASSETS};

size_t lpr_web_asset_count(void) {
    return sizeof assets / sizeof assets[0];
}

const lpr_web_asset *lpr_web_asset_at(size_t index) {
    return index < lpr_web_asset_count() ? &assets[index] : NULL;
}

#endif
