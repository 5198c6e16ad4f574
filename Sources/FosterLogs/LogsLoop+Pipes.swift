import FosterLoop
import FosterSystem
import SystemPackage

/// The services' pipes: read fairly, at most one buffer a turn, and not at all while their sink is full.
extension LogsLoop {
    func attach(_ run: RunKey, source: SharedDescriptor, sink: OutputSink) {
        let key = pumps.insert(Pump(run, source: source, sink: sink, width: width))
        runs[run, default: Run()].pumps.append(key)
        watch(key)
    }

    /// Reads what the run has left, then reports; at once where nothing of it is known any more.
    func finish(_ key: RunKey) {
        guard let run = runs[key] else { return report(.drained(key.service, key.run)) }
        runs[key]?.isFinishing = true
        drain(run.pumps)
    }

    /// Reads what is there in every pipe and closes it.
    func drainAll() {
        drain(pumps.keys)
    }

    private func drain(_ keys: [SlotKey]) {
        // All are asked before the first answers: a run is drained when none of its pipes is asked any more.
        for key in keys { pumps[key]?.owed = pumps[key]?.owed ?? Pump.pipeLimit }
        for key in keys { while pull(key) {} }
    }

    /// One read; `false` when there is nothing more for now.
    func pull(_ key: SlotKey) -> Bool {
        guard let pump = pumps[key] else { return false }
        // A dead sink takes nothing, and the service must not wait for it: it is read all the same.
        guard pump.sink.isDead || pump.sink.hasRoom else {
            pause(key, pump)
            // An empty pipe has nothing that would have to wait.
            if pump.owed != nil, pump.source.descriptor.readableBytes() == 0 { settle(key, pump) }
            return false
        }
        let size: Int
        do throws(Errno) {
            size = try read(pump.source)
        } catch {
            if error == .wouldBlock { settle(key, pump) } else { end(key, pump) }
            return false
        }
        guard size > 0 else {
            end(key, pump)
            return false
        }
        let chunk = buffer.withUnsafeBytes { pump.cutter.cut(UnsafeRawBufferPointer(rebasing: $0.prefix(size))) }
        let owed = pump.owed.map { $0 - size }
        pump.owed = owed
        emit(chunk, of: pump)
        guard let owed, owed <= 0 else { return true }
        settle(key, pump)
        return false
    }

    private func read(_ source: SharedDescriptor) throws(Errno) -> Int {
        do {
            return try buffer.withUnsafeMutableBytes { try source.descriptor.read(into: $0) }
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }

    /// Goes on with the pipes whose sink has room again.
    func resume() {
        let waiting = paused
        paused = []
        for key in waiting {
            guard let pump = pumps[key] else { continue }
            if pump.sink.isDead || pump.sink.hasRoom {
                watch(key)
                if pump.owed != nil { drain([key]) }
            } else {
                pause(key, pump)
            }
        }
    }

    private func watch(_ key: SlotKey) {
        guard let pump = pumps[key], !pump.isWatched else { return }
        do throws(Errno) {
            try reactor.add(pump.source.descriptor, for: .readable, token: Self.token(.pipe, key))
            pump.isWatched = true
        } catch {
            let text = "\(pump.run.service): output lost: epoll_ctl: \(error.name)"
            say(LogLine(level: .error, time: Clock.uptime(), text: text))
            end(key, pump)
        }
    }

    private func pause(_ key: SlotKey, _ pump: Pump) {
        unwatch(pump)
        if !paused.contains(key) { paused.append(key) }
        sinks.awaitRoom(of: pump.sink)
    }

    private func unwatch(_ pump: Pump) {
        guard pump.isWatched else { return }
        pump.isWatched = false
        // It is registered, so there is nothing to fail.
        try? reactor.remove(pump.source.descriptor)
    }

    /// The pipe is empty: what was asked for is read, the beginning of a line included.
    private func settle(_ key: SlotKey, _ pump: Pump) {
        guard pump.owed != nil else { return }
        pump.owed = nil
        emit(pump.cutter.flush(), of: pump)
        if isClosing { remove(key, pump) }
        reportIfDrained(pump.run)
    }

    /// Nobody can write into the pipe any more.
    private func end(_ key: SlotKey, _ pump: Pump) {
        pump.owed = nil
        emit(pump.cutter.flush(), of: pump)
        remove(key, pump)
        reportIfDrained(pump.run)
    }

    private func remove(_ key: SlotKey, _ pump: Pump) {
        unwatch(pump)
        pumps.remove(key)
        runs[pump.run]?.pumps.removeAll { $0 == key }
    }

    private func reportIfDrained(_ key: RunKey) {
        guard let run = runs[key] else { return }
        if run.isFinishing, run.pumps.allSatisfy({ pumps[$0]?.owed == nil }) {
            runs[key]?.isFinishing = false
            report(.drained(key.service, key.run))
        }
        if run.pumps.isEmpty { runs[key] = nil }
    }

    private func emit(_ chunk: OutputChunk, of pump: Pump) {
        guard chunk.lines > 0 else { return }
        var chunk = chunk
        chunk.service = pump.run.service
        if !pump.sink.put(chunk) { drop(chunk.lines, of: pump.run.service) }
    }
}
