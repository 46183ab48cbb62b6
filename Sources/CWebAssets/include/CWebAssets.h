#ifndef LPR_CWEBASSETS_H
#define LPR_CWEBASSETS_H

#include <stddef.h>

/// One file of the web page as it stands in the binary. All pointers live as long as the process.
typedef struct {
    /// Request path, e.g. "/index.html" or "/assets/app.js".
    const char *path;
    /// Value for `Content-Type`, with charset where it is text.
    const char *content_type;
    /// Quoted strong `ETag`, made from the SHA-256 of the uncompressed content.
    const char *etag;
    /// The content as one gzip member.
    const unsigned char *gzip;
    /// Bytes at `gzip`.
    size_t gzip_length;
    /// Bytes of the content uncompressed.
    size_t length;
} lpr_web_asset;

/// Number of embedded files.
size_t lpr_web_asset_count(void);

/// The file at `index` in ascending order of path (byte order), or NULL at and above the count.
const lpr_web_asset *lpr_web_asset_at(size_t index);

#endif
