// A node's log read again: each decision about a question made once more from what the log says it was judged by
// (docs/formats/log.md) and from the text that was in force; and the same questions put to a draft. Pure: lines in, a
// report out. The lines must come in the log's order, all of them: quotas are counted again, and suspensions followed.
// That they are the log's is audit's to say. Not made again: who is found (no text says it, and a "no hit" for somebody
// hidden must look like any other), and a verdict.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/log_line.h"
#include "policy/ask.h"

namespace puente::policy {

// How many questions of a country for a purpose in which hours (since 1970).
class QuestionCount {
 public:
  void add(const Ask& ask);
  std::int64_t in_hours(const Ask& ask, std::int64_t hours) const;  // those up to its own

 private:
  using Key = std::tuple<std::string, std::string, Purpose>;
  static Key key(const Ask& ask);
  std::map<Key, std::map<std::int64_t, std::int64_t>> hours_;
};

class Replay {
 public:
  // `records`: all that the node has. kInvalidInput and others as read_agreement.
  static Result<Replay> begin(std::vector<AgreementRecord> records, std::string own_country);
  Status take(const LogLine& line);
  const Replayed& result() const { return result_; }

 private:
  using List = std::vector<AcceptedAgreement>;
  Replay(std::vector<AgreementRecord> records, std::string own_country)
      : records_(std::move(records)), own_country_(std::move(own_country)) {}

  void differ(const LogLine& line, std::string words);
  Status follow(const LogLine& line, AgreementState state);  // a step of an agreement's
  Status read();
  const AcceptedAgreement* by_id(std::string_view id) const;
  std::optional<Ask> asked(const LogLine& line);
  void expect(const LogLine& line, const Decision& decision, bool permitted, const std::vector<std::string>& reasons);
  // That the entry and what it says it was judged by are of one question.
  void check_place(const LogLine& line, const Ask& ask, const std::string& asking, const std::string& answering);
  void check_count(const LogLine& line, const AcceptedAgreement* agreement, const Ask& ask);
  bool is_of_doubted_clock(const LogLine& line, const Ask& ask) const;
  bool is_blind(std::int64_t from_ms) const { return from_ms < blind_until_ms_; }
  bool is_of_before(const LogLine& line) const;  // of an agreement of which no entry says that it was accepted
  void check_person(const LogLine& line, const AcceptedAgreement& agreement, const Ask& ask, bool told);
  void act(const LogLine& line, const std::string& event);  // one of the two of a case
  void check_acts(const LogLine& line);
  void own_question(const LogLine& line, bool permitted);
  void answer(const LogLine& line, bool permitted);
  void reply(const LogLine& line);
  void release(const LogLine& line, bool ours);

  std::vector<AgreementRecord> records_;
  std::map<std::string, AgreementRecord> in_use_;  // as they stood
  List list_;
  std::string own_country_;
  std::map<std::string, Ask> waiting_;  // our questions, by exchange
  QuestionCount counted_;
  struct Told {
    std::int64_t time_ms;
    std::string file;
  };
  std::map<std::pair<std::string, std::string>, std::vector<Told>> told_;  // by who asked, and about whom
  struct Acts {
    bool confirmed = false, cleared = false;
    std::set<std::string> examiners{};   // who gave a verdict
    std::set<std::string> confirmers{};  // of them, where the log has each one's; of a version before it does not
    bool has_each = false;
    std::string releaser{};
  };
  std::map<std::string, Acts> acts_;  // by case
  bool doubted_ = false;              // the clock, as the log has it so far
  bool acts_missing_ = false;         // the details of one are erased
  bool knows_second_act_ = false;     // the log is of a version that has it, here
  std::int64_t blind_until_ms_ = 0;   // questions before cannot be counted again
  Replayed result_;
};

// What would have become of the questions of a log under a draft: both countries' between its two parties. The draft
// counts as in force all the time; its quotas are counted anew.
struct WhatIfCount {
  std::uint64_t asked = 0, refused_then = 0, refused = 0;
  std::map<std::string, std::uint64_t> reasons{};  // of the refused; one question may have several
};
struct WhatIfResult {
  std::map<std::pair<std::string, Purpose>, WhatIfCount> counts{};  // by who asks, and for what
  std::uint64_t not_readable = 0;
};
class WhatIf {
 public:
  WhatIf(Agreement draft, std::string own_country, std::int64_t from_ms, std::int64_t until_ms);
  void take(const LogLine& line);
  const WhatIfResult& result() const { return result_; }

 private:
  std::vector<std::string> judge(const LogLine& line, Ask ask);

  AcceptedAgreement draft_;
  std::string own_country_;
  std::int64_t from_ms_, until_ms_;
  QuestionCount counted_;
  std::map<std::pair<std::string, std::string>, std::pair<std::int64_t, std::vector<std::string>>> files_;  // the day's
  WhatIfResult result_;
};

}  // namespace puente::policy
