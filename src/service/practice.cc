#include "service/practice.h"

#include <algorithm>
#include <limits>

#include "casework/casework.h"
#include "core/limits.h"
#include "core/user.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"
#include "service/exhibit.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr const char* kExaminers = "examiners";
constexpr std::int64_t kOpensWithinMs =
    4 * kHourMs;  // of the hit that it follows, so that the two are not seen as such

// ---- what is known of examiners, as the node remembers it

Json to_json(const Examiner& examiner) {
  const PracticeOutcomes& outcomes = examiner.outcomes;
  return Json::object({{"non_mates", std::int64_t{outcomes.non_mates}},
                       {"confirmed_non_mates", std::int64_t{outcomes.confirmed_non_mates}},
                       {"mates", std::int64_t{outcomes.mates}},
                       {"rejected_mates", std::int64_t{outcomes.rejected_mates}},
                       {"undecided", std::int64_t{outcomes.undecided}},
                       {"suspended_ms", examiner.suspended_ms}});
}

Result<Examiner> read_examiner(const std::string& user, const Json& json) {
  JsonReader reader(json, kExaminers);
  const auto count = [&](const char* name) {
    return static_cast<std::uint32_t>(reader.integer(name, 0, std::numeric_limits<std::uint32_t>::max()));
  };
  Examiner out;
  out.user = user;
  out.outcomes.non_mates = count("non_mates");
  out.outcomes.confirmed_non_mates = count("confirmed_non_mates");
  out.outcomes.mates = count("mates");
  out.outcomes.rejected_mates = count("rejected_mates");
  out.outcomes.undecided = count("undecided");
  out.suspended_ms = reader.integer("suspended_ms", 0, std::numeric_limits<std::int64_t>::max());
  TRY(reader.finish());
  return out;
}

Result<std::vector<Examiner>> examiners(const Node::Inside& in) {
  std::vector<Examiner> out;
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, in.store->state(kExaminers));
  if (!kept) return out;
  ASSIGN_OR_RETURN(const Json all, parse_json(text(*kept)));
  if (all.as_object() == nullptr) return Error{Code::kCorrupt, "what is known of examiners cannot be read"};
  for (const auto& [user, json] : *all.as_object()) {
    ASSIGN_OR_RETURN(Examiner each, read_examiner(user, json));
    out.push_back(std::move(each));
  }
  return out;
}

Status remember(store::Transaction& transaction, const std::vector<Examiner>& all) {
  Json::Object out;
  for (const Examiner& each : all) out[each.user] = to_json(each);
  return transaction.put_state(kExaminers, view(canonical(Json(std::move(out)))));
}

// By whatever spelling of the name: who writes it differently is not somebody else.
std::vector<Examiner>::iterator find_examiner(std::vector<Examiner>& all, const std::string& user) {
  return std::ranges::find_if(all, [&](const Examiner& each) { return same_user(each.user, user); });
}

// ---- what is seeded

// Nobody whom this node has met becomes a lesson.
Status is_of_nobody_here(const Node::Inside& in, const intake::Taken& taken) {
  if (in.roster.search(probe_of(taken), Scope::own(), 1).candidates.empty()) return {};
  return Error{Code::kConflict, "these prints are of somebody enrolled here: pairs are of people who do not exist"};
}

// Whoever adds pairs says what is true of them, and by a wrong word would suspend whom they like. What our own search
// is sure of contradicts them; and what it would never find is no case that an examiner is given.
constexpr double kSurelyOne = 1e-9;  // a false match rate; the likest of 200 strangers of ten fingers are far above

Status fits(Truth truth, const intake::Taken& probe, const intake::Taken& reference, double false_match_rate_max) {
  finger::Scratch scratch;
  double together = 0;
  for (const intake::Print& left : probe.prints) {
    const finger::Prepared prepared = finger::prepare(left.features);
    double best = 0;
    for (const intake::Print& right : reference.prints) {
      if (!identify::comparable(finger_at(left.place), finger_at(right.place))) continue;
      best = std::max(best, finger::compare_score(prepared, finger::prepare(right.features), scratch));
    }
    together += best;
  }
  const double by_chance = finger::false_match_rate(together);
  if (truth == Truth::kNonMate && by_chance < kSurelyOne)
    return Error{Code::kInvalidInput, "these prints are one person's, by all that is compared: the pair is mated"};
  if (truth == Truth::kMate && by_chance > false_match_rate_max)
    return Error{Code::kInvalidInput, "no search would find these prints as one person's: such a pair is no case"};
  return {};
}

// One of that truth; of the other where none of it waits. Empty: none waits.
std::string drawn_from(const std::vector<store::PairHead>& waiting, Truth truth, Random& random) {
  std::vector<const store::PairHead*> of_truth;
  for (const store::PairHead& each : waiting)
    if (each.truth == truth) of_truth.push_back(&each);
  if (of_truth.empty()) return "";
  return of_truth[random.below(static_cast<std::uint32_t>(of_truth.size()))]->pair_id;
}

Status check_reasons(const std::string& reasons) {
  if (policy::written(reasons) >= policy::kReasonsMin && reasons.size() <= limits::kTextBytesMax) return {};
  return Error{Code::kInvalidInput, "reasons: say in at least ten characters why this examiner may judge again"};
}

Status tell_of_the_last(const Node::Inside& in, store::Transaction& transaction, Truth truth,
                        std::vector<Written>& entries) {
  Alarm alarm;
  alarm.kind = "practice_used_up";
  alarm.sentence = std::string("no ") + to_string(truth) +
                   " pair waits to be seeded any more: until somebody adds some, what examiners can do is measured "
                   "less (puente practice add)";
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

Status end_practice_case(const Node::Inside& in, store::Transaction& transaction, const PracticeCase& open,
                         std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const PracticeCase over, casework::expire(open, in.now_ms()));
  TRY(transaction.update_practice_case(over));
  TRY(transaction.destroy_practice_exhibit(over.case_id));
  entries.push_back({in.journal.entry(Event::kPracticeDecided, kItself),
                     Json::object({{"case_id", over.case_id}, {"verdict", to_string(over.state)}})});
  return {};
}

Status expire_practice(Node::Inside& in, const std::string& case_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const PracticeCase open, in.store->practice_case(case_id));
  if (!casework::is_due(open, in.now_ms())) return {};  // judged meanwhile
  std::vector<Written> entries;
  TRY(end_practice_case(in, *transaction, open, entries));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

Status erase_practice(Node::Inside& in, const std::string& case_id) {
  const auto transaction = in.store->begin();
  TRY(transaction->erase_practice_case(case_id));
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kCaseErased, kItself),
                        Json::object({{"case_id", case_id}})));
  return {};
}

}  // namespace

Status seed_beside(const Node::Inside& in, store::Transaction& transaction, const Case& hit,
                   std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  Random& random = in.seams.random;
  if (waiting.empty() || !casework::is_followed_by_seeded(random)) return {};
  const Truth truth = casework::next_truth(random);
  const std::string pair_id = drawn_from(waiting, truth, random);
  if (pair_id.empty()) return tell_of_the_last(in, transaction, truth, entries);
  ASSIGN_OR_RETURN(const PracticePair pair, in.store->practice_pair(pair_id));
  PracticeCase seeded;
  seeded.case_id = random.id("c-");
  seeded.agreement_id = hit.agreement_id;
  seeded.partner = hit.partner;
  seeded.purpose = hit.purpose;
  seeded.truth = pair.truth;
  const std::int64_t opens_ms = hit.opened_ms + 1 + random.below(static_cast<std::uint32_t>(kOpensWithinMs));
  seeded = casework::open_practice(std::move(seeded), opens_ms, opens_ms + (hit.expires_ms - hit.opened_ms));
  TRY(transaction.put_practice_case(seeded, pair.exhibit));
  TRY(transaction.erase_practice_pair(pair_id));
  entries.push_back({in.journal.entry(Event::kPracticeSeeded, kItself), Json::object({{"case_id", seeded.case_id}})});
  return {};
}

Status measure(const Node::Inside& in, store::Transaction& transaction, const Caller& examiner,
               const PracticeCase& judged, Verdict verdict, std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(std::vector<Examiner> all, examiners(in));
  auto known = find_examiner(all, examiner.user);
  if (known == all.end()) known = all.insert(all.end(), Examiner{examiner.user});
  known->outcomes = casework::with(known->outcomes, judged.truth, verdict);
  if (casework::is_found(casework::with({}, judged.truth, verdict))) {
    known->suspended_ms = in.now_ms();
    entries.push_back({in.journal.entry(Event::kCertificateSuspended, kItself),
                       Json::object({{"examiner", known->user}, {"case_id", judged.case_id}})});
    Alarm alarm;
    alarm.kind = "examiner_found";
    alarm.sentence = known->user +
                     " confirmed as one person a seeded pair that is of two: no verdict of theirs is taken until a "
                     "supervisor renews the certificate (puente practice renew). Look again at what they confirmed "
                     "before";
    alarm.by = known->user;
    TRY(tell_supervisor(in, transaction, std::move(alarm), entries));
  }
  return remember(transaction, all);
}

Result<std::int64_t> suspended_since(const Node::Inside& in, const std::string& user) {
  ASSIGN_OR_RETURN(std::vector<Examiner> all, examiners(in));
  const auto known = find_examiner(all, user);
  return known == all.end() ? 0 : known->suspended_ms;
}

void end_practice(Node::Inside& in) {
  const std::int64_t now_ms = in.now_ms(), erased_before_ms = now_ms - in.config.record_days * kDayMs;
  const auto heads = in.store->practice_heads();
  if (!heads.ok()) return note_unreadable(in, "seeded cases", heads.error());
  for (const store::PracticeHead& each : *heads) {
    const bool undecided = each.state == CaseState::kOpen || each.state == CaseState::kConfirmed;
    Status ended;
    if (undecided && each.expires_ms <= now_ms) ended = expire_practice(in, each.case_id);
    if (!undecided && each.expires_ms <= erased_before_ms) ended = erase_practice(in, each.case_id);
    if (!ended.ok()) note_unreadable(in, each.case_id, ended.error());
  }
}

Status end_practice_under(const Node::Inside& in, store::Transaction& transaction,
                          const std::set<std::string>& agreements) {
  ASSIGN_OR_RETURN(const std::vector<store::PracticeHead> heads, in.store->practice_heads());
  for (const store::PracticeHead& each : heads) {
    if (each.state != CaseState::kOpen || each.expires_ms <= in.now_ms()) continue;
    Result<PracticeCase> open = in.store->practice_case(each.case_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, open, each.case_id));
    if (!readable || !agreements.contains(open->agreement_id)) continue;
    open->expires_ms = in.now_ms();
    TRY(transaction.update_practice_case(*open));
  }
  return {};
}

Status erase_from_practice(const Node::Inside& in, store::Transaction& transaction, const Named& person,
                           std::size_t& rows) {
  ASSIGN_OR_RETURN(const std::vector<store::PracticeHead> heads, in.store->practice_heads());
  for (const store::PracticeHead& each : heads) {
    Result<PracticeCase> named = in.store->practice_case(each.case_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, named, each.case_id));
    if (!readable) continue;
    bool said = blank(named->verdict_reasons, person);
    for (Opinion& opinion : named->verdicts) said = blank(opinion.reasons, person) || said;
    if (!said) continue;
    TRY(transaction.update_practice_case(*named));
    ++rows;
  }
  return {};
}

Result<std::size_t> open_practice_cases(const Node::Inside& in) {
  ASSIGN_OR_RETURN(const std::vector<store::PracticeHead> heads, in.store->practice_heads());
  return static_cast<std::size_t>(std::ranges::count_if(heads, [&](const store::PracticeHead& each) {
    return each.state == CaseState::kOpen && each.opened_ms <= in.now_ms();
  }));
}

// ---- use cases

Result<Receipt> Node::add_practice_pair(const Caller& caller, Truth truth, const std::vector<Sample>& probe,
                                        const std::vector<Sample>& reference, const Once<Receipt>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kAddPractice));
  const auto taken = [&](const std::vector<Sample>& samples) {
    const Turns::Turn turn = in.turns.one();
    return intake::take_in_probe(samples, intake::Depth::kSearchable);
  };
  ASSIGN_OR_RETURN(const intake::Taken of_probe, taken(probe));
  ASSIGN_OR_RETURN(const intake::Taken of_reference, taken(reference));
  for (const intake::Taken* each : {&of_probe, &of_reference}) TRY(is_of_nobody_here(in, *each));
  TRY(fits(truth, of_probe, of_reference, in.config.false_match_rate_max));
  ASSIGN_OR_RETURN(const Exhibit exhibit, make_exhibit(of_probe, of_reference));
  if (exhibit.pairs.empty()) return Error{Code::kNoFeatures, "no print of one side may be that of the other"};
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  if (waiting.size() >= limits::kPracticePairsMax)
    return Error{Code::kQuotaExceeded, "as many seeded pairs wait as may"};
  const PracticePair pair{in.seams.random.id("s-"), truth, casework::encode_exhibit(exhibit)};
  TRY(transaction->put_practice_pair(pair));
  return commit_once(in, *transaction, in.journal.entry(Event::kPracticeAdded, caller),
                     Json::object({{"pair_id", pair.pair_id}, {"pairs", exhibit.pairs.size()}}), once);
}

Result<PracticeReport> Node::practice(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadCompetence));
  PracticeReport out;
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  for (const store::PairHead& each : waiting) ++(each.truth == Truth::kMate ? out.mates : out.non_mates);
  ASSIGN_OR_RETURN(const std::vector<Examiner> all, examiners(in));
  for (const Examiner& each : all) {
    out.examiners.push_back({each, casework::error_rate(each.outcomes)});
    out.office = casework::together(out.office, each.outcomes);
  }
  out.rate = casework::error_rate(out.office);
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kPracticeRead, caller)));
  return out;
}

Result<Receipt> Node::renew_certificate(const Caller& caller, const std::string& examiner, const std::string& reasons,
                                        const Once<Receipt>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kRenewCertificate));
  TRY(at_the_running_node(caller));  // where one may be any user, who was found would renew their own
  TRY(check_reasons(reasons));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(std::vector<Examiner> all, examiners(in));
  const auto known = find_examiner(all, examiner);
  if (known == all.end() || known->suspended_ms == 0)
    return Error{Code::kNotFound, "nobody of that name has a suspended certificate"};
  if (same_user(known->user, caller.user))
    return Error{Code::kDenied, "whoever was found does not renew their own certificate"};
  known->suspended_ms = 0;
  TRY(remember(*transaction, all));
  return commit_once(in, *transaction, in.journal.entry(Event::kCertificateRenewed, caller),
                     Json::object({{"examiner", known->user}, {"reasons", reasons}}), once);
}

}  // namespace puente::service
