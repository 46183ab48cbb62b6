import Domain

/// An event as `multipart/form-data`: the part `event` and, when there is one, the part `image`.
struct DemoForm {
    let contentType: String
    let body: [UInt8]

    init(_ message: DemoMessage) {
        // The id is new, so that it stands nowhere in a picture.
        let boundary = "lpr-demo-\(message.eventID)"
        contentType = "multipart/form-data; boundary=\(boundary)"
        var body: [UInt8] = []
        body.reserveCapacity((message.picture?.jpeg.count ?? 0) + 1_500)
        func part(_ disposition: String, _ type: String) {
            body +=
                "--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\nContent-Type: \(type)\r\n\r\n".utf8
        }
        part(#"name="event""#, "application/json")
        body += JSONValue.object(message.event).text.utf8
        body += "\r\n".utf8
        if let picture = message.picture {
            part(#"name="image"; filename="\#(picture.name).jpg""#, "image/jpeg")
            body += picture.jpeg
            body += "\r\n".utf8
        }
        body += "--\(boundary)--\r\n".utf8
        self.body = body
    }
}
