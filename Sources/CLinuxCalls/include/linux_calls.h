#pragma once
// Calls that the C library shows with _GNU_SOURCE alone, or in headers that Swift does not read. They return 0 unless
// they say otherwise, or -1 with errno.
//
// Those of time are here because `timespec` and `timeval` belong to whichever C module a file of the executable sees
// first, and that is none it imports.
#include <stdint.h>
#include <sys/socket.h>

/// Exchanges two names of one directory in one step.
int lpr_exchange_names(int directory, const char *one, const char *other);

/// Renames; when `replaces` is 0 nothing may have the new name.
int lpr_rename(int old_directory, const char *old_name, int new_directory, const char *new_name, int replaces);

/// A pipe whose ends close at exec.
int lpr_pipe(int ends[2]);

/// A descriptor that counts wake-ups (eventfd), as the descriptor itself or -1.
int lpr_event(void);

/// A connection of a listening socket, which closes at exec; as its descriptor or -1.
int lpr_accept(int socket, struct sockaddr *peer, socklen_t *length);

/// Enlarges what a pipe holds, where it may.
int lpr_set_pipe_size(int descriptor, int bytes);

/// From now on the calling thread has a small part of the processor while others want it: nice value 15, 1/28.
int lpr_step_back(void);

/// Has the disk begin with what was written to a file, and does not wait for it.
int lpr_begin_writing(int descriptor);

/// Whether something keeps the kernel's clock with a time server or receiver: 1, or 0 when it runs free.
int lpr_clock_is_synchronised(void);

/// The box's clock: microseconds since 1970 UTC.
int64_t lpr_now_microseconds(void);

/// What this process has done since it began.
struct lpr_process_work {
    /// Microseconds that processors have spent on it.
    int64_t computing;
    /// Blocks that it had read from disks and written to them.
    int64_t blocks;
};
struct lpr_process_work lpr_process_work(void);
