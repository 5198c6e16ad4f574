#include "CFoster.h"
