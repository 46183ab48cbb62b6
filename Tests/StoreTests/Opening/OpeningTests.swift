import Domain
import TestSupport
import Testing

@testable import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("Opening a data directory")
struct OpeningTests {
    @Test("a second holder is refused and told who has it")
    func secondHolder() async throws {
        try await withScratchDirectory { directory in
            let store = try scratchStore(directory, HeldClock())
            let error = #expect(throws: StoreError.self) { try scratchStore(directory, HeldClock()) }
            #expect(error?.kind == .inUse)
            #expect(error?.detail.contains("process \(getpid())") == true)
            try await store.close()
            let again = try scratchStore(directory, HeldClock())
            #expect(!again.openingReport.isAfterUncleanStop)
            try await again.close()
        }
    }

    @Test("a sound database survives an unclean stop")
    func uncleanStop() async throws {
        try await withScratchDirectory { directory in
            let store = try scratchStore(directory, HeldClock())
            try await store.insert([scratchEvent("e1")])
            try await store.close()
            write([], to: directory + "/appliance.running")
            let again = try scratchStore(directory, HeldClock())
            #expect(again.openingReport.isAfterUncleanStop)
            #expect(again.openingReport.damage == nil)
            #expect(try await again.count("lpr_events") == 1)
            try await again.close()
        }
    }

    @Test(
        "a damaged database is put aside under a dated name and never deleted; the newest backup is offered",
        arguments: [true, false])
    func damage(isFoundByCheck: Bool) async throws {
        try await withScratchDirectory { directory in
            let clock = HeldClock()
            let store = try scratchStore(directory, clock)
            try await store.insert((0..<500).map { scratchEvent("e\($0)") })
            let backup = try await store.backUp(now: clock.now)
            try await store.close()
            let path = directory + "/appliance.sqlite"
            // Found by the check: pages in the middle are rubbish. Found by opening: the first page is.
            overwrite(path, at: isFoundByCheck ? 8_192 : 0, with: [UInt8](repeating: 0xA5, count: 40_000))
            if isFoundByCheck { write([], to: directory + "/appliance.running") }

            let again = try scratchStore(directory, clock)
            let damage = try #require(again.openingReport.damage)
            #expect(damage.putAsideAs == path + ".damaged-20261123T010000Z")
            #expect(damage.newestBackup == backup)
            #expect(ScratchFolder.names(in: directory).contains("appliance.sqlite.damaged-20261123T010000Z"))
            #expect(try await again.count("lpr_events") == 0)
            try await again.insert([scratchEvent("new")])
            try await again.close()
        }
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        _ = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    private func overwrite(_ path: String, at offset: Int, with bytes: [UInt8]) {
        let descriptor = open(path, O_WRONLY)
        _ = pwrite(descriptor, bytes, bytes.count, off_t(offset))
        close(descriptor)
    }
}
