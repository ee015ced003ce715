// What the kernel says of a thread, or of a process: /proc/ID/stat and /proc/self/task/ID/status, proc_pid_stat(5).

#ifndef SWIFTMALLOC_TASK_H
#define SWIFTMALLOC_TASK_H

/// Whether a thread of this process can no longer run, or blocks a signal. The first is so of the
/// initial thread when it has ended before others, the other one of the kernel's own workers
/// (io_uring), which never take one.
int swiftmalloc_ignores_signal(int id, int signal, int *has_ended);

/// Whether a thread, or the only thread of a process, has something to do: it runs, or waits for a processor. 0 while it
/// sleeps, as who waits for a lock does; and when the kernel does not tell. Takes 200 bytes of the stack.
int swiftmalloc_is_running(int id);

#endif
