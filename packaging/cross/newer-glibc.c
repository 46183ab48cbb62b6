// What the static Swift runtime of Debian unstable asks of the C library and Debian 12 (glibc 2.36) does not have.
// Linked into the ARM64 binary only, so that it also runs where the C library is older than the runtime's: the newest
// symbol it then needs is of glibc 2.35, which Ubuntu 22.04 has. All symbols are hidden: no shared library is to find
// them here instead of in the C library.

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC visibility push(hidden)

// glibc 2.38 gave C23's readers of numbers names of their own. They differ from the old ones in that they take "0b1" as
// binary in base 2 and base 0. The runtime reads environment variables, /proc and parts of URLs and identifiers by them;
// none of those is binary.

long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }

long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }

unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }

unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }

int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vsscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

// glibc 2.38 has these two of BSD.

size_t strlcpy(char *to, const char *from, size_t size) {
    size_t length = strlen(from);
    if (size > 0) {
        size_t copied = length < size ? length : size - 1;
        memcpy(to, from, copied);
        to[copied] = '\0';
    }
    return length;
}

size_t strlcat(char *to, const char *from, size_t size) {
    size_t length = strnlen(to, size);
    if (length == size) { return size + strlen(from); }
    return length + strlcpy(to + length, from, size - length);
}

#pragma GCC visibility pop
