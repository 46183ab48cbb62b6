import Domain
import Gateway
import HTTPTypes
import Identity
import Media
import Store

extension Problem {
    /// The client's words for an error of a lower room; nil when it has none and is logged as our defect.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as IntakeError: self.init(error)
        case let error as IdentityError: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as MediaError: self.init(error)
        case let error as UpstreamDeskError: self.init(error)
        default: return nil
        }
    }

    init(_ error: IntakeError) {
        switch error.kind {
        case .invalid: self.init(.unprocessableContent, .invalid, error.reason, fields: error.fields)
        case .conflict: self.init(.conflict, .conflict, error.reason)
        case .forbidden: self.init(.forbidden, .forbidden, error.reason, fields: error.fields)
        case .unknownDevice: self.init(.notFound, .notFound, error.reason)
        case .noSpace: self.init(.insufficientStorage, .noSpace, error.reason, retryAfter: .seconds(30))
        case .noPictureSpace:
            self.init(.insufficientStorage, .noPictureSpace, error.reason, retryAfter: .seconds(30))
        case .busy: self.init(.serviceUnavailable, .busy, error.reason, retryAfter: .seconds(1))
        case .failed: self.init(.internalServerError, .failed, error.reason)
        }
    }

    init(_ error: IdentityError) {
        switch error.code {
        case .invalidCredentials, .expired, .wrongAudience, .tokenReused:
            self.init(.unauthorized, .credentials, error.message)
        case .disabled: self.init(.forbidden, .disabled, error.message)
        case .setupCodeWrong: self.init(.forbidden, .setupCodeWrong, error.message)
        case .setupCodeSpent: self.init(.forbidden, .setupCodeSpent, error.message)
        case .tooManyAttempts:
            self.init(.tooManyRequests, .tooManyAttempts, error.message, retryAfter: error.retryAfter)
        case .busy:
            self.init(.serviceUnavailable, .busy, error.message, retryAfter: error.retryAfter ?? .seconds(1))
        case .notFound:
            self.init(.notFound, .notFound, error.message)
        case .invalidField:
            self.init(
                .unprocessableContent, .invalid, error.message,
                fields: error.field.map { [.init($0, error.message)] } ?? [])
        case .alreadySetUp: self.init(.conflict, .alreadySetUp, error.message)
        case .alreadyExists: self.init(.conflict, .alreadyExists, error.message)
        case .lastAdmin: self.init(.conflict, .lastAdmin, error.message)
        case .oneself: self.init(.conflict, .oneself, error.message)
        case .limitReached: self.init(.conflict, .limitReached, error.message)
        default: self.init(.conflict, .conflict, error.message)
        }
    }

    init(_ error: StoreError) {
        switch error.kind {
        case .noSpace:
            self.init(
                .insufficientStorage, .noSpace, "The disk is full; nothing was stored.", retryAfter: .seconds(30))
        case .busy, .closed:
            self.init(.serviceUnavailable, .busy, "Too much waits already; try again.", retryAfter: .seconds(1))
        case .constraint:
            self.init(.conflict, .conflict, "Something with this name is there already.")
        default:
            self.init(.internalServerError, .failed, "The database could not do this; the log says why.")
        }
    }

    init(_ error: UpstreamDeskError) {
        switch error.kind {
        case .notNow: self.init(.conflict, .conflict, error.reason)
        case .failed: self.init(.internalServerError, .failed, error.reason)
        }
    }

    init(_ error: MediaError) {
        switch error.kind {
        case .missing, .unsafePath: self.init(.notFound, .notFound, "There is no such picture.")
        case .noSpace:
            self.init(
                .insufficientStorage, .noSpace, "The disk is full; nothing was stored.", retryAfter: .seconds(30))
        case .busy:
            self.init(.serviceUnavailable, .busy, "Too much waits already; try again.", retryAfter: .seconds(1))
        case .keyMissing:
            self.init(
                .serviceUnavailable, .failed,
                "The key of this picture is not in the key ring; an administrator can put it back.",
                retryAfter: .seconds(60))
        case .damaged:
            self.init(.internalServerError, .failed, "The picture was changed on disk since it was stored.")
        case .notAPicture, .tooLarge: self.init(.unprocessableContent, .invalid, error.publicDescription)
        default: self.init(.internalServerError, .failed, "The picture could not be read; the log says why.")
        }
    }
}

extension HTTPResponse.Status {
    /// 507 of RFC 4918: there is no space for what was sent.
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
