// Since GCC 13 one place in libstdc++ sets up std::cout and its like, and every object that includes <iostream> refers to
// it by the symbol below. In libstdc++ of GCC 12 (Debian 12, Ubuntu 22.04) every object does it for itself when it
// includes <iostream>, as this one does; the objects of the Swift runtime, which were made with a newer one, do not.

#include <iostream>

namespace std {
__attribute__((visibility("hidden"))) void ios_base_library_init() {}
}  // namespace std
