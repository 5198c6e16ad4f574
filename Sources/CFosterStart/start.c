// Blocks signals before anything else runs.
//
// The kernel discards a signal to PID 1 that is neither blocked nor handled, so every instruction before the block is a
// window in which `docker stop` would be lost. A .preinit_array entry runs before all other constructors and long before
// Swift's first statement. It is a target of its own so that only the agent is linked with it, and no test runner.

#include "CFosterStart.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(signal) (UINT64_C(1) << ((signal) - 1))

static uint64_t inherited;
static int has_added_root;
static int argument_count;
static const char *const *arguments;

uint64_t foster_inherited_signal_mask(void) { return inherited; }

int foster_argument_count(void) { return argument_count; }

const char *const *foster_arguments(void) { return arguments; }

uint64_t foster_fault_signals(void) {
    return BIT(SIGSEGV) | BIT(SIGILL) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGTRAP) | BIT(SIGABRT);
}

// The raw call: glibc's sigprocmask refuses to block signals 32 and 33.
static void block_signals(void) {
    uint64_t block = ~foster_fault_signals();
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &block, &inherited, sizeof(block));
}

// The Swift runtime's initializer looks for a backtracer beside the executable, which a static binary finds through
// /proc/self/exe, and gives up with abort() where there is no /proc. With SWIFT_ROOT given it looks there; in what is no
// directory it has looked soon.
static void spare_the_runtime_proc(char **environment) {
    for (char **entry = environment; *entry; entry++)
        if (strncmp(*entry, "SWIFT_ROOT=", 11) == 0) return;
    has_added_root = setenv("SWIFT_ROOT", "/dev/null", 1) == 0;
}

void foster_restore_environment(void) {
    if (has_added_root) unsetenv("SWIFT_ROOT");
    has_added_root = 0;
}

// glibc gives these what main gets.
static void start(int argc, char **argv, char **environment) {
    block_signals();
    argument_count = argc;
    arguments = (const char *const *)argv;
    spare_the_runtime_proc(environment);
}

__attribute__((section(".preinit_array"), used)) static void (*const entry)(int, char **, char **) = start;
