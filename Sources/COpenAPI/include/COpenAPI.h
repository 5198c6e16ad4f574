// openapi.yaml as bytes. In C because Swift cannot include a file: SwiftPM's resources are files beside the binary or, embedded
// in code, array literals of files from within a target.
#ifndef COPENAPI_H
#define COPENAPI_H

#include <stddef.h>

const void *_Nonnull foster_openapi_text(void);
size_t foster_openapi_size(void);

#endif
