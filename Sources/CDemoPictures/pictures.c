#include "CDemoPictures.h"

// packaging/demo-pictures/draw.py draws the pictures and writes the table; both are committed, for they are ours.

#if !defined(__has_embed)
#error "CDemoPictures needs #embed: clang 19 or newer, as in the Swift 6.2 toolchain"
#else

#pragma clang diagnostic ignored "-Wc23-extensions"
#include "pictures/pictures.inc"

size_t lpr_demo_picture_count(void) {
    return sizeof pictures / sizeof pictures[0];
}

const lpr_demo_picture *lpr_demo_picture_at(size_t index) {
    return index < lpr_demo_picture_count() ? &pictures[index] : NULL;
}

#endif
