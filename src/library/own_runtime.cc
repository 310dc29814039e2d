// What libpuente defines for itself although the C library has it: code that was compiled for an executable names it
// directly, which a shared object may do of its own data alone. 0: threads may be there, so that counts are atomic.
extern "C" {
extern char __libc_single_threaded;  // NOLINT: glibc's name, <sys/single_threaded.h>
char __libc_single_threaded = 0;
}
