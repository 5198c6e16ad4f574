import Glibc

/// A value that one thread at a time may touch, for short sections only.
///
/// `pthread_mutex_t` and not `Synchronization.Mutex`: the latter is a priority-inheriting futex, which dies where the kernel
/// has none, and reports false races under ThreadSanitizer.
final class Lock<Value: ~Copyable>: @unchecked Sendable {
    // Sendable: `value` is touched only between lock and unlock; the mutex has a stable address of its own.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    init(_ value: consuming sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<Result: ~Copyable>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
