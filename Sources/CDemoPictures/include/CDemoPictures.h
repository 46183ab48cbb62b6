#ifndef LPR_CDEMOPICTURES_H
#define LPR_CDEMOPICTURES_H

#include <stddef.h>

/// One drawn scene at a gate, with what is true about it. All pointers live as long as the process.
typedef struct {
    /// What the scene is called in packaging/demo-pictures/.
    const char *name;
    /// The gate it shows: "in", "out" or "park".
    const char *way;
    /// The plate, line by line without the province; NULL when there is none.
    const char *plate;
    /// Thai name of the province on the plate; NULL when none is there.
    const char *province;
    /// The kind that the plate's text shows, as in `plate_kind`; NULL without a plate.
    const char *kind;
    /// "car", "pickup", "van", "taxi", "truck", "motorcycle" or "none".
    const char *vehicle;
    /// x, y, width and height of the plate in pixels of the picture; all 0 without a plate.
    int plate_box[4];
    /// The picture: a JPEG of 640 × 360 pixels.
    const unsigned char *jpeg;
    /// Bytes at `jpeg`.
    size_t jpeg_length;
} lpr_demo_picture;

/// Number of scenes.
size_t lpr_demo_picture_count(void);

/// The scene at `index`, or NULL at and above the count.
const lpr_demo_picture *lpr_demo_picture_at(size_t index);

#endif
