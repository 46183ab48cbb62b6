#pragma once
#include <sys/types.h>

/// A program that may touch one directory and nothing else.
struct lpr_confined_program {
    const char *path;
    /// Both end with NULL.
    char *const *arguments;
    char *const *environment;
    /// Its working directory, and the only one in which it may read and change files.
    int directory;
    /// What becomes its descriptors 0, 1, 2 and 3.
    int descriptors[4];
};

/// Where `lpr_start_confined` failed.
enum lpr_confined_step {
    LPR_CONFINED_FORK = 1,
    LPR_CONFINED_SETUP,
    /// The kernel has no Landlock, or it is switched off.
    LPR_CONFINED_LANDLOCK,
    LPR_CONFINED_EXECUTE,
};

/// Starts the program in a process group of its own. It is killed when the calling thread ends.
///
/// Returns 0, or an errno with the step in `step`; then nothing runs.
int lpr_start_confined(const struct lpr_confined_program *program, pid_t *process, enum lpr_confined_step *step);

/// 0 when the kernel cannot confine programs, else the version of its Landlock.
int lpr_landlock_version(void);
