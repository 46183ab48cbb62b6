/// The way by which a message came or went. The raw values stand in SQL and JSON.
public enum SourceProtocol: String, Sendable, CaseIterable {
    case http
    case webSocket = "websocket"
    case socketIO = "socketio"
    case mqtt
    case sftp
    case rsync
}
