#include "CFosterStart.h"
