import CDemoPictures
import Domain

/// A drawn scene at a gate, with what a camera that reads without fault would say of it.
struct DemoPicture: Sendable {
    let name: String
    let way: DemoCamera.Way
    /// As painted, without the province; a motorcycle's in two lines. Nil when nobody is there.
    let plate: String?
    /// In Thai; nil on another country's plate.
    let province: String?
    let kind: PlateKind?
    let vehicle: String
    /// x, y, width and height in pixels.
    let plateBox: [Int]?
    /// The JPEG, in the binary.
    private let index: Int

    /// All scenes that are in the binary.
    static let all: [DemoPicture] = (0..<lpr_demo_picture_count()).compactMap { DemoPicture(index: $0) }

    private init?(index: Int) {
        guard let row = lpr_demo_picture_at(index)?.pointee,
            let way = DemoCamera.Way(rawValue: String(cString: row.way))
        else { return nil }
        name = String(cString: row.name)
        self.way = way
        plate = row.plate.map { String(cString: $0) }
        province = row.province.map { String(cString: $0) }
        kind = row.kind.flatMap { PlateKind(rawValue: String(cString: $0)) }
        vehicle = String(cString: row.vehicle)
        let box = [row.plate_box.0, row.plate_box.1, row.plate_box.2, row.plate_box.3].map { Int($0) }
        plateBox = plate == nil ? nil : box
        self.index = index
    }

    var jpeg: UnsafeRawBufferPointer {
        guard let row = lpr_demo_picture_at(index)?.pointee else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: row.jpeg, count: row.jpeg_length)
    }
}
