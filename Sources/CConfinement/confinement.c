// Between fork and exec of a process with many threads only functions that are safe in signal handlers may run, which
// Swift cannot promise: hence C.
#define _GNU_SOURCE
#include "confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// linux/landlock.h of the distributions is older than their kernels. Numbers and layouts are the kernel's
// (Documentation/userspace-api/landlock.rst); the numbers of the calls are the same on all machines.
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { RULESET_VERSION = 1, PATH_BENEATH = 1 };

enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    REMOVE_DIR = 1 << 4,
    REMOVE_FILE = 1 << 5,
    MAKE_CHAR = 1 << 6,
    MAKE_DIR = 1 << 7,
    MAKE_REG = 1 << 8,
    MAKE_SOCK = 1 << 9,
    MAKE_FIFO = 1 << 10,
    MAKE_BLOCK = 1 << 11,
    MAKE_SYM = 1 << 12,
    REFER = 1 << 13,
    TRUNCATE = 1 << 14,
    IOCTL_DEV = 1 << 15,
};

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

// Symbolic links, sockets, pipes and devices are not among what a device may make.
static const uint64_t in_directory = WRITE_FILE | READ_FILE | READ_DIR | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG
                                     | REFER | TRUNCATE;
static const uint64_t of_system = EXECUTE | READ_FILE | READ_DIR;

int lpr_landlock_version(void) {
    long version = syscall(CREATE_RULESET, NULL, 0, RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

static int allow(int ruleset, int parent, uint64_t allowed) {
    struct path_beneath rule = {.allowed = allowed, .parent = parent};
    return (int)syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
}

static int allow_path(int ruleset, const char *path, uint64_t allowed) {
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) return errno == ENOENT ? 0 : -1;
    int result = allow(ruleset, parent, allowed);
    close(parent);
    return result;
}

static int confine(int directory) {
    int version = lpr_landlock_version();
    if (version == 0) return -1;
    uint64_t handled = (MAKE_SYM << 1) - 1;
    if (version >= 2) handled |= REFER;
    if (version >= 3) handled |= TRUNCATE;
    if (version >= 5) handled |= IOCTL_DEV;
    struct ruleset rules = {.files = handled};
    size_t size = sizeof rules.files;
    if (version >= 4) {
        rules.network = 3; // neither bind nor connect
        size = 2 * sizeof(uint64_t);
    }
    if (version >= 6) {
        rules.scopes = 3; // no abstract sockets and no signals outside
        size = sizeof rules;
    }
    int ruleset = (int)syscall(CREATE_RULESET, &rules, size, 0);
    if (ruleset < 0) return -1;
    if (allow(ruleset, directory, in_directory & handled) != 0) return -1;
    static const char *const system[] = {"/usr", "/lib", "/lib64", "/bin", NULL};
    for (const char *const *path = system; *path; path++) {
        if (allow_path(ruleset, *path, of_system) != 0) return -1;
    }
    static const char *const files[] = {"/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", NULL};
    for (const char *const *path = files; *path; path++) {
        if (allow_path(ruleset, *path, READ_FILE) != 0) return -1;
    }
    if (allow_path(ruleset, "/dev/null", READ_FILE | WRITE_FILE) != 0) return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    return (int)syscall(RESTRICT_SELF, ruleset, 0);
}

static int set_up(const struct lpr_confined_program *program, pid_t parent, int report) {
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return -1;
    for (int number = 1; number < 32; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return -1;
    // The parent may have ended before the line above.
    if (getppid() != parent) return -1;
    if (fchdir(program->directory) != 0) return -1;
    // First out of the way of each other, then to their places.
    int moved[4];
    for (int index = 0; index < 4; index++) {
        moved[index] = fcntl(program->descriptors[index], F_DUPFD, 16);
        if (moved[index] < 0) return -1;
    }
    for (int index = 0; index < 4; index++) {
        if (dup2(moved[index], index) != index) return -1;
        close(moved[index]);
    }
    // All others close at exec: nothing in this process is opened without O_CLOEXEC by us, but libraries may.
    for (int descriptor = 4; descriptor < 1024; descriptor++) {
        if (descriptor != report && descriptor != program->directory) close(descriptor);
    }
    struct rlimit no_core = {0, 0};
    if (setrlimit(RLIMIT_CORE, &no_core) != 0) return -1;
    umask(0027);
    return 0;
}

static void fail(int report, enum lpr_confined_step step) {
    int32_t words[2] = {(int32_t)step, errno ? errno : EIO};
    ssize_t written = write(report, words, sizeof words);
    (void)written;
    _exit(127);
}

int lpr_start_confined(const struct lpr_confined_program *program, pid_t *process, enum lpr_confined_step *step) {
    int report[2];
    *step = LPR_CONFINED_FORK;
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        int number = errno;
        close(report[0]);
        close(report[1]);
        return number;
    }
    if (child == 0) {
        if (set_up(program, parent, report[1]) != 0) fail(report[1], LPR_CONFINED_SETUP);
        errno = 0;
        if (confine(program->directory) != 0) fail(report[1], LPR_CONFINED_LANDLOCK);
        execve(program->path, program->arguments, program->environment);
        fail(report[1], LPR_CONFINED_EXECUTE);
    }
    close(report[1]);
    int32_t words[2] = {0, 0};
    ssize_t length;
    do {
        length = read(report[0], words, sizeof words);
    } while (length < 0 && errno == EINTR);
    close(report[0]);
    if (length == 0) {
        *process = child;
        return 0;
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    *step = words[0] ? (enum lpr_confined_step)words[0] : LPR_CONFINED_SETUP;
    return words[1] ? words[1] : EIO;
}
