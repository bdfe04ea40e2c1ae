#pragma once

namespace estream::io {

// SIGINT, SIGTERM and SIGHUP ask for an orderly end: the first one makes stop_signal() answer its
// number and stop_descriptor() readable, so that a wait for input ends; the second one of any kind
// kills the process in the ordinary way. Those that were ignored when the process began stay
// ignored to its end. SIGPIPE and SIGXFSZ are ignored: a closed pipe and a file over `ulimit -f`
// are an errno. Called once, by a tool's main.
void catch_stop_signals();

// Whether SIGPIPE or SIGXFSZ was ignored before that: then it stays so in a process that is
// started.
bool was_ignored(int signal);

// While it lives, a signal that asks for the end also ends a system call that waits for somebody
// else, such as the opening of a FIFO.
class Interruptible {
 public:
  Interruptible();
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
};

// The signal that asked for the end, or 0: what the process dies of once all is in order. Whoever
// asks whether to go on asks is_stop_requested().
int stop_signal();

// The same orderly end, asked for by the program itself: a thread that fails wakes the one that
// waits for input.
void request_stop();

// Whether a signal or request_stop asked for the end.
bool is_stop_requested();

// Readable once the end was asked for; to be polled beside the input. -1 when nothing is caught.
int stop_descriptor();

// Ends the process by `signal` as if it had never been caught, so that a shell sees 128 + signal.
void die_of(int signal);

// A closed descriptor 0, 1 or 2 would be given to the next file that is opened, and a diagnostic
// could land in a log. This takes their places so that reading or writing them is an error, as it
// should be. Called first thing in a tool's main.
void guard_standard_descriptors();

bool is_terminal(int fd);

// Asks for a larger pipe buffer on `fd`; harmless where it is no pipe or the system refuses.
void enlarge_pipe(int fd);

}  // namespace estream::io
