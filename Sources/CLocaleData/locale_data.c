#include "locale_data.h"

#include <stdint.h>

// What an ICU data file begins with, and a table of contents without an entry. Both are stored in the byte order of the
// machine. See "ICU Data" in ICU's user guide, and `UDataInfo` in its unicode/udata.h.
struct empty_data {
    uint16_t header_size;
    uint8_t magic[2];
    uint16_t info_size;
    uint16_t reserved;
    uint8_t is_big_endian;
    uint8_t character_family;
    uint8_t character_size;
    uint8_t padding;
    uint8_t format[4];
    uint8_t format_version[4];
    uint8_t data_version[4];
    uint8_t fill[8];
    uint32_t entry_count;
};

_Static_assert(sizeof(struct empty_data) == 36, "the table of contents follows the header at byte 32");

#define EMPTY_DATA                                                                                                  \
    {                                                                                                               \
        .header_size = 32, .magic = {0xda, 0x27}, .info_size = 20,                                                  \
        .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, .character_size = 2, .format = {'C', 'm', 'n', 'D'}, \
        .format_version = {1},                                                                                      \
    }

// One for each version of ICU that a Swift runtime may carry: 74 and 76 are those of Swift 6.0 to 6.3.
__attribute__((aligned(16))) const struct empty_data icudt74_dat = EMPTY_DATA;
__attribute__((aligned(16))) const struct empty_data icudt76_dat = EMPTY_DATA;
