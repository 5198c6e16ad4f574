#ifndef CFOSTERSTART_H
#define CFOSTERSTART_H

#include <stdint.h>

/// The signal mask that foster was given, bit n-1 for signal n: saved before the block, for the children that shall
/// not notice foster.
uint64_t foster_inherited_signal_mask(void);

/// The signals that stay unblocked: those that a fault of foster's own raises.
uint64_t foster_fault_signals(void);

/// Takes out of the environment what had to be put in for the start of the Swift runtime. To be called first in main.
void foster_restore_environment(void);

/// The words of the command line, foster's own name first. Swift's `CommandLine` reads them from `/proc`, which need not
/// be there.
int foster_argument_count(void);
const char *const *foster_arguments(void);

#endif
