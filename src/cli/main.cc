// puente: one program, every role.
#include <malloc.h>

#include "cli/cli.h"

namespace {

// A print's planes are some megabytes each and made anew for the next. What the C library gives back to the kernel in
// between, the kernel clears page by page: half of the time that a rolled print takes. So each thread keeps what it
// has freed, up to 32 MB, the largest piece that is taken from a thread's own memory.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 32 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  return puente::cli::run_command_line({argv + 1, argv + argc});
}
