import Domain

extension OpenAPISchemas {
    private static let username =
        #"{"type": "string", "minLength": 1, "maxLength": 50, "pattern": "^[A-Za-z0-9._-]+$"}"#
    private static let newPassword =
        #"{"type": "string", "minLength": 10, "maxLength": 128, "description": "Not the user name."}"#
    private static let password = #"{"type": "string", "minLength": 1, "maxLength": 1000}"#
    private static let roles = #"{"type": "string", "enum": ["admin", "operator", "viewer", "device", "metrics"]}"#
    private static let personRoles = #"{"type": "string", "enum": ["admin", "operator", "viewer"]}"#

    static let people = """
        {
        "Me": {"type": "object", "required": ["authenticated", "username", "role", "setup_required", "site"],
            "properties": {
            "authenticated": {"type": "boolean"}, "username": \(optionalText), "role": \(optionalText),
            "device_id": \(optionalText),
            "setup_required": {"type": "boolean", "description": "There is no account yet."},
            "site": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"},
                "timezone": {"type": "string", "description": "IANA name."}, "language": {"type": "string"}}}}},
        "Setup": {"type": "object", "required": ["setup_code", "username", "password"], "additionalProperties": false,
            "properties": {"setup_code": {"type": "string", "minLength": 1, "maxLength": 200},
                "username": \(username), "password": \(newPassword)}},
        "Login": {"type": "object", "required": ["username", "password"], "additionalProperties": false, "properties": {
            "username": {"type": "string", "minLength": 1, "maxLength": 200}, "password": \(password)}},
        "SocketTicket": {"type": "object", "required": ["ticket", "expires_in_seconds"], "properties": {
            "ticket": {"type": "string"}, "expires_in_seconds": {"type": "integer"}}},
        "PasswordChange": {"type": "object", "required": ["current_password", "new_password"],
            "additionalProperties": false,
            "properties": {"current_password": \(password), "new_password": \(newPassword)}},
        "Refresh": {"type": "object", "required": ["refresh_token"], "additionalProperties": false, "properties": {
            "refresh_token": {"type": "string", "minLength": 1, "maxLength": 200}}},
        "Tokens": {"type": "object",
            "required": ["access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in"],
            "properties": {"access_token": {"type": "string"}, "token_type": {"type": "string", "enum": ["Bearer"]},
            "expires_in": {"type": "integer", "description": "Seconds"}, "refresh_token": {"type": "string"},
            "refresh_expires_in": {"type": "integer", "description": "Seconds"}}},
        "User": {"type": "object", "required": ["username", "role", "disabled", "created_at", "updated_at"],
            "properties": {"username": \(username), "role": \(personRoles), "disabled": {"type": "boolean"},
            "last_login_at": \(optionalInstant), "created_at": \(instant), "updated_at": \(instant)}},
        "UserList": {"type": "object", "required": ["users"], "properties": {
            "users": {"type": "array", "maxItems": 1000, "items": {"$ref": "#/components/schemas/User"}}}},
        "UserDraft": {"type": "object", "required": ["username", "password", "role"], "additionalProperties": false,
            "properties": {"username": \(username), "password": \(newPassword), "role": \(personRoles)}},
        "UserChange": {"type": "object", "additionalProperties": false, "properties": {
            "role": {"type": ["string", "null"], "enum": ["admin", "operator", "viewer", null]},
            "password": {"type": ["string", "null"], "minLength": 10, "maxLength": 128},
            "disabled": {"type": ["boolean", "null"]}}},
        "Key": {"type": "object", "required": ["key_id", "prefix", "name", "role", "disabled", "created_by", "created_at"],
            "properties": {"key_id": {"type": "string"},
            "prefix": {"type": "string", "description": "How the text of the key begins."},
            "name": {"type": "string"}, "role": \(roles), "device_id": \(optionalText), "disabled": {"type": "boolean"},
            "created_by": {"type": "string"}, "created_at": \(instant), "last_used_at": \(optionalInstant),
            "expires_at": \(optionalInstant)}},
        "KeyPage": {"type": "object", "required": ["keys", "next"], "properties": {
            "keys": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/Key"}},
            "next": \(cursor)}},
        "KeyDraft": {"type": "object", "required": ["name", "role"], "additionalProperties": false, "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 100}, "role": \(roles),
            "device_id": {"type": ["string", "null"], "description": "Exactly for the role device."},
            "expires_at": {"type": ["string", "null"], "format": "date-time", "description": "In the future; null for never."}}},
        "KeyChange": {"type": "object", "additionalProperties": false, "properties": {
            "name": {"type": ["string", "null"], "maxLength": 100}, "disabled": {"type": ["boolean", "null"]},
            "expires_at": \(optionalInstant)}},
        "NewKey": {"type": "object", "required": ["key", "api_key"], "properties": {
            "key": {"$ref": "#/components/schemas/Key"},
            "api_key": {"type": "string", "description": "Shown this once."}}}
        }
        """
}
