/// Dependencies: who may start, who cannot any more, and who is started along.
extension Supervisor {
    /// Lets a waiting service go on where all its conditions hold, or fail where one never will.
    mutating func reviewConditions(of index: Int, _ turn: inout Turn) {
        guard case .running = stage, case .waiting = services[index].state else { return }
        var missing: [Dependency] = []
        for dependency in services[index].spec.dependsOn {
            switch standing(of: dependency) {
            case .holds: continue
            case .pending: missing.append(dependency)
            case .never(let reason, let code):
                send(.dependencyFailed(reason: reason, code: code), to: index, &turn)
                return
            }
        }
        send(missing.isEmpty ? .proceed : .waitFor(missing), to: index, &turn)
    }

    /// Starts all that a service needs and that does not run by itself, as systemd does with `Requires=`. Comes before the
    /// start of the service itself, which would fail where a dependency had given up.
    mutating func startDependencies(of index: Int, _ turn: inout Turn) {
        var seen: Set<Int> = [index]
        var left = [index]
        while let next = left.popLast() {
            for dependency in services[next].spec.dependsOn {
                guard let needed = positions[dependency.service], standing(of: dependency) != .holds,
                    seen.insert(needed).inserted
                else { continue }
                left.append(needed)
                let service = services[needed]
                guard service.status.wanted == .down || service.hasEnded else { continue }
                operations.supersede([.stop], of: service.id, &turn)
                send(.start, to: needed, &turn)
            }
        }
    }

    private func standing(of dependency: Dependency) -> ServiceMachine.Standing {
        guard let index = positions[dependency.service] else {
            return .never(reason: "there is no service \"\(dependency.service)\"", code: 1)
        }
        return services[index].standing(of: dependency.condition)
    }
}
