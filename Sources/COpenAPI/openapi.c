#include "COpenAPI.h"

// #embed is C23, which clang has in every mode, with a warning in the older ones.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char text[] = {
#embed "../../openapi.yaml"
};

const void *foster_openapi_text(void) { return text; }

size_t foster_openapi_size(void) { return sizeof text; }
