#include "policy/ask.h"

#include <algorithm>

#include "core/biographic.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/person.h"
#include "core/protection.h"
#include "policy/agreements.h"
#include "policy/find.h"
#include "policy/search.h"

namespace puente::policy {
namespace {

// The midnight of a day such as 2026-03-01, or none.
std::optional<std::int64_t> day_asked(const std::string& text) {
  if (text.size() != std::string_view("2026-03-01").size()) return std::nullopt;
  const auto ms = parse_iso8601(text);
  return ms.ok() ? std::optional(*ms) : std::nullopt;
}

// An order without an end binds nobody: longer than this it is none.
constexpr std::int64_t kOrderDaysMax = 2 * 366;

// By what name a court goes is its own affair: two characters, a letter among them.
bool is_court(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  };
  std::size_t shown = 0;
  for (const char c : name) shown += c != ' ' && (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return shown >= 2 && is_plain_text(name) && std::ranges::any_of(name, is_letter);
}

}  // namespace

void judge_order(const std::optional<CourtOrder>& order, std::int64_t now_ms, std::vector<std::string>& against) {
  if (!order) {
    against.emplace_back("order_missing");
    return;
  }
  const auto from = day_asked(order->date), last = day_asked(order->expires);
  const bool named = is_court(order->court) && std::any_of(order->number.begin(), order->number.end(),
                                                           [](char c) { return c >= '0' && c <= '9'; });
  if (!named || !from || !last || *last < *from || *last - *from > kOrderDaysMax * kDayMs) {
    against.emplace_back("order_malformed");
    return;
  }
  if (now_ms < *from) against.emplace_back("order_not_yet_valid");
  if (now_ms >= *last + kDayMs) against.emplace_back("order_expired");
}

namespace {

void judge_grounds(const Conditions& terms, const Ask& ask, std::vector<std::string>& against) {
  const Grounds& grounds = ask.grounds;
  const auto listed = [&](const auto& said, const auto& allowed, const char* missing, const char* other) {
    if (!said) {
      against.emplace_back(missing);
    } else if (!allowed.contains(*said)) {
      against.emplace_back(other);
    }
  };
  if (grounds.legal_basis.empty()) against.emplace_back("legal_basis_missing");
  listed(grounds.subject_category, terms.subject_categories, "subject_category_missing",
         "subject_category_not_in_agreement");
  listed(grounds.aim, terms.aims, "aim_missing", "aim_not_in_agreement");
  if (!grounds.urgency) against.emplace_back("urgency_missing");
  if (limits_age(terms)) {
    if (!grounds.age) {
      against.emplace_back("age_missing");
    } else if (*grounds.age < terms.age_from || *grounds.age > terms.age_to) {
      against.emplace_back("age_not_in_agreement");
    }
  }
  if (terms.needs_order) judge_order(grounds.order, ask.now_ms, against);
}

// Not past, and no further off than any node lets a question wait; clocks differ a little.
bool is_deadline(std::int64_t within_ms) {
  return within_ms > -limits::kClockSkewMsMax &&
         within_ms <= bounds::kQuestionHoursMax * kHourMs + limits::kClockSkewMsMax;
}

void judge_terms(const PurposeTerms& terms, const Ask& ask, std::vector<std::string>& against) {
  const auto all_in = [&](const std::set<Modality>& allowed) {
    return std::all_of(ask.modalities.begin(), ask.modalities.end(),
                       [&](Modality each) { return allowed.contains(each); });
  };
  if (!terms.may_ask.contains(ask.asking)) against.emplace_back("country_may_not_ask");
  if (!all_in(terms.modalities)) against.emplace_back("modality_not_in_agreement");
  if (!all_in(ask.compared_here)) against.emplace_back("modality_not_compared_here");
  if (terms.conditions) judge_grounds(*terms.conditions, ask, against);
  if (ask.asked_today < 0 || ask.asked_today >= terms.daily_quota) against.emplace_back("quota_used_up");
}

Decision deny(std::vector<std::string> against) {
  const bool only_quota = against.size() == 1 && against.front() == "quota_used_up";
  return Decision::deny(std::move(against), only_quota ? Code::kQuotaExceeded : Code::kDenied);
}

}  // namespace

Decision may_ask(const AcceptedAgreement* agreement, const Ask& ask) {
  std::vector<std::string> against;
  if (ask.asking == ask.answering) against.emplace_back("own_country");
  if (const char* why = why_no_file(ask.case_reference)) against.emplace_back(why);
  if (ask.modalities.empty()) against.emplace_back("modality_missing");
  if (!is_deadline(ask.answer_within_ms)) against.emplace_back("deadline_implausible");
  if (agreement == nullptr) {
    against.emplace_back("no_agreement");
    return deny(std::move(against));
  }
  for (const char* reason : why_not_in_force(*agreement, ask.now_ms)) against.emplace_back(reason);
  if (ask.now_ms >= agreement->replaced_ms) against.emplace_back("agreement_replaced");
  if (agreement->party(ask.asking) == nullptr) against.emplace_back("asker_not_a_party");
  if (agreement->party(ask.answering) == nullptr) against.emplace_back("answerer_not_a_party");
  const PurposeTerms* terms = agreement->terms(ask.purpose);
  if (terms == nullptr) {
    against.emplace_back("purpose_not_in_agreement");
  } else {
    judge_terms(*terms, ask, against);
  }
  if (!against.empty()) return deny(std::move(against));
  return Decision::permit(clause(*terms), *terms);
}

std::int64_t day_began_ms(const Agreement& agreement, std::string_view answering, std::int64_t now_ms) {
  const Party* party = agreement.party(answering);
  const std::int64_t offset_ms = party == nullptr ? 0 : party->utc_offset_minutes * kMinuteMs;
  const std::int64_t local = now_ms + offset_ms;
  return local - (local % kDayMs + kDayMs) % kDayMs - offset_ms;
}

// Counted by the hour: of a country half an hour off, the hour in which its day begins belongs to it.
std::int64_t quota_hours(const Agreement& agreement, Purpose purpose, std::string_view answering, std::int64_t now_ms) {
  const PurposeTerms* terms = agreement.terms(purpose);
  if (terms == nullptr || !terms->conditions) return 24;
  return now_ms / kHourMs - day_began_ms(agreement, answering, now_ms) / kHourMs + 1;
}

Json ask_document(const Ask& ask) {
  Json out = to_json(ask.grounds);
  const auto names = [](const auto& all) {
    Json::Array out_names;
    for (const Modality each : all) out_names.emplace_back(to_string(each));
    return Json(std::move(out_names));
  };
  return out.set("asking", ask.asking)
      .set("answering", ask.answering)
      .set("purpose", to_string(ask.purpose))
      .set("modalities", names(ask.modalities))
      .set("compared_here", names(ask.compared_here))
      .set("case_reference", ask.case_reference)
      .set("asked_today", ask.asked_today)
      .set("answer_within_ms", ask.answer_within_ms)
      .set("at", to_iso8601(ask.now_ms));
}

Result<Ask> read_ask(const Json& document, std::int64_t now_ms) {
  JsonReader reader(document, "question");
  Ask out;
  out.asking = reader.string("asking");
  out.answering = reader.string("answering");
  const auto purpose = parse_purpose(reader.string("purpose"));
  if (purpose.ok()) out.purpose = *purpose;
  if (!purpose.ok()) reader.complain("member \"purpose\": " + purpose.error().message);
  const auto modalities = [&](const char* key, auto add) {
    for (const std::string& name : reader.strings(key)) {
      const auto modality = parse_modality(name);
      if (modality.ok()) add(*modality);
      if (!modality.ok()) reader.complain(std::string("member \"") + key + "\": " + modality.error().message);
    }
  };
  modalities("modalities", [&](Modality each) { out.modalities.push_back(each); });
  if (!reader.any_or_null("compared_here").is_null()) {
    out.compared_here.clear();
    modalities("compared_here", [&](Modality each) { out.compared_here.insert(each); });
  }
  out.case_reference = reader.string("case_reference");
  out.asked_today = reader.integer_or("asked_today", 0, 0, std::int64_t{1} << 40);
  out.answer_within_ms = reader.integer_or("answer_within_ms", 0, -(std::int64_t{1} << 40), std::int64_t{1} << 40);
  out.now_ms = now_ms;
  if (!reader.any_or_null("at").is_null()) {
    const auto at = parse_iso8601(reader.string("at"));
    if (at.ok()) out.now_ms = *at;
    if (!at.ok()) reader.complain("member \"at\": " + at.error().message);
  }
  out.grounds = read_grounds(reader);
  TRY(reader.finish());
  return out;
}

Decision may_ask_about(const std::set<std::string>& withheld_from, std::string_view answering) {
  return is_hidden_from(withheld_from, answering) ? Decision::deny({"own_rules"})
                                                  : Decision::permit("own_rules_permit");
}

}  // namespace puente::policy
