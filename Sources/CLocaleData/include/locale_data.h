#pragma once

// Nothing to call. That this target is linked keeps 34 MB out of the binary: the static Swift runtime brings names of
// languages, calendars and rules of sorting of all countries, as data of ICU in an object of its own. The linker takes
// that object only when nobody else has its symbol, and here an empty one has it. The page writes dates and numbers for
// people in the browser; the appliance itself writes nothing in anybody's language. What Foundation would look up in the
// data it does not find, as for an unknown language.
//
// A Swift runtime with another version of ICU links its own data again: then the binary is larger, and works.
