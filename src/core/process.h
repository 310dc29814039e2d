// Child processes, for the demonstration and for tests from outside: nodes that run beside each other as in the field.
// A Process belongs to one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace puente {

// A running `puente …`. Ends with its owner: SIGTERM and wait on destruction, and the kernel kills it when we die.
class Process {
 public:
  // Starts this program, or another, with these arguments, its standard error appended to log_path.
  static Result<Process> start(const std::vector<std::string>& arguments, const std::string& log_path) {
    return start_program("/proc/self/exe", arguments, log_path);
  }
  static Result<Process> start_program(const std::string& program, const std::vector<std::string>& arguments,
                                       const std::string& log_path);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;

  // The next line of its standard output; kUnavailable when it ends first, kDeadlineExceeded.
  Result<std::string> read_line(int wait_ms_max);
  int id() const { return pid_; }
  int wait();  // its exit code, 128 + signal when killed
  void stop();

 private:
  Process(int pid, int out) : pid_(pid), out_(out) {}
  int pid_ = -1;
  int out_ = -1;
  std::string buffer_;
};

struct Ended {
  int exit_code = 0;
  std::string output;
};
Result<Ended> run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& log_path, int wait_ms_max);  // to its end
inline Result<Ended> run_puente(const std::vector<std::string>& arguments, const std::string& log_path,
                                int wait_ms_max) {
  return run_program("/proc/self/exe", arguments, log_path, wait_ms_max);
}

Result<std::uint16_t> free_port();  // on 127.0.0.1, free a moment ago

}  // namespace puente
