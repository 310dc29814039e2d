// A watchlist's entry: somebody enrolled here whose next appearance its owner is told of; and the alert that tells.
// What is known and what somebody makes of it are of two types, in memory, in JSON and on paper (R26, R40; Directive
// (EU) 2016/680, articles 6 and 7): no function takes one for the other. There is no number in either that could be a
// score. Plain values; policy/watch.h says which may be, docs/formats/watchlist.md what the JSON is.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace puente {

// What the person is to the file (2016/680, article 6; missing as in an alert of SIS). Names and numbers are stored.
enum class WatchCategory { kSuspect, kConvicted, kVictim, kMissing, kWitness, kContact, kUnknown };
inline constexpr int kWatchCategoryCount = static_cast<int>(WatchCategory::kUnknown) + 1;
const char* to_string(WatchCategory category);  // "suspect", …
Result<WatchCategory> parse_watch_category(std::string_view name);

// How far what an assessment stands on is to be believed: the four degrees of Regulation (EU) 2016/794, article 29(3),
// by words, since numbers would be added up.
enum class EvidenceGrade { kNotInDoubt, kKnownToSource, kCorroborated, kNotCorroborated };
inline constexpr int kEvidenceGradeCount = static_cast<int>(EvidenceGrade::kNotCorroborated) + 1;
const char* to_string(EvidenceGrade grade);  // "not_in_doubt", "known_to_source", "corroborated", "not_corroborated"
Result<EvidenceGrade> parse_evidence_grade(std::string_view name);

struct Fact {
  std::string statement, source;
  std::string date;  // a day such as 2026-03-01; whether it is one policy says
  std::string document;
  bool operator==(const Fact&) const = default;
};

struct Assessment {
  std::string statement, by;
  std::optional<EvidenceGrade> grade{};
  std::int64_t expires_ms = 0;  // then it goes, the entry may stay; 0: not said
  bool operator==(const Assessment&) const = default;
};

struct FromPartner {  // whose data it was made of, and by which question of ours they were released
  std::string country, exchange_id;
  bool operator==(const FromPartner&) const = default;
};

struct WatchlistEntry {
  std::string entry_id;
  std::string person_id;
  std::set<std::string> hand;  // all ids of the same hand, person_id among them: each counts as met
  std::string owner;           // a user: who is told, and answers for it
  std::optional<WatchCategory> category{};
  std::string file, legal_basis;
  std::vector<Fact> facts{};
  std::vector<Assessment> assessments{};
  std::optional<FromPartner> from_partner{};     // none: our own
  std::int64_t review_ms = 0, expires_ms = 0;    // midnights, UTC, of the days from which on; 0: not said
  std::int64_t entered_ms = 0;                   // proposed
  std::string proposed_by, decided_by, reasons;  // of the second person; decided_by empty: nobody has decided yet
  std::int64_t decided_ms = 0;
  bool review_overdue = false;  // by the clock of the node that shows it: it alerts nobody; not kept
  bool operator==(const WatchlistEntry&) const = default;

  bool in_force() const { return !decided_by.empty(); }
};

// As it is proposed: a document of format 1. kInvalidInput, by the member's name: what is malformed, of another kind,
// or not known. What is merely missing is left empty: that policy refuses, with its reason.
Result<WatchlistEntry> read_proposal(const Json& document);
// The same members, with what became of it.
Json to_json(const WatchlistEntry& entry);

// What a second person decides, of a proposal or, at its day of review, of an entry in force. Refused, it is gone.
enum class ListingDecision { kInForce, kRefuse };
inline constexpr int kListingDecisionCount = static_cast<int>(ListingDecision::kRefuse) + 1;
const char* to_string(ListingDecision decision);  // "in_force", "refuse"
Result<ListingDecision> parse_listing_decision(std::string_view name);

// How the person was met.
enum class MetHow { kEnrolled, kIdentified, kVerified, kAsked };
inline constexpr int kMetHowCount = static_cast<int>(MetHow::kAsked) + 1;
const char* to_string(MetHow how);  // "enrolled", "identified", "verified", "asked"

// A machine found somebody who may be the person: no more is said.
struct WatchlistAlert {
  std::int64_t number = 0;  // given by the store
  std::string entry_id, owner;
  std::string person_id;  // by which id
  MetHow how = MetHow::kIdentified;
  std::string file;     // of the act, in its own words; empty: it names none
  std::string partner;  // who asked
  std::int64_t time_ms = 0, expires_ms = 0;
  bool operator==(const WatchlistAlert&) const = default;
};
Json to_json(const WatchlistAlert& alert);

}  // namespace puente
