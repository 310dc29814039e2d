#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <utility>

#include "core/check.h"
#include "core/text.h"

namespace puente::cli {

Check::Check(std::function<std::string(const std::string&)> complaint, std::string kind)
    : inner_(std::make_shared<CLI::Validator>(
          [complaint = std::move(complaint)](const std::string& words) { return complaint(words); }, std::move(kind))) {
}

Check::Check(const CLI::Validator& inner) : inner_(std::make_shared<CLI::Validator>(inner)) {}

bool Check::takes(const std::string& words) const {
  return (*inner_)(words).empty();
}

Check whole_number() {
  return {[](const std::string& words) {
            return to_number<std::uint64_t>(words) ? std::string() : "want a whole number from 0 up, not " + words;
          },
          ""};
}

Check between(double low, double high) {
  return {[low, high](const std::string& words) {
            double value = 0;
            const bool lies_there = CLI::detail::lexical_cast(words, value) && value >= low && value <= high;
            return lies_there ? std::string() : fmt::format("a number from {:g} to {:g}", low, high);
          },
          fmt::format("FLOAT in [{:g} - {:g}]", low, high)};
}

Check within(int low, int high) {
  return Check(CLI::Range(low, high));
}

Check one_of(std::vector<std::string> words) {
  return Check(CLI::IsMember(std::move(words)));
}

Option* Option::required() {
  inner_.required();
  return this;
}

Option* Option::check(const Check& check) {
  inner_.check(*check.inner_);
  return this;
}

Option* Option::capture_default_str() {
  inner_.capture_default_str();
  return this;
}

Option* Option::excludes(Option* other) {
  inner_.excludes(&other->inner_);
  return this;
}

Option* Option::take_last() {
  inner_.take_last();
  return this;
}

Command::Command(const std::string& description, const std::string& name)
    : own_(std::make_unique<CLI::App>(description, name)), inner_(own_.get()) {}

Command::Command(CLI::App& inner) : inner_(&inner) {}

Command::~Command() = default;

Option* Command::keep(CLI::Option* option) {
  return options_.emplace_back(std::make_unique<Option>(*option)).get();
}

Command* Command::add_subcommand(const std::string& name, const std::string& description) {
  below_.emplace_back(new Command(*inner_->add_subcommand(name, description)));
  return below_.back().get();
}

Command* Command::get_subcommand(const std::string& name) {
  const auto found = std::ranges::find_if(below_, [&](const auto& each) { return each->inner_->get_name() == name; });
  CHECK(found != below_.end());
  return found->get();
}

bool Command::calls_a_subcommand() const {
  return !inner_->get_subcommands().empty();
}

template <class T>
Option* Command::add_option(const std::string& name, T& value, const std::string& description) {
  return keep(inner_->add_option(name, value, description));
}

template Option* Command::add_option(const std::string&, std::string&, const std::string&);
template Option* Command::add_option(const std::string&, std::vector<std::string>&, const std::string&);
template Option* Command::add_option(const std::string&, int&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<int>&, const std::string&);
template Option* Command::add_option(const std::string&, unsigned short&, const std::string&);
template Option* Command::add_option(const std::string&, unsigned&, const std::string&);
template Option* Command::add_option(const std::string&, unsigned long&, const std::string&);
template Option* Command::add_option(const std::string&, double&, const std::string&);

Option* Command::add_option(const std::string& name, const std::string& description) {
  return keep(inner_->add_option(name, description));
}

Option* Command::add_flag(const std::string& name, bool& value, const std::string& description) {
  return keep(inner_->add_flag(name, value, description));
}

Command* Command::footer(const std::string& text) {
  inner_->footer(text);
  return this;
}

Command* Command::callback(std::function<void()> then) {
  inner_->callback(std::move(then));
  return this;
}

Command* Command::require_subcommand(int count) {
  inner_->require_subcommand(count);
  return this;
}

Command* Command::version(const std::string& flag, const std::string& text) {
  inner_->set_version_flag(flag, text);
  return this;
}

void wrong_use(const std::string& option, const std::string& what) {
  throw CLI::ValidationError(option, what);
}

void missing(const std::string& option) {
  throw CLI::RequiredError(option);
}

}  // namespace puente::cli
