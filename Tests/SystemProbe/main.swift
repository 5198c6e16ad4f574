// What is global to a process (signal masks, waitid of any child, descriptor numbers), each fact in a process of its own.
// Like the agent it is linked with CFosterStart. It prints what it sees; the tests judge.

import CFosterStart
import FosterSystem
import Glibc

// The first statement: what the constructor did, before anything else could.
let statusAtStart = ownStatus()

let probes: [String: ([String]) throws -> Void] = [
    "mask-at-start": maskAtStart,
    "children": children,
    "children-ignored": childrenIgnored,
    "own-children": ownChildren,
    "shown-processes": shownProcesses,
    "adopt-orphan": adoptOrphan,
    "all-signals": allSignals,
    "signal-values": signalValues,
    "signal-backlog": signalBacklog,
    "receive-signals": receiveSignals,
    "refused-pidfd-signal": refusedPidfdSignal,
    "standard-descriptors": standardDescriptors,
    "own-descriptors": ownDescriptors,
    "descriptor-count": descriptorCount,
    "standard-places": standardPlaces,
    "places": places,
    "report-number": reportNumber,
    "launch": launch,
    "death-signal": deathSignal,
    "closed-peer": closedPeer,
    "refused-wait": refusedWait,
    "listen": listen,
    "notify": notify,
]

guard let name = CommandLine.arguments.dropFirst().first, let probe = probes[name] else {
    print("usage: SystemProbe \(probes.keys.sorted().joined(separator: " | ")) [argument ...]")
    exit(2)
}
do {
    try probe(Array(CommandLine.arguments.dropFirst(2)))
} catch {
    show("error", error)
    exit(1)
}
