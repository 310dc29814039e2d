// The command line: one file a command. A command's add_* function describes its options (cli/options.h) and, in the
// callback, sets `run` to what shall be done; main calls it. Exit codes are one table for all of them: cli/outcome.h.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/outcome.h"
#include "core/json.h"
#include "core/person.h"

namespace puente::cli {

using Run = std::function<Result<int>()>;  // an exit code; or the error that finish() says

// All commands, in the order of the help.
void add_commands(Command& app, Run& run);
// The program: parses, runs, says an error once (as complain() does, and with --json also as
// {"error":{"code","message"}} on standard output), and gives the exit code.
int run_command_line(const std::vector<std::string>& arguments);

void add_extract(Command& app, Run& run);
void add_verify(Command& app, Run& run);
void add_image(Command& app, Run& run);
void add_record(Command& app, Run& run);
void add_evaluate(Command& app, Run& run);
void add_slap(Command& app, Run& run);
void add_bench(Command& app, Run& run);
void add_bench_decide(Command& app, Run& run);    // after add_bench
void add_bench_exchange(Command& app, Run& run);  // after add_bench
void add_synth(Command& app, Run& run);
void add_restore(Command& node, Run& run);  // what an operator decides of a copy, a clock, a log: subcommands of node
void add_node(Command& app, Run& run);      // node init|serve|user
void add_person(Command& app, Run& run);    // enrol, identify, ask
void add_import(Command& app, Run& run);
void add_protection(Command& app, Run& run);  // person protect|lift|alarms
void add_watchlist(Command& app, Run& run);
void add_practice(Command& app, Run& run);
void add_case(Command& app, Run& run);
void add_agreement(Command& app, Run& run);
void add_log(Command& app, Run& run);
void add_demo(Command& app, Run& run);

// "RIGHT_INDEX=a.png", "FACE=b.jpg", "EYE_LEFT=c.png", or a file by itself: a record, or a finger of unknown position.
Result<Sample> read_sample(const std::string& argument);

// A small file, such as a key, a token or a certificate, without the white space at its end.
Result<std::string> read_line(const std::string& path);

// Of a file as it was named: "-" is standard input.
std::string path_of(const std::string& name);

// Of whoever hides somebody.
inline constexpr const char* kClassHelp =
    "why the person is hidden: asylum, refugee, withholding, torture, trafficking_victim, victim_of_crime, minor or "
    "humanitarian_source; victim_of_crime and humanitarian_source hide from every country";

// The option --from: what a file is that nothing in it tells, for intake::told_as.
void add_from(Command& command, std::string& from);

void complain(const Error& error);    // one line on standard error, "puente: …"
void print_json(const Json& json);    // canonical, one line, on standard output
Json error_json(const Error& error);  // {"code","message"}
Json strings(const std::vector<std::string>& lines);
std::string text_of(const Json& json);  // empty, where it is no text

// Says how far a long command is, on standard error: nothing in the first second, then about once a
// second (ten, where it is no terminal).
// Call from one thread at a time.
class Progress {
 public:
  explicit Progress(std::string label) : label_(std::move(label)) {}
  void update(std::size_t done, std::size_t total);
  ~Progress();

 private:
  std::string label_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now(), last_ = started_;
  bool shown_ = false;
};

}  // namespace puente::cli
