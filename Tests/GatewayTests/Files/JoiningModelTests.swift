import Domain
import Gateway
import Media
import Store
import TestSupport
import Testing

/// Random orders of events and files against a plain model.
@Suite("Joining against a model")
struct JoiningModelTests {
    private enum Step {
        case event(Int)
        case file(Int)
    }

    /// Event `n` of a device announces `d/n.jpg`, or is named by the file alone; so each has one file that is its own.
    @Test(
        "whatever the order, with repeats, each event has its own picture and nothing is left over", arguments: 0..<12)
    func orders(seed: Int) async throws {
        var generator = SeededGenerator(UInt64(seed))
        let bench = try FileBench()
        let count = 8
        let devices = ["gate-1", "gate-2"]
        var steps: [(device: String, step: Step)] = []
        for device in devices {
            for number in 0..<count {
                if number != 0 { steps.append((device, .event(number))) }
                if number != 1 { steps.append((device, .file(number))) }
                if Bool.random(using: &generator) { steps.append((device, .file(number == 1 ? 2 : number))) }
                if number > 1, Bool.random(using: &generator) { steps.append((device, .event(number))) }
            }
        }
        steps.shuffle(using: &generator)
        for (device, step) in steps {
            bench.time.now = bench.time.now + .seconds(1)
            switch step {
            case .event(let number):
                let announced = ["/data/lpr_images/d/\(number).jpg", "d/\(number).jpg", nil][number % 3]
                try await bench.event(
                    "\(device)-\(number)", path: announced, device: device,
                    at: FileBench.start + .seconds(Int64(number)))
            case .file(let number):
                let name = number % 3 == 2 ? "\(device)-\(number)" : "\(number)"
                _ = try await bench.send("d/\(name).jpg", FileBench.picture(UInt8(number)), from: device)
            }
        }
        for device in devices {
            for number in 1..<count {
                let path = try await bench.picture(of: "\(device)-\(number)")
                guard number != 1 else {
                    #expect(path == nil)
                    continue
                }
                let bytes = try await bench.pictures.read(try #require(path))
                #expect(bytes == FileBench.picture(UInt8(number)) && path?.contains(device) == true)
            }
        }
        #expect(
            try await bench.text("SELECT device_id || path FROM received_files WHERE state = 'unclaimed' ORDER BY 1")
                == devices.map { $0 + "d/0.jpg" })
        #expect(try await bench.store.read { try UnclaimedFiles.count($0) }.count == 2)
        // All events gone in a random order: all their pictures gone, and none of the others.
        for device in devices {
            for number in (1..<count).shuffled(using: &generator) {
                _ = try await bench.intake.delete(eventID: "\(device)-\(number)", by: "admin")
                try await bench.expectNoOrphans()
            }
        }
        #expect(bench.pictureFiles.count == 2)
        try await bench.store.close()
    }
}
