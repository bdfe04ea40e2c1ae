#pragma once

#include <vector>

#include "io/system.h"

namespace estream::io {

// Lets SIGINT, SIGTERM and SIGHUP ask for an orderly end. After the first signal, stop_signal()
// returns its number and stop_descriptor() is readable, so that a wait for input ends. The second
// signal of any of these kinds kills the process as usual. A signal that was ignored when the
// process began stays ignored. SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a file
// over `ulimit -f` give an errno. SIGCHLD is not ignored: else nobody could tell how a process that
// this one has started ended. To be called once, by a tool's main.
void catch_stop_signals();

// The signals that a process which is started must set to their default before it becomes another
// program, so that it finds them as they were before that. (Nobody needs SIGCHLD to be ignored.)
std::vector<int> changed_signals();

// While it lives, a stop signal also ends a system call that waits for another process, such as the
// opening of a FIFO.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
};

// The signal that asked for the end, or 0. The process dies of this signal once everything is in
// order. To know whether to go on, call is_stop_requested().
int stop_signal();

// Asks for the same orderly end from inside the program: a thread that fails wakes the thread that
// waits for input.
void request_stop();

// Whether a signal or request_stop asked for the end.
bool is_stop_requested();

// A descriptor that is readable once the end was asked for. To be polled together with the input.
// -1 when no signals are caught.
int stop_descriptor();

// Waits so long, or until the end was asked for.
void wait_for_stop(System& system, int timeout_ms);

// Ends the process by `signal` as if it had never been caught, so that a shell sees 128 + signal.
void die_of(int signal);

// Opens descriptors 0, 1 and 2 if they are closed, in a way that reading or writing them is an
// error. Otherwise the next opened file would get such a number, and a message could be written
// into a log. To be called first in a tool's main.
void guard_standard_descriptors();

bool is_terminal(int fd);

// Asks for a larger pipe buffer on `fd`. Does nothing if it is not a pipe, or the system refuses.
void enlarge_pipe(int fd);

}  // namespace estream::io
