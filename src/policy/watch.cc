#include "policy/watch.h"

#include <algorithm>
#include <array>

#include "core/biographic.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/user.h"
#include "policy/use.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

// ---- points

constexpr std::string_view kPoints[] = {"point",  "points", "pt",   "pts",      "punto",
                                        "puntos", "pto",    "ptos", "puntitos", "pontos"};
constexpr std::string_view kPlurals[] = {"points", "pts", "puntos", "ptos", "puntitos", "pontos"};
// "14 puntos de sutura", "two points of entry": no count of anybody's worth.
constexpr std::string_view kOf[] = {"de", "of"};
constexpr std::string_view kOtherPoints[] = {"sutura", "control",  "encuentro", "vista",    "partida", "referencia",
                                             "apoyo",  "contacto", "entrada",   "entry",    "contact", "view",
                                             "exit",   "salida",   "departure", "reference"};
constexpr std::string_view kScores[] = {"score",   "scores",   "scored",       "scoring",     "rating",   "rated",
                                        "puntaje", "puntajes", "puntuación",   "puntuacion",  "puntuado", "puntuada",
                                        "puntúa",  "puntua",   "calificación", "calificacion"};
constexpr std::string_view kNumbers[] = {"two",  "three",  "four",   "five",   "six",     "seven",  "eight",
                                         "nine", "ten",    "eleven", "twelve", "fifteen", "twenty", "dos",
                                         "tres", "cuatro", "cinco",  "seis",   "siete",   "ocho",   "nueve",
                                         "diez", "once",   "doce",   "quince", "veinte"};

template <std::size_t size>
bool is_one_of(const std::string_view (&words)[size], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_number(const std::string& word) {
  return is_digit(word.front()) || is_one_of(kNumbers, word);
}

// In small letters, accents of Latin-1 too; digits apart from letters, so that "8pts" are two.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  enum class Kind { kNone, kLetters, kDigits } last = Kind::kNone;
  char before = 0;
  for (char c : text) {
    const bool of_utf8 = (static_cast<unsigned char>(c) & 0x80) != 0;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto byte = static_cast<unsigned char>(c);
    if (before == '\xc3' && byte >= 0x80 && byte <= 0x9e) c = static_cast<char>(byte + 0x20);
    const Kind kind = is_digit(c) ? Kind::kDigits : of_utf8 || (c >= 'a' && c <= 'z') ? Kind::kLetters : Kind::kNone;
    if (kind != Kind::kNone && kind != last) out.emplace_back();
    if (kind != Kind::kNone) out.back() += c;
    last = kind;
    before = c;
  }
  return out;
}

// The hour "en punto", and points of other kinds.
bool is_other_point(const std::vector<std::string>& words, std::size_t i) {
  if (i > 0 && words[i] == "punto" && words[i - 1] == "en") return true;
  return i + 2 < words.size() && is_one_of(kOf, words[i + 1]) && is_one_of(kOtherPoints, words[i + 2]);
}

bool has_number(const std::vector<std::string>& words, std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < std::min(end, words.size()); ++i)
    if (is_number(words[i])) return true;
  return false;
}

// ---- what an entry must say

bool is_day_until(const std::string& text, std::int64_t now_ms) {
  const auto day = day_of(text);
  return day && *day <= now_ms;
}

bool is_whole(const Fact& fact, std::int64_t now_ms) {
  return written(fact.statement) >= kReasonsMin && !fact.source.empty() && !fact.document.empty() &&
         is_day_until(fact.date, now_ms);
}
bool is_whole(const Assessment& assessment, std::int64_t now_ms) {
  return written(assessment.statement) >= kReasonsMin && !assessment.by.empty() && assessment.grade &&
         assessment.expires_ms > now_ms;
}

std::int64_t unknown_ends_ms(const WatchlistEntry& entry) {
  return entry.entered_ms + limits::kWatchlistUnknownDaysMax * kDayMs;
}

void judge_words(const WatchlistEntry& entry, std::int64_t now_ms, Reasons& against) {
  if (entry.facts.empty()) against.emplace_back("facts_missing");
  if (!std::all_of(entry.facts.begin(), entry.facts.end(), [&](const Fact& each) { return is_whole(each, now_ms); }))
    against.emplace_back("fact_without_source");
  bool whole = true, outlives = false, points = claims_points(entry.file) || claims_points(entry.legal_basis);
  for (const Assessment& each : entry.assessments) {
    whole = whole && is_whole(each, now_ms);
    outlives = outlives || each.expires_ms > entry.expires_ms;
    points = points || claims_points(each.statement);
  }
  for (const Fact& each : entry.facts) points = points || claims_points(each.statement);
  if (!whole) against.emplace_back("assessment_without_grade");
  if (outlives) against.emplace_back("assessment_outlives_entry");
  if (points) against.emplace_back("evidence_of_points");
}

void judge_days(const WatchlistEntry& entry, std::int64_t now_ms, Reasons& against) {
  if (entry.expires_ms <= now_ms) {
    against.emplace_back("expiry_missing");
    return;
  }
  if (entry.expires_ms > now_ms + limits::kWatchlistDaysMax * kDayMs) against.emplace_back("expiry_too_far");
  if (entry.category == WatchCategory::kUnknown &&
      entry.expires_ms > now_ms + limits::kWatchlistUnknownDaysMax * kDayMs)
    against.emplace_back("category_unknown_too_long");
  if (entry.review_ms <= now_ms || entry.review_ms >= entry.expires_ms) against.emplace_back("review_missing");
}

void judge_partners_data(const WatchlistEntry& entry, const Listing& listing, Reasons& against) {
  if (!entry.from_partner) return;
  const Question* released = listing.released;
  if (released == nullptr || released->partner != entry.from_partner->country ||
      !may_use(*released, released->purpose, listing.now_ms).permitted) {
    against.emplace_back("source_not_released");
  } else if (entry.expires_ms > released->retention_until_ms) {
    against.emplace_back("outlives_release");
  }
}

}  // namespace

bool claims_points(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t before = i < 2 ? 0 : i - 2;
    if (is_one_of(kPoints, words[i]) && !is_other_point(words, i) && has_number(words, before, i)) return true;
    if (is_one_of(kPlurals, words[i]) && has_number(words, i + 1, i + 2)) return true;  // "points: 8"
    if (is_one_of(kScores, words[i]) && has_number(words, before, i + 5)) return true;
  }
  return false;
}

bool is_made_of_points(const Json& document) {
  if (const std::string* text = document.as_string()) return claims_points(*text);
  if (const Json::Array* items = document.as_array())
    return std::any_of(items->begin(), items->end(), [](const Json& each) { return is_made_of_points(each); });
  if (!document.is_object()) return false;
  const Json::Object& members = *document.as_object();
  return std::any_of(members.begin(), members.end(), [](const auto& member) {
    const std::vector<std::string> words = words_of(member.first);
    const bool named = std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return is_one_of(kPoints, word) || is_one_of(kScores, word);
    });
    return named || is_made_of_points(member.second);
  });
}

Decision may_list(const WatchlistEntry& proposed, const Listing& listing) {
  Reasons against;
  if (proposed.owner.empty()) against.emplace_back("owner_missing");
  if (!proposed.owner.empty() && !listing.owner_is_told) against.emplace_back("owner_not_told");
  if (!proposed.category) against.emplace_back("category_missing");
  if (proposed.file.empty() || proposed.legal_basis.empty()) against.emplace_back("entry_grounds_missing");
  judge_words(proposed, listing.now_ms, against);
  judge_days(proposed, listing.now_ms, against);
  judge_partners_data(proposed, listing, against);
  return against.empty() ? Decision::permit("listed_with_facts_and_end") : Decision::deny(std::move(against));
}

Decision may_decide_listing(const SecondLook& look) {
  if (written(look.reasons) < kReasonsMin || look.reasons.size() > limits::kTextBytesMax)
    return Decision::deny({"listing_reasons_missing"}, Code::kInvalidInput);
  if (same_user(look.decider, look.proposed_by) || same_user(look.decider, look.owner))
    return Decision::deny({"second_person"});
  return Decision::permit("second_person_decides_listing");
}

Decision may_alert(const WatchlistEntry& entry, bool owner_is_told, std::int64_t now_ms) {
  Reasons against;
  if (entry.owner.empty()) against.emplace_back("owner_missing");
  if (!owner_is_told) against.emplace_back("owner_not_told");
  if (!entry.category) against.emplace_back("category_missing");
  if (!entry.in_force()) against.emplace_back("entry_not_decided");
  if (now_ms >= entry.expires_ms) against.emplace_back("entry_expired");
  if (now_ms >= entry.review_ms) against.emplace_back("review_overdue");
  if (entry.category == WatchCategory::kUnknown && now_ms >= unknown_ends_ms(entry))
    against.emplace_back("category_unknown_too_long");
  return against.empty() ? Decision::permit("entry_in_force") : Decision::deny(std::move(against));
}

std::int64_t ends_ms(const WatchlistEntry& entry) {
  std::int64_t out = entry.expires_ms;
  if (entry.category == WatchCategory::kUnknown) out = std::min(out, unknown_ends_ms(entry));
  if (!entry.in_force()) out = std::min(out, entry.entered_ms + limits::kWatchlistUndecidedDays * kDayMs);
  return out;
}

std::int64_t next_end_ms(const WatchlistEntry& entry) {
  std::int64_t out = ends_ms(entry);
  for (const Assessment& each : entry.assessments) out = std::min(out, each.expires_ms);
  return out;
}

}  // namespace puente::policy
