// What deciding costs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "core/country.h"
#include "core/crypto.h"
#include "lab/load/load.h"
#include "policy/policy.h"

namespace puente::load {
namespace {

constexpr const char* kAsked = "COL";
constexpr std::int64_t kAnswerMs = 24 * kHourMs;
constexpr Purpose kPurpose =
    Purpose::kTraffickingInvestigation;  // each rule that there is for a purpose is asked of it

Result<std::vector<std::string>> partners(int count) {
  std::vector<std::string> out;
  for (const std::string_view each : countries()) {
    if (each != kAsked && static_cast<int>(out.size()) < count) out.emplace_back(each);
  }
  if (static_cast<int>(out.size()) < count) return Error{Code::kInvalidInput, "there are not so many countries"};
  return out;
}

// Every purpose, and all that a clause can ask for.
Json clauses(const std::string& asking) {
  Json::Array out;
  for (int purpose = 0; purpose < kPurposeCount; ++purpose) {
    out.push_back(
        Json::object({{"purpose", to_string(static_cast<Purpose>(purpose))},
                      {"may_ask", Json::array({asking, kAsked})},
                      {"modalities", Json::array({to_string(Modality::kFinger)})},
                      {"release", Json::array({"family_name", "given_names", "date_of_birth", "nationality"})},
                      {"retention_days", 30},
                      {"daily_quota", 1'000},
                      {"review_required", true},
                      {"subject_categories", Json::array({"suspect", "missing", "victim", "other"})},
                      {"aims", Json::array({"identify", "more_data"})},
                      {"ages", Json::object({{"from", 14}, {"to", 130}})},
                      {"galleries", Json::array({"main"})},
                      {"score_floors", Json::object({{"finger", 60}})},
                      {"own_nationals", false},
                      {"person_quota", 10},
                      {"response_hours", 48},
                      {"onward_transfer", "never"},
                      {"needs_order", true},
                      {"impact_assessment_sha256", to_hex(sha256(view("the assessment")))}}));
  }
  return Json(std::move(out));
}

struct Signatory {
  SigningKey signing;
  SealingKey sealing;
  Party party(const std::string& country) const {
    Party out{country, country, signing.public_key(), sealing.public_key()};
    out.certificate_sha256 = sha256(view(country));
    out.message_versions = {kMessageVersions.begin(), kMessageVersions.end()};
    out.utc_offset_minutes = -300;
    return out;
  }
};

Result<std::vector<AcceptedAgreement>> agreements(const std::vector<std::string>& countries, std::int64_t now_ms) {
  SystemRandom random;
  const Signatory ours{SigningKey::generate(random), SealingKey::generate(random)};
  std::vector<AcceptedAgreement> out;
  for (const std::string& country : countries) {
    const Signatory theirs{SigningKey::generate(random), SealingKey::generate(random)};
    ASSIGN_OR_RETURN(Json document, policy::draft_agreement("load-" + country, to_iso8601(now_ms - kDayMs),
                                                            to_iso8601(now_ms + 300 * kDayMs), theirs.party(country),
                                                            ours.party(kAsked), clauses(country)));
    ASSIGN_OR_RETURN(document, policy::sign_agreement(document, country, theirs.signing));
    ASSIGN_OR_RETURN(document, policy::sign_agreement(document, kAsked, ours.signing));
    ASSIGN_OR_RETURN(Agreement agreement, policy::read_agreement(canonical(document)));
    out.push_back({std::move(agreement)});
  }
  return out;
}

policy::Ask question(const std::string& asking, std::size_t number, std::int64_t now_ms) {
  policy::Ask out{.asking = asking,
                  .answering = kAsked,
                  .purpose = kPurpose,
                  .modalities = {Modality::kFinger},
                  .case_reference = fmt::format("FILE-{}", number),
                  .answer_within_ms = kAnswerMs,
                  .now_ms = now_ms};
  out.grounds = {
      .legal_basis = "Palermo Protocol, article 10",
      .subject_category = SubjectCategory::kVictim,
      .aim = Aim::kIdentify,
      .urgency = Urgency::kRoutine,
      .age = 34,
      .order = CourtOrder{"Juzgado 4 Penal", fmt::format("2026-{}", number), to_iso8601(now_ms - kDayMs).substr(0, 10),
                          to_iso8601(now_ms + 30 * kDayMs).substr(0, 10)}};
  if (number % 4 == 3) out.grounds.order.reset();
  return out;
}

Case confirmed(const Agreement& agreement, const policy::Ask& ask, std::int64_t now_ms) {
  Case out;
  out.case_id = "case-1";
  out.exchange_id = "exchange-1";
  out.agreement_id = agreement.id;
  out.agreement_digest = agreement.digest;
  out.partner = ask.asking;
  out.grounds = ask.grounds;
  out.purpose = ask.purpose;
  out.partner_case_reference = ask.case_reference;
  out.state = CaseState::kCleared;
  out.opened_ms = now_ms - kHourMs;
  out.expires_ms = now_ms + kDayMs;
  out.person_id = "person-1";
  out.encounter_id = "encounter-1";
  out.examiner = "examiner-7";
  out.verdict_reasons = "fourteen minutiae agree, none contradicts";
  out.verdicts = {{"examiner-7", Verdict::kConfirm, out.verdict_reasons, now_ms},
                  {"examiner-8", Verdict::kConfirm, out.verdict_reasons, now_ms}};
  out.decided_ms = now_ms;
  out.releaser = "supervisor-2";
  out.release_facts = "named by two witnesses, file read";
  out.offence = "trafficking in persons";
  out.cleared_ms = now_ms;
  return out;
}

class Measurement {
 public:
  // What a question of this number spends in `decide`.
  void time(std::size_t moment, const char* what, const std::function<void()>& decide) {
    const auto started = std::chrono::steady_clock::now();
    decide();
    const double took_us =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - started).count();
    if (moment >= rows_.size()) rows_.resize(moment + 1);
    rows_[moment].what = what;
    rows_[moment].took_us.push_back(took_us);
    sum_us_ += took_us;
  }
  void end_question() { sums_us_.push_back(std::exchange(sum_us_, 0)); }
  std::vector<Moment> moments() && {
    std::vector<Moment> out;
    rows_.push_back({"all of them", std::move(sums_us_)});
    for (Row& row : rows_) {
      std::ranges::sort(row.took_us);
      const auto at = [&](double share) {
        return row.took_us[static_cast<std::size_t>(share * static_cast<double>(row.took_us.size() - 1))];
      };
      out.push_back({std::move(row.what), at(0.5), at(0.99), row.took_us.back()});
    }
    return out;
  }

 private:
  struct Row {
    std::string what;
    std::vector<double> took_us;
  };
  std::vector<Row> rows_;
  double sum_us_ = 0;
  std::vector<double> sums_us_;
};

double rounded(double value) {
  return std::round(value * 10) / 10;
}

}  // namespace

Result<Deciding> measure_deciding(const DecideOptions& options) {
  const std::int64_t now_ms = SystemClock().now_ms();
  ASSIGN_OR_RETURN(const std::vector<std::string> countries, partners(options.partners));
  ASSIGN_OR_RETURN(const std::vector<AcceptedAgreement> all, agreements(countries, now_ms));
  const BiographicData record{{DataElement::kFamilyName, "Persona"},
                              {DataElement::kDateOfBirth, "1990-01-01"},
                              {DataElement::kNationality, "BRA"}};
  const policy::OnRecord known{{"BRA"}, {"1990-01-01"}};
  const std::vector<std::string> files{"FILE-A", "FILE-B", "FILE-C"};
  Deciding out{.agreements = options.partners, .questions = options.questions, .denied = 0, .moments = {}};
  Measurement measured;
  for (std::size_t number = 0; number < options.questions; ++number) {
    const policy::Ask ask = question(countries[number % countries.size()], number, now_ms);
    const AcceptedAgreement* agreement = nullptr;
    policy::Decision asked, met;
    measured.time(0, "asking: which agreement, and may it be asked", [&] {
      agreement = policy::for_question(all, ask.asking, ask.answering, ask.purpose, now_ms);
      asked = policy::may_ask(agreement, ask);
      if (asked.permitted) asked = policy::may_ask_about({}, ask.answering);
    });
    CHECK(agreement != nullptr);
    measured.time(1, "asked: may it be compared, and in what", [&] {
      asked = policy::may_ask(agreement, ask);
      if (asked.permitted) policy::scope_of(ask.asking, &*asked.terms);
    });
    out.denied += asked.permitted ? 0 : 1;
    const PurposeTerms& terms = *agreement->terms(ask.purpose);
    measured.time(2, "found: may it be said", [&] {
      met = policy::may_find({}, policy::scope_of(ask.asking, &terms));
      if (met.permitted) met = policy::may_find_of(terms, known, kAsked, now_ms);
      if (met.permitted) met = policy::may_find_for(ask.purpose, known.dates_of_birth, now_ms);
      if (met.permitted) met = policy::may_tell_about(terms, files, ask.case_reference);
      if (met.permitted) CHECK(policy::reaches_floor(terms, Modality::kFinger, 80));
    });
    CHECK(met.permitted);
    const Case decided = confirmed(*agreement, ask, now_ms);
    measured.time(3, "confirmed: may it leave, and what of it", [&] {
      const auto released = policy::redact(*agreement, decided, record, now_ms);
      CHECK(released.ok() == asked.permitted);  // an order is asked for again
    });
    measured.end_question();
  }
  out.moments = std::move(measured).moments();
  return out;
}

std::string to_text(const Deciding& deciding) {
  std::string out = fmt::format("{} questions, {} of them denied, under {} agreements of format 3\n",
                                deciding.questions, deciding.denied, deciding.agreements);
  out += fmt::format("{:<46} {:>10} {:>10} {:>10}\n", "deciding a question", "median us", "99 %", "most");
  for (const Moment& each : deciding.moments) {
    out += fmt::format("{:<46} {:>10.1f} {:>10.1f} {:>10.1f}\n", each.what, each.median_us, each.p99_us, each.max_us);
  }
  return out;
}

Json to_json(const Deciding& deciding) {
  Json::Array moments;
  for (const Moment& each : deciding.moments) {
    moments.push_back(Json::object({{"what", each.what},
                                    {"median_us", rounded(each.median_us)},
                                    {"p99_us", rounded(each.p99_us)},
                                    {"max_us", rounded(each.max_us)}}));
  }
  return Json::object({{"agreements", deciding.agreements},
                       {"questions", deciding.questions},
                       {"denied", deciding.denied},
                       {"moments", Json(std::move(moments))}});
}

}  // namespace puente::load
