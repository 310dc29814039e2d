#include "service/card.h"

#include <algorithm>

#include "core/protection.h"
#include "service/practice.h"

namespace puente::service {
namespace {

constexpr const char* kSuspended = "agreement_suspended";
constexpr const char* kNotReadable = "record_not_readable";

void add(std::vector<std::string>& against, const std::string& reason) {
  if (std::ranges::count(against, reason) == 0) against.push_back(reason);
}
void add(std::vector<std::string>& against, const policy::Decision& decision) {
  if (decision.permitted) return;
  for (const std::string& reason : decision.reasons) add(against, reason);
}

// Whom the case's clause lets its partner find.
Scope scope_of(const Node::Inside& in, const Case& decided) {
  return policy::scope_of(decided.partner, in.treaties.terms_of(decided).get());
}

// What the clause and the purpose ask of whom they let be found; it may be learnt after the hit.
void judge_record(const Node::Inside& in, const store::People& people, const Case& decided,
                  const std::string& person_id, std::vector<std::string>& against) {
  const auto terms = in.treaties.terms_of(decided);
  const bool is_asked = (terms != nullptr && policy::asks_record(*terms)) || policy::asks_age(decided.purpose);
  if (!is_asked && person_id == decided.person_id) return;
  const Result<policy::OnRecord> record = on_record_of(people, person_id);
  if (!record.ok()) return add(against, kNotReadable);
  if (terms != nullptr) add(against, policy::may_find_of(*terms, *record, in.config.country, in.now_ms()));
  add(against, policy::may_find_for(decided.purpose, record->dates_of_birth, in.now_ms()));
}

// Whether one of those who confirmed it was found since: their verdict stands, and weighs less.
Result<bool> is_by_suspended(const Node::Inside& in, const Case& decided) {
  for (const Opinion& each : decided.verdicts) {
    if (each.verdict != Verdict::kConfirm) continue;
    ASSIGN_OR_RETURN(const std::int64_t since_ms, suspended_since(in, each.examiner));
    if (since_ms != 0) return true;
  }
  return false;
}

bool is_hidden_from_others(const Node::Inside& in, const Case& decided, const std::string& person_id) {
  std::set<std::string> from = in.roster.withheld_from(person_id);
  from.erase(decided.partner);
  return !from.empty();
}

// What to weigh: of all ids together, and beside each other id what its own records say.
Status weigh(const Node::Inside& in, ReleaseCard& card, const std::set<std::string>& ids) {
  const Case& decided = card.the_case;
  ASSIGN_OR_RETURN(const bool suspended, is_by_suspended(in, decided));
  policy::Circumstances all{
      {}, in.config.country, false, in.now_ms(), decided.doubts.contains(Doubt::kCapturedAsChild), suspended};
  for (const std::string& id : ids) {
    const Result<policy::OnRecord> record = on_record_of(*in.store, id);
    if (!record.ok() && !card.against.empty()) continue;
    TRY(record);
    policy::Circumstances of_it{*record, in.config.country, is_hidden_from_others(in, decided, id), in.now_ms()};
    const auto join = [](auto& into, const auto& from) { into.insert(into.end(), from.begin(), from.end()); };
    join(all.person.dates_of_birth, record->dates_of_birth);
    join(all.person.nationalities, record->nationalities);
    all.protected_from_others = all.protected_from_others || of_it.protected_from_others;
    if (id == decided.person_id) continue;
    std::vector<std::string>& risks = card.same_hand[id] = policy::risks_of(of_it);
    std::erase(risks, policy::kAgeUnknown);  // said of all together
  }
  card.risks = policy::risks_of(all);
  return {};
}

Digest digest_of(const ReleaseCard& card, const BiographicData& leaving) {
  ByteWriter writer;
  const auto put = [&writer](const std::vector<std::string>& all) {
    for (const std::string& each : all) writer.counted(view(each));
    writer.counted({});
  };
  for (const auto& [element, value] : leaving) put({to_string(element), value});
  put({std::to_string(card.retention_until_ms)});
  put(card.risks);
  for (const auto& [id, risks] : card.same_hand) {
    put({id});
    put(risks);
  }
  return sha256(writer.take());
}

}  // namespace

SameHand::SameHand(const Node::Inside& in, const std::string& person_id) {
  constexpr int kTries = 3;  // one of them may be erased under the search
  for (int tries = 0; tries < kTries; ++tries) {
    hand_.emplace(in.roster, *in.store);
    if (!person_id.empty()) hand_->add(person_id);
    const auto found = hand_->ids();
    read_ = found.ok() ? Status() : Status(found.error());
    if (found.ok() || found.error().code != Code::kNotFound) return;
  }
}

Result<std::set<std::string>> SameHand::ids() {
  TRY(read_);
  auto out = hand_->ids();
  if (!out.ok()) read_ = out.error();
  return out;
}

// Whoever is hidden or erased, whatever else the agreement says: whom the roster lets be found and the partner's keys
// do not open is hidden all the same.
void judge_person(const Node::Inside& in, const Case& decided, SameHand* hand, std::vector<std::string>& against) {
  const auto people = in.store->people_for(decided.partner);
  const auto opened = people->encounter_ids(decided.person_id);
  if ((opened.ok() && opened->empty()) ||
      !in.roster.may_be_found(decided.person_id, decided.encounter_id, scope_of(in, decided)))
    add(against, "hidden_or_erased");
  judge_record(in, *people, decided, decided.person_id, against);
  if (hand == nullptr) return;
  const auto ids = hand->ids();
  if (!ids.ok()) return add(against, kNotReadable);
  for (const std::string& each : *ids) {
    if (each == decided.person_id) continue;
    if (is_hidden_from(in.roster.withheld_from(each), decided.partner)) add(against, "hidden_or_erased");
    judge_record(in, *in.store, decided, each, against);
  }
}

std::vector<std::string> against_release(const Node::Inside& in, const Case& decided, SameHand* hand) {
  const Treaties::Held agreement = in.treaties.of(decided);
  if (agreement == nullptr) return {"agreement_of_the_case_is_gone"};
  std::vector<std::string> against;
  add(against, policy::could_release(*agreement, decided, in.now_ms()));
  judge_person(in, decided, hand, against);
  if (against == std::vector<std::string>{kSuspended}) return {};  // it waits, and is judged again
  return against;
}

Status not_over_by_the_clock(const Node::Inside& in, const Case& decided) {
  const Treaties::Held agreement = in.treaties.of(decided);
  if (agreement == nullptr || !policy::could_release(*agreement, decided, in.now_ms()).permitted) return {};
  const policy::Decision later = policy::could_release(*agreement, decided, in.latest_ms());
  if (later.permitted) return {};
  return Error{Code::kUnavailable, "the clock is doubted, and by what it says nothing may leave: " +
                                       later.explanation() + ". A supervisor confirms it once it is right"};
}

Result<BiographicData> known_of(const Node::Inside& in, const Case& decided) {
  const auto people = in.store->people_for(decided.partner);
  ASSIGN_OR_RETURN(const std::vector<std::string> all, people->encounter_ids(decided.person_id));
  const Scope scope = scope_of(in, decided);
  BiographicData out;
  const auto take = [&out](const BiographicData& from) {
    for (const auto& [element, value] : from) {
      if (!value.empty()) out.emplace(element, value);
    }
  };
  for (auto id = all.rbegin(); id != all.rend(); ++id) {
    if (!in.roster.may_be_found(decided.person_id, *id, scope)) continue;
    ASSIGN_OR_RETURN(const Encounter other, people->encounter_facts(decided.person_id, *id));
    take(other.biographic);
  }
  return out;
}

Result<ReleaseCard> card_of(const Node::Inside& in, Case decided, SameHand& hand) {
  ReleaseCard out;
  out.the_case = std::move(decided);
  out.against = against_release(in, out.the_case, &hand);
  const auto ids = hand.ids();
  TRY(weigh(in, out, ids.ok() ? *ids : std::set<std::string>{out.the_case.person_id}));
  ASSIGN_OR_RETURN(const BiographicData known, known_of(in, out.the_case));
  const auto terms = in.treaties.terms_of(out.the_case);
  if (!out.against.empty() || terms == nullptr) return out;
  const BiographicData leaving = policy::agreed_part(*terms, known);
  for (const auto& [element, value] : leaving) out.elements.push_back(element);
  out.retention_until_ms = policy::kept_until_ms(*terms, out.the_case.decided_ms);
  out.digest = digest_of(out, leaving);
  return out;
}

}  // namespace puente::service
