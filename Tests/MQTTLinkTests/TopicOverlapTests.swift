import MQTTLink
import Testing

struct TopicOverlapTests {
    @Test(arguments: [
        ("a/b", "a/b", true), ("a/b", "a/c", false), ("a", "a/b", false), ("a/+", "a/b", true), ("a/+", "a", false),
        ("a/{device_id}", "a/b", true), ("a/{device_id}/c", "a/b/+", true), ("a/{device_id}/c", "a/b/d", false),
        ("a/{device_id}", "+/b", true), ("a/+/c", "+/b/d", false), ("#", "a/b/c", true), ("#", "#", true),
        ("a/#", "a", true), ("a/#", "a/b/c", true), ("a/b/#", "a", false), ("a/b/#", "a/c/#", false),
        ("+/#", "a", true), ("+/+/#", "a", false), ("a/", "a", false), ("a/", "a/+", true),
    ])
    func overlap(_ one: String, _ other: String, _ expected: Bool) throws {
        let (one, other) = (try #require(TopicPattern(one)), try #require(TopicPattern(other)))
        #expect(one.overlaps(other) == expected)
        #expect(other.overlaps(one) == expected)
    }

    /// A pattern that matches a topic overlaps the topic taken as a pattern, and the other way round.
    @Test func agreesWithMatching() throws {
        let words = ["a", "b", "", "+", "{device_id}", "#"]
        let texts = words + words.flatMap { first in words.map { first + "/" + $0 } }
        for pattern in texts.compactMap({ TopicPattern($0) }) {
            for topic in texts where !topic.contains(where: { "+#{".contains($0) }) {
                guard let fixed = TopicPattern(topic) else { continue }
                #expect(pattern.overlaps(fixed) == (pattern.match(topic) != .no), "\(pattern) and \(topic)")
            }
        }
    }

    @Test func theOwnTopicsAreAllThere() {
        #expect(TopicPattern.published.count == 5)
        #expect(TopicPattern.subscribed.count == 4)
    }
}
