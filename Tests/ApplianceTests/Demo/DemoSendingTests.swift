import ArgumentParser
import Domain
import Testing

@testable import Appliance

@Suite struct DemoSendingTests {
    @Test(
        arguments: [
            (200, nil, DemoVerdict.kept), (201, nil, .kept), (204, nil, .kept),
            (401, nil, .needsKey), (403, nil, .refused), (409, nil, .refused), (413, nil, .refused),
            (422, nil, .refused),
            (408, nil, .again(after: nil)), (429, "3", .again(after: .seconds(3))), (500, nil, .again(after: nil)),
            (503, "1", .again(after: .seconds(1))), (507, "30", .again(after: .seconds(30))),
            (503, "Mon, 23 Nov 2026 08:00:00 GMT", .again(after: nil)), (503, "-5", .again(after: .zero)),
        ] as [(UInt, String?, DemoVerdict)])
    func answerDecidesWhatComesNext(status: UInt, retryAfter: String?, expected: DemoVerdict) {
        #expect(DemoVerdict(status: status, retryAfter: retryAfter) == expected)
    }

    @Test func pauseGrowsAndStaysBounded() {
        let pauses = (2...8).map { DemoVerdict.pause(beforeAttempt: $0, asked: nil) }
        #expect(
            pauses == [
                .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5), .seconds(5),
            ])
        #expect(DemoVerdict.pause(beforeAttempt: 2, asked: .seconds(30)) == .seconds(30))
        #expect(DemoVerdict.pause(beforeAttempt: 2, asked: .seconds(86_400)) == .seconds(60))
        #expect(DemoVerdict.pause(beforeAttempt: .max, asked: nil) == .seconds(5))
    }

    @Test func formHasTheEventAndThePicture() throws {
        var generator = DemoGenerator(cameras: [DemoCamera(number: 1)], rate: 2, seed: 3)
        for _ in 0..<100 {
            let message = generator.next(at: Instant(seconds: 1_795_000_000))
            let form = DemoForm(message)
            let boundary = try #require(form.contentType.split(separator: "=").last)
            #expect(form.contentType.hasPrefix("multipart/form-data; boundary="))
            #expect(boundary.utf8.count <= 70)
            let delimiter = Array("--\(boundary)".utf8)
            #expect(form.body.starts(with: delimiter + Array("\r\n".utf8)))
            #expect(
                form.body.suffix(delimiter.count + 6).elementsEqual(
                    Array("\r\n".utf8) + delimiter + Array("--\r\n".utf8)))
            #expect(form.body.firstRange(of: Array(JSONValue.object(message.event).text.utf8)) != nil)
            if let picture = message.picture {
                #expect(form.body.firstRange(of: Array(picture.jpeg)) != nil)
            }
            let expected = message.picture == nil ? 2 : 3
            #expect(form.body.ranges(of: delimiter).count == expected)
        }
    }

    @Test(
        arguments: [
            (["http.listen": "0.0.0.0:8080"], "http://127.0.0.1:8080"),
            (["http.listen": "[::]:8080"], "http://[::1]:8080"),
            (["http.listen": "192.168.1.5:80"], "http://192.168.1.5:80"),
            (["http.listen": "127.0.0.1:0"], nil),
            (["http.listen": "127.0.0.1:0,127.0.0.1:9000"], "http://127.0.0.1:9000"),
        ] as [([String: String], String?)])
    func addressComesFromTheConfiguration(flags: [String: String], expected: String?) throws {
        #expect(try DemoDoor.baseURL(load(flags: flags)) == expected)
    }

    @Test(arguments: [
        ["--rate", "0.05"], ["--rate", "51"], ["--cameras", "0"], ["--cameras", "17"], ["--count", "0"],
        ["--url", "gate.local"], ["--seed", "-1"], ["--rate", "nan"],
    ])
    func wrongOptionsAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try DemoCommand.parse(arguments) }
    }

    @Test func defaultsAreTwoEventsASecondFromThreeCameras() throws {
        let command = try DemoCommand.parse([])
        #expect(command.rate == 2 && command.cameras == 3 && command.count == nil && command.url == nil)
    }

    @Test func summaryCountsWhatWasSent() {
        var tally = DemoTally()
        var generator = DemoGenerator(cameras: [DemoCamera(number: 1)], rate: 2, seed: 3)
        var unread = 0
        for attempt in 1...50 {
            let message = generator.next(at: Instant(seconds: 1_795_000_000))
            if message.event["license_plate"]?.isNull ?? false { unread += 1 }
            tally.count(message, attempts: attempt % 25 == 0 ? 2 : 1)
        }
        #expect(tally.kept == 50 && tally.sentAgain == 2 && tally.withoutPlate == unread)
        #expect(
            tally.summary(cameras: 1, duration: .milliseconds(9_700)).hasPrefix(
                "1 simulated camera sent 50 events in 10 s"))
    }
}
