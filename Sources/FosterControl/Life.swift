import FosterAPI

/// What ties one life of foster to the calendar and to its cursors.
struct Life: Sendable {
    let epoch: UInt64
    /// Calendar time = time since boot + this.
    let wallOffset: Duration

    func time(_ sinceBoot: Duration) -> Timestamp { Timestamp(since1970: sinceBoot + wallOffset) }

    func cursor(_ revision: UInt64) -> Cursor { Cursor(epoch: epoch, revision: revision) }

    /// The entity tag of a representation that changes with the revision only.
    func tag(_ revision: UInt64) -> String { "\"\(cursor(revision))\"" }
}
