#include "service/practice.h"

#include <algorithm>
#include <limits>

#include "casework/casework.h"
#include "core/limits.h"
#include "core/user.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"
#include "service/exhibit.h"
#include "service/hand.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr const char* kExaminers = "examiners";
constexpr const char* kDue = "practice-due";
constexpr std::int64_t kOpensWithinMs = 4 * kHourMs;  // of its hit, so that the two are not seen to belong together
constexpr std::int64_t kPairDays = 365;               // that a pair waits

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

// Nobody whom this node has met becomes a lesson; whichever fingers the prints are said to be of.
bool is_of_nobody_here(const Node::Inside& in, const intake::Taken& taken) {
  return Likeness(in.roster, probe_of(taken), true).now(false).empty();
}

// Whoever adds pairs says what is true of them, and by a wrong word would suspend whom they like. So what our own
// search takes for one person is not taken for two, nor the other way round.
bool fits_practice(Truth truth, const intake::Taken& probe, const intake::Taken& reference,
                   double false_match_rate_max) {
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
  const bool match = finger::false_match_rate(together) <= false_match_rate_max;
  return match == (truth == Truth::kMate);
}

// One of that truth; empty: none of it waits.
std::string drawn_from(const std::vector<store::PairHead>& waiting, Truth truth, Random& random) {
  std::vector<const store::PairHead*> of_truth;
  for (const store::PairHead& each : waiting)
    if (each.truth == truth) of_truth.push_back(&each);
  if (of_truth.empty()) return "";
  return of_truth[random.below(static_cast<std::uint32_t>(of_truth.size()))]->pair_id;
}

// A case that a hit has made due, which nobody knows of yet: it gets its pair, and its id, when it opens.
struct Due {
  std::string agreement_id, partner;
  Purpose purpose = Purpose::kBorderIdentification;
  std::int64_t opens_ms = 0, lasts_ms = 0;
};

Json to_json(const Due& due) {
  return Json::object({{"agreement_id", due.agreement_id},
                       {"partner", due.partner},
                       {"purpose", to_string(due.purpose)},
                       {"opens_ms", due.opens_ms},
                       {"lasts_ms", due.lasts_ms}});
}

Result<std::vector<Due>> all_due(const Node::Inside& in) {
  std::vector<Due> out;
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, in.store->state(kDue));
  if (!kept) return out;
  ASSIGN_OR_RETURN(const Json all, parse_json(text(*kept)));
  if (all.as_array() == nullptr) return Error{Code::kCorrupt, "which seeded cases are due cannot be read"};
  for (const Json& json : *all.as_array()) {
    JsonReader reader(json, kDue);
    Due& each = out.emplace_back();
    each.agreement_id = reader.string("agreement_id");
    each.partner = reader.string("partner");
    const auto purpose = parse_purpose(reader.string("purpose"));
    each.opens_ms = reader.integer("opens_ms", 0, std::numeric_limits<std::int64_t>::max());
    each.lasts_ms = reader.integer("lasts_ms", 1, std::numeric_limits<std::int64_t>::max());
    TRY(reader.finish());
    ASSIGN_OR_RETURN(each.purpose, purpose);
  }
  return out;
}

Status remember_due(store::Transaction& transaction, const std::vector<Due>& due) {
  Json::Array out;
  for (const Due& each : due) out.push_back(to_json(each));
  return transaction.put_state(kDue, view(canonical(Json(std::move(out)))));
}

// Of whatever became of seeded pairs and cases: one name of entry, so that leaves tell nothing.
Written about_practice(const Node::Inside& in, const Actor& actor, const char* what, Json details = Json::object({})) {
  details.set("what", what);
  return {in.journal.entry(Event::kPractice, actor), std::move(details)};
}

Status check_why_again(const std::string& reasons) {
  if (policy::written(reasons) >= policy::kReasonsMin && reasons.size() <= limits::kTextBytesMax) return {};
  return Error{Code::kInvalidInput,
               "reasons: say in two words or more (ten characters, five different) why this examiner may judge again"};
}

Status tell_none_waits(const Node::Inside& in, store::Transaction& transaction, Truth truth,
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
  entries.push_back(about_practice(in, kItself, "not judged", Json::object({{"case_id", over.case_id}})));
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

// What is past its date.
Status erase_practice(Node::Inside& in, const std::string& case_id) {
  const auto transaction = in.store->begin();
  TRY(transaction->erase_practice_case(case_id));
  TRY(in.journal.commit(*transaction,
                        {about_practice(in, kItself, "case erased", Json::object({{"case_id", case_id}}))}));
  return {};
}
Status erase_pair(Node::Inside& in, const std::string& pair_id, const char* why) {
  const auto transaction = in.store->begin();
  TRY(transaction->erase_practice_pair(pair_id));
  TRY(in.journal.commit(*transaction, {about_practice(in, kItself, why, Json::object({{"pair_id", pair_id}}))}));
  return {};
}

// Whether the prints of a pair are by now of somebody enrolled here.
Result<bool> is_of_somebody(const Node::Inside& in, const Exhibit& exhibit) {
  for (const bool probes : {true, false}) {
    std::vector<Sample> samples;
    for (const ExhibitPair& each : exhibit.pairs) {
      const ExhibitSide& side = probes ? each.probe : each.reference;
      Sample sample;
      sample.image = side.image;
      sample.ppi = side.ppi;
      samples.push_back(std::move(sample));
    }
    ASSIGN_OR_RETURN(const intake::Taken taken, take_in(in, std::move(samples), intake::Depth::kSearchable));
    if (!is_of_nobody_here(in, taken)) return true;
  }
  return false;
}

// A case that is due opens, with a pair that chance draws: one that is somebody's by now is erased, and the next sweep
// draws another.
Status open_due(Node::Inside& in, const Due& due) {
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  Random& random = in.seams.random;
  const Truth truth = casework::next_truth(random);
  const std::string pair_id = drawn_from(waiting, truth, random);
  std::optional<PracticePair> pair;
  if (!pair_id.empty()) {
    ASSIGN_OR_RETURN(pair, in.store->practice_pair(pair_id));
    ASSIGN_OR_RETURN(const Exhibit exhibit, casework::decode_exhibit(pair->exhibit));
    ASSIGN_OR_RETURN(const bool of_somebody, is_of_somebody(in, exhibit));
    if (of_somebody) return erase_pair(in, pair_id, "pair erased, of somebody enrolled here");
  }
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(std::vector<Due> rest, all_due(in));
  std::erase_if(rest, [&](const Due& each) { return to_json(each) == to_json(due); });
  TRY(remember_due(*transaction, rest));
  std::vector<Written> entries;
  if (pair) {
    PracticeCase seeded;
    seeded.case_id = random.id("c-");
    seeded.agreement_id = due.agreement_id;
    seeded.partner = due.partner;
    seeded.purpose = due.purpose;
    seeded.truth = pair->truth;
    seeded.added_by = pair->added_by;
    seeded = casework::open_practice(std::move(seeded), due.opens_ms, due.opens_ms + due.lasts_ms);
    TRY(transaction->put_practice_case(seeded, pair->exhibit));
    TRY(transaction->erase_practice_pair(pair_id));
    entries.push_back(
        about_practice(in, kItself, "seeded"));  // its id is told when it is judged: somebody could pass it on
  }
  if (std::ranges::count(waiting, truth, &store::PairHead::truth) <= 1)
    TRY(tell_none_waits(in, *transaction, truth, entries));
  if (entries.empty()) return transaction->commit(store::Housekeeping::kState);
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

}  // namespace

Status seed_beside(const Node::Inside& in, store::Transaction& transaction, const Case& hit) {
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  Random& random = in.seams.random;
  if (waiting.empty() || !casework::is_followed_by_seeded(random)) return {};
  ASSIGN_OR_RETURN(std::vector<Due> due, all_due(in));
  const std::int64_t opens_ms = hit.opened_ms + 1 + random.below(static_cast<std::uint32_t>(kOpensWithinMs));
  due.push_back({hit.agreement_id, hit.partner, hit.purpose, opens_ms, hit.expires_ms - hit.opened_ms});
  return remember_due(transaction, due);
}

Status measure(const Node::Inside& in, store::Transaction& transaction, const Caller& examiner,
               const PracticeCase& judged, Verdict verdict, std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(std::vector<Examiner> all, examiners(in));
  auto known = find_examiner(all, examiner.user);
  if (known == all.end()) known = all.insert(all.end(), Examiner{examiner.user});
  known->outcomes = casework::with(known->outcomes, judged.truth, verdict);
  if (casework::is_found(casework::with({}, judged.truth, verdict))) {
    known->suspended_ms = in.now_ms();
    Alarm alarm;
    alarm.kind = "examiner_found";
    // Each time another sentence, so that each has an alarm.
    alarm.sentence = known->user + " confirmed as one person a seeded pair that is of two, for the " +
                     std::to_string(known->outcomes.confirmed_non_mates) + ". time; " + judged.added_by +
                     " had added it: no verdict of theirs is taken until a supervisor renews the certificate (puente "
                     "practice renew). Look again at what they confirmed before";
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
  const auto report = [&](const std::string& what, const Error& error) { note_unreadable(in, what, error); };
  const auto due = all_due(in);
  if (!due.ok()) report(kDue, due.error());
  for (const Due& each : due.ok() ? *due : std::vector<Due>()) {
    if (each.opens_ms > now_ms) continue;
    if (const Status opened = open_due(in, each); !opened.ok()) report(kDue, opened.error());
  }
  const auto pairs = in.store->practice_pairs();
  if (!pairs.ok()) report("seeded pairs", pairs.error());
  for (const store::PairHead& each : pairs.ok() ? *pairs : std::vector<store::PairHead>()) {
    if (each.added_ms + kPairDays * kDayMs > now_ms) continue;
    if (const Status erased = erase_pair(in, each.pair_id, "pair erased, by its date"); !erased.ok())
      report(each.pair_id, erased.error());
  }
  const auto heads = in.store->practice_heads();
  if (!heads.ok()) return report("seeded cases", heads.error());
  for (const store::PracticeHead& each : *heads) {
    const bool undecided = each.state == CaseState::kOpen || each.state == CaseState::kConfirmed;
    Status ended;
    if (undecided && each.expires_ms <= now_ms) ended = expire_practice(in, each.case_id);
    if (!undecided && each.expires_ms <= erased_before_ms) ended = erase_practice(in, each.case_id);
    if (!ended.ok()) report(each.case_id, ended.error());
  }
}

Status end_practice_under(const Node::Inside& in, store::Transaction& transaction,
                          const std::set<std::string>& agreements) {
  ASSIGN_OR_RETURN(std::vector<Due> due, all_due(in));  // what would open now, no question can have brought
  const auto gone = std::erase_if(due, [&](const Due& each) { return agreements.contains(each.agreement_id); });
  if (gone > 0) TRY(remember_due(transaction, due));
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
  const auto taken = [&](std::vector<Sample> samples) {
    for (Sample& each : samples) each.ppi = 0;  // as the files say it: another would make strangers of anybody
    return take_in_probe(in, samples, intake::Depth::kSearchable);
  };
  ASSIGN_OR_RETURN(const intake::Taken of_probe, taken(probe));
  ASSIGN_OR_RETURN(const intake::Taken of_reference, taken(reference));
  ASSIGN_OR_RETURN(const Exhibit exhibit, make_exhibit(of_probe, of_reference));
  const bool drawn = std::ranges::all_of(exhibit.pairs, [](const ExhibitPair& each) {
    return !each.probe.image.empty() && !each.reference.image.empty();
  });
  // One refusal for whatever it was, and an entry: or it would be a search, without a file, for whom it is about.
  if (exhibit.pairs.empty() || !drawn ||
      !fits_practice(truth, of_probe, of_reference, in.config.false_match_rate_max) ||
      !is_of_nobody_here(in, of_probe) || !is_of_nobody_here(in, of_reference)) {
    const auto transaction = in.store->begin();
    TRY(in.journal.commit(*transaction, {about_practice(in, caller, "pair refused")}));
    return Error{Code::kInvalidInput,
                 "this pair is not taken: our own search contradicts what is said to be true of it, or finds somebody "
                 "enrolled here, or there is no picture of a print"};
  }
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  if (waiting.size() >= limits::kPracticePairsMax)
    return Error{Code::kQuotaExceeded, "as many seeded pairs wait as may"};
  const Bytes shown = casework::encode_exhibit(exhibit);
  const PracticePair pair{"s-" + to_hex(sha256(shown)).substr(0, 32), truth, caller.user, in.now_ms(), shown};
  TRY(transaction->put_practice_pair(pair));  // kAlreadyExists: it waits already
  return commit_once(
      in, *transaction,
      std::vector<Written>{about_practice(in, caller, "pair added",
                                          Json::object({{"pair_id", pair.pair_id}, {"truth", to_string(truth)}}))},
      once);
}

Result<PracticeReport> Node::practice(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadCompetence));
  PracticeReport out;
  ASSIGN_OR_RETURN(const std::vector<store::PairHead> waiting, in.store->practice_pairs());
  out.waiting = waiting.size();
  ASSIGN_OR_RETURN(const std::vector<Examiner> all, examiners(in));
  for (const Examiner& each : all) {
    out.examiners.push_back({each, casework::error_rate(each.outcomes)});
    out.office = casework::together(out.office, each.outcomes);
  }
  out.rate = casework::error_rate(out.office);
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, {about_practice(in, caller, "read")}));
  return out;
}

Result<Receipt> Node::renew_certificate(const Caller& caller, const std::string& examiner, const std::string& reasons,
                                        const Once<Receipt>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kRenewCertificate));
  TRY(at_the_running_node(caller));  // where one may be any user, who was found would renew their own
  TRY(check_why_again(reasons));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(std::vector<Examiner> all, examiners(in));
  const auto known = find_examiner(all, examiner);
  if (known == all.end() || known->suspended_ms == 0)
    return Error{Code::kNotFound, "nobody of that name has a suspended certificate"};
  if (same_user(known->user, caller.user))
    return Error{Code::kDenied, "whoever was found does not renew their own certificate"};
  known->suspended_ms = 0;
  TRY(remember(*transaction, all));
  std::vector<Written> entries{about_practice(in, caller, "certificate renewed",
                                              Json::object({{"examiner", known->user}, {"reasons", reasons}}))};
  Alarm alarm;  // another supervisor knows of it
  alarm.kind = "certificate_renewed";
  alarm.sentence = caller.user + " let " + known->user + " judge again, who was found for the " +
                   std::to_string(known->outcomes.confirmed_non_mates) + ". time: " + reasons;
  alarm.by = caller.user;
  TRY(tell_supervisor(in, *transaction, std::move(alarm), entries));
  return commit_once(in, *transaction, std::move(entries), once);
}

}  // namespace puente::service
