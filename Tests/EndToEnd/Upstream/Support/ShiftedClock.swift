import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A wall clock of a program's own, which a test may set while the program runs. Clocks that only go forward stay as
/// they are.
///
/// A small library, built by the system's C compiler, stands before the program's call of `clock_gettime`.
final class ShiftedClock: Sendable {
    private let folder: ScratchFolder

    /// What the appliance is to be started with.
    var prefix: [String] {
        ["env", "LD_PRELOAD=\(folder.path)/clock.so", "SHIFTED_CLOCK=\(folder.path)/seconds"]
    }

    /// - Returns: nil where there is no C compiler; the test's output says so.
    static func make() async throws -> ShiftedClock? {
        let folder = try ScratchFolder()
        let source = folder.path + "/clock.c"
        try writeFile(Array(text.utf8), to: source)
        for compiler in ["cc", "clang", "gcc"] {
            let result = try? await Program.run(
                [compiler, "-shared", "-fPIC", "-O1", "-o", folder.path + "/clock.so", source, "-ldl"])
            guard result?.ending == .exited(0) else { continue }
            let clock = ShiftedClock(folder)
            try clock.set(seconds: 0)
            return clock
        }
        print("There is no C compiler here: a clock that jumps is not tried.")
        return nil
    }

    private init(_ folder: ScratchFolder) { self.folder = folder }

    /// From now on the program's clock is that far from the system's.
    func set(seconds: Int64) throws {
        let path = folder.path + "/seconds"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TestFailure.system(path) }
        defer { close(descriptor) }
        var value = seconds
        guard pwrite(descriptor, &value, 8, 0) == 8 else { throw TestFailure.system(path) }
    }

    private static let text = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <time.h>
        #include <unistd.h>

        static volatile int64_t *shift;
        static int (*real)(clockid_t, struct timespec *);

        __attribute__((constructor)) static void begin(void) {
            const char *path = getenv("SHIFTED_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
            if (file < 0) return;
            void *page = mmap(NULL, 8, PROT_READ, MAP_SHARED, file, 0);
            close(file);
            if (page != MAP_FAILED) shift = page;
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, time);
            if (result == 0 && clock == CLOCK_REALTIME && shift) time->tv_sec += *shift;
            return result;
        }

        """
}
