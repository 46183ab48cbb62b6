import Dialects
import Domain

extension OpenAPISchemas {
    private static let camera = """
        "camera_id": {"type": ["string", "number", "null"], "description": "Wins over aicamera_id, and that over device_id. A name that is no device id gets one made of it."},
        "aicamera_id": {"type": ["string", "number", "null"]}, "device_id": {"type": ["string", "number", "null"]},
        "checkpoint_id": {"type": ["string", "number", "null"]},
        "timestamp": {"type": ["string", "number", "null"], "description": "When it is sent; without a zone, in the site's. Also seconds since 1970."}
        """
    private static let list =
        #"{"type": ["array", "string", "object", "null"], "description": "A list, or JSON text of one."}"#

    static let fieldCameras = """
        {
        "FieldCameraMessage": {"type": "object", "additionalProperties": true, "properties": {
            "type": {"type": ["string", "null"], "description": "detection_result, health_status, …"}, \(camera)}},
        "FieldCameraDetection": {"type": "object", "additionalProperties": true, "properties": {
            "type": {"type": ["string", "null"], "description": "detection_result"}, \(camera),
            "created_at": {"type": ["string", "number", "null"], "description": "When it was captured; without a zone, UTC."},
            "ocr_results": \(list), "vehicle_detections": \(list), "plate_detections": \(list),
            "original_image": {"type": ["string", "null"], "contentEncoding": "base64",
                "description": "JPEG, PNG or WebP, at most 8 MiB decoded."},
            "data": {"type": ["object", "string", "null"], "description": "plates and vehicles of the MQTT form; also as detection_data."}},
            "description": "Needs type or one of the lists. Whatever cannot be read of it is named in metadata.faults."},
        "FieldCameraAnswer": {"type": "object", "required": ["status"], "properties": {
            "status": {"type": "string", "enum": ["success"]},
            "result": {"type": "string", "enum": ["created", "duplicate", "conflict"]},
            "event_ids": {"type": "array", "items": \(eventID)},
            "results": {"type": "array", "description": "One for each event.",
                "items": {"type": "string", "enum": ["created", "duplicate", "conflict"]}}}},
        "Acknowledgement": {"type": "object", "required": ["status"], "properties": {
            "status": {"type": "string", "enum": ["success"]}}}
        }
        """
}
