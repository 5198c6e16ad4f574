import Glibc

/// The first real-time signal that is a program's own: glibc keeps 32 and 33 for itself.
let firstRealTimeSignal = __libc_current_sigrtmin()
