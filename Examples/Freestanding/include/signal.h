// There are no signals here. The library's headers name the type.

#ifndef FREESTANDING_SIGNAL_H
#define FREESTANDING_SIGNAL_H

typedef struct siginfo siginfo_t;

#endif
