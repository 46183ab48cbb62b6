#pragma once
// What newer versions call deprecated is all that version 0.9 has.
#define SSH_SUPPRESS_DEPRECATED
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

/// Refuses RSA keys of users below `bits`; true when this version of the library can.
static inline int lpr_ssh_bind_require_rsa_bits(ssh_bind bind, int bits) {
#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 10, 0)
    return ssh_bind_options_set(bind, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &bits) == 0;
#else
    (void)bind;
    (void)bits;
    return 0;
#endif
}
