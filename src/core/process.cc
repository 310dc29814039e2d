#include "core/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>

namespace puente {

Result<Process> Process::start_program(const std::string& program, const std::vector<std::string>& arguments,
                                       const std::string& log_path) {
  std::array<int, 2> pipe_ends;
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return Error{Code::kUnavailable, "no pipe for a child process"};
  std::vector<char*> argv;
  std::string name = "puente";
  argv.push_back(name.data());
  std::vector<std::string> copies = arguments;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return Error{Code::kUnavailable, "no child process can be started"};
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    const int log = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || dup2(pipe_ends[1], STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(pipe_ends[1]);
  return Process(pid, pipe_ends[0]);
}

Process::Process(Process&& other) noexcept : pid_(other.pid_), out_(other.out_), buffer_(std::move(other.buffer_)) {
  other.pid_ = other.out_ = -1;
}

Process::~Process() {
  stop();
  if (out_ >= 0) close(out_);
}

void Process::stop() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  wait();
}

int Process::wait() {
  if (pid_ <= 0) return 0;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Result<std::string> Process::read_line(int wait_ms_max) {
  using namespace std::chrono;
  const auto deadline = steady_clock::now() + milliseconds(wait_ms_max);
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    const auto left = duration_cast<milliseconds>(deadline - steady_clock::now()).count();
    pollfd wanted{out_, POLLIN, 0};
    if (left <= 0 || poll(&wanted, 1, static_cast<int>(left)) == 0) {
      return Error{Code::kDeadlineExceeded, "a child process said nothing in time"};
    }
    std::array<char, 4096> chunk;
    const ssize_t got = read(out_, chunk.data(), chunk.size());
    if (got <= 0) return Error{Code::kUnavailable, "a child process ended"};
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

Result<Ended> run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& log_path, int wait_ms_max) {
  ASSIGN_OR_RETURN(Process process, Process::start_program(program, arguments, log_path));
  Ended out;
  for (;;) {
    const auto line = process.read_line(wait_ms_max);
    if (!line.ok() && line.error().code != Code::kUnavailable) return line.error();
    if (!line.ok()) break;
    out.output += *line + "\n";
  }
  out.exit_code = process.wait();
  return out;
}

Result<std::uint16_t> free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (fd >= 0) close(fd);
  if (!found) return Error{Code::kUnavailable, "no free port on 127.0.0.1"};
  return ntohs(address.sin_port);
}

}  // namespace puente
