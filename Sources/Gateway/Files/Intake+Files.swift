public import Domain
import Media
import Store

extension Intake {
    /// Files of one call that are read and adopted at a time: their syncs share the disk's time.
    private static let fileWidth = 4

    /// Takes files that a device has sent whole, and joins pictures to their events.
    ///
    /// One transaction for all; when it returns, everything is committed and synced (invariant 1), the pictures before it
    /// (invariant 8). A repeat is the same file (invariant 3). What cannot be taken is noted with its reason and kept
    /// among the rejected messages; the file itself stays where it is.
    ///
    /// - Returns: results in the order of `files`. A temporary error (`noSpace`, `busy`, `failed`) means that nothing of
    ///   that file is stored.
    public func take(_ files: [ArrivedFile], from sender: Sender) async -> [Result<FileVerdict, IntakeError>] {
        guard !files.isEmpty else { return [] }
        let inspected = await Self.each(of: files) { file async -> Result<InspectedFile, IntakeError> in
            do throws(IntakeError) { return .success(try await self.inspect(file, from: sender)) } catch {
                return .failure(error)
            }
        }
        var locks: Set<String> = []
        for case .success(let file) in inspected { locks.formUnion(file.locks) }
        let results = await inFlight.withLocks(locks) { await self.store(inspected) }
        for (file, result) in zip(files, results) {
            var sender = sender
            sender.byteCount = Int(clamping: file.size)
            if case .failure(let error) = result { note(sender, error: error.reason) } else { note(sender, error: nil) }
        }
        return results
    }

    /// What was last taken from that path of that device; nil if nothing or gone.
    /// - Throws: `StoreError`.
    public func receivedFile(device: DeviceID, path: String) async throws -> ReceivedFile? {
        let record = try await store.read { database in
            try ReceivedFileRecord.fetch(deviceID: device.text, path: path, database)
        }
        guard let record, let picture = record.picturePath, let sha256 = record.sha256 else { return nil }
        do {
            _ = try await pictures.open(picture)
        } catch let error as MediaError where error.kind == .missing {
            return nil
        }
        return ReceivedFile(
            picturePath: picture, size: record.size, sha256: sha256, modifiedAt: record.modifiedAt)
    }

    /// Under the locks of all files.
    private func store(
        _ inspected: [Result<InspectedFile, IntakeError>]
    ) async -> [Result<FileVerdict, IntakeError>] {
        let readable = inspected.compactMap { try? $0.get() }
        let prior: [PriorKnowledge]
        do {
            prior = try await priorKnowledge(of: readable)
        } catch {
            let failure = intakeError(from: error)
            return inspected.map { _ in .failure(failure) }
        }
        let prepared = await Self.each(of: Array(zip(readable, prior))) { file, prior async in
            await self.prepare(file, prior)
        }
        let ready = prepared.compactMap { try? $0.get() }
        let verdicts = await commit(ready[...])
        // Invariant 8: what no row names is taken back.
        for (file, verdict) in zip(ready, verdicts) {
            await settle(file.written, of: file.inspected.file.device.text, namedBy: verdict)
        }
        var rest = verdicts[...]
        var results: [Result<FileVerdict, IntakeError>] = []
        var preparedRest = prepared[...]
        for file in inspected {
            switch file {
            case .failure(let error): results.append(.failure(error))
            case .success:
                switch preparedRest.popFirst() {
                case .success: results.append(rest.popFirst()?.result ?? .failure(.failedFile))
                case .failure(let error): results.append(.failure(error))
                case nil: results.append(.failure(.failedFile))
                }
            }
        }
        return results
    }

    /// Commits all in one transaction. When one of them makes it fail, the halves are tried apart, until it is found.
    private func commit(_ files: ArraySlice<PreparedFile>) async -> [CommittedFile] {
        guard !files.isEmpty else { return [] }
        let place = place
        do {
            return try await store.write(weight: files.count) { context in
                try files.map { try context.take($0, place) }
            }
        } catch {
            guard Self.isOfOneMessage(error), files.count > 1 else {
                let failure = intakeError(from: error)
                return files.map { _ in CommittedFile(result: .failure(failure)) }
            }
            let middle = files.startIndex + files.count / 2
            let first = await commit(files[..<middle])
            return first + (await commit(files[middle...]))
        }
    }

    private func settle(_ written: [StoredPicture], of device: String, namedBy file: CommittedFile) async {
        for picture in written where picture.isNew {
            if file.namedPictures.contains(picture.path) {
                space.book?.note(picture, device: device)
            } else {
                await remove(path: picture.path)
            }
        }
    }

    /// Does `work` for each element, a few at a time; the results are in their order.
    private static func each<Element: Sendable, Value: Sendable>(
        of elements: [Element], _ work: @escaping @Sendable (Element) async -> Value
    ) async -> [Value] {
        if elements.count == 1, let element = elements.first { return [await work(element)] }
        return await withTaskGroup(of: (Int, Value).self) { group in
            var values: [Value?] = Array(repeating: nil, count: elements.count)
            var next = 0
            func add() {
                guard next < elements.count else { return }
                let (index, element) = (next, elements[next])
                next += 1
                group.addTask { (index, await work(element)) }
            }
            for _ in 0..<fileWidth { add() }
            while let (index, value) = await group.next() {
                values[index] = value
                add()
            }
            return values.compactMap { $0 }
        }
    }
}

extension IntakeError {
    fileprivate static let failedFile = IntakeError(.failed, reason: "the file could not be taken; send it again")
}
