// What a command takes: its options, groups and checks. In front of CLI11, which is headers alone and takes longer to
// compile than most commands do: options.cc compiles it, the commands include this. Owner: run_command_line holds the
// program's Command, which holds all below it; what is handed out lives as long. One thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
class Validator;
}  // namespace CLI

namespace puente::cli {

// What an option's words must be. NaN lies between no two numbers, and "-1" is no whole number.
class Check {
 public:
  // Says what it wanted of words that it does not take, and nothing of others. kind stands in the help: "FLOAT in [0 -
  // 4]".
  Check(std::function<std::string(const std::string&)> complaint, std::string kind = {});
  explicit Check(const CLI::Validator& inner);
  bool takes(const std::string& words) const;

 private:
  friend class Option;
  std::shared_ptr<const CLI::Validator> inner_;
};

Check whole_number();
Check between(double low, double high);
Check within(int low, int high);
Check one_of(std::vector<std::string> words);

class Option {
 public:
  explicit Option(CLI::Option& inner) : inner_(inner) {}
  Option* required();
  Option* check(const Check& check);
  Option* capture_default_str();  // its value now stands in the help
  Option* excludes(Option* other);
  Option* take_last();

 private:
  CLI::Option& inner_;
};

class Command {
 public:
  Command(const std::string& description, const std::string& name);  // the program
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  Command* add_subcommand(const std::string& name, const std::string& description);
  Command* get_subcommand(const std::string& name);  // CHECKs that it was added
  bool calls_a_subcommand() const;                   // of its own, after parsing

  // T: std::string, bool, int, unsigned, double, std::size_t and others, optional and vector of some: those of
  // options.cc.
  template <class T>
  Option* add_option(const std::string& name, T& value, const std::string& description);
  Option* add_option(const std::string& name, const std::string& description);  // taken, and looked at by nobody
  Option* add_flag(const std::string& name, bool& value, const std::string& description);

  Command* footer(const std::string& text);
  Command* callback(std::function<void()> then);  // once the words are read; may end in wrong_use or missing
  Command* require_subcommand(int count);
  Command* version(const std::string& flag, const std::string& text);

  CLI::App& inner() { return *inner_; }

 private:
  explicit Command(CLI::App& inner);
  Option* keep(CLI::Option* option);

  std::unique_ptr<CLI::App> own_;  // of the program alone
  CLI::App* inner_;
  std::vector<std::unique_ptr<Command>> below_;
  std::vector<std::unique_ptr<Option>> options_;
};

// From a callback: the words do not belong together, or one is missing. Parsing ends there, as with any wrong word.
[[noreturn]] void wrong_use(const std::string& option, const std::string& what);
[[noreturn]] void missing(const std::string& option);

}  // namespace puente::cli
