#include "service/protection.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/limits.h"
#include "core/text.h"
#include "core/user.h"
#include "service/number.h"
#include "service/search.h"

namespace puente::service {
namespace {

Json strings_of(const std::set<std::string>& items) {
  return Json(Json::Array(items.begin(), items.end()));
}

constexpr const char* kTheirDocument = "a document of somebody who is hidden";

// A number that nobody typed is hidden by the node itself: it goes with its bearer, and has no entries of its own.
bool is_of_a_paper(const Protection& held) {
  return is_number_id(held.person_id) && held.set_by == kItself;
}

// Whom it is about stands in the details alone: leaves may be read by anybody, and one of the same subject says when
// they were enrolled.
Written written_of(const Node::Inside& in, Event event, const Actor& user, const Protection& protection) {
  Entry entry = in.journal.entry(event, user);
  entry.of = protection.person_id;
  return {std::move(entry),
          Json::object({{"person_id", protection.person_id},
                        {"withheld_from", strings_of(protection.withheld_from)},
                        {"revision", protection.revision},
                        {"reasons", event == Event::kProtected ? protection.reasons : protection.lift_reasons}})};
}

Written look_at(const Node::Inside& in, const Caller& caller, const std::string& id) {
  Entry entry = in.journal.entry(Event::kEncounterRead, caller);
  entry.of = id;
  return {std::move(entry), Json::object({{"read", "protection"}})};
}

// Whoever takes a protection off is the second of two people, whichever way it goes.
Status is_second(const Protection& held, const Caller& by) {
  TRY(at_the_running_node(by));
  if (held.lift_proposed_by.empty())
    return Error{Code::kConflict,
                 "nobody has proposed to take this protection off, or not since the hand has another id: that comes "
                 "first"};
  if (same_user(held.lift_proposed_by, by.user))
    return Error{Code::kDenied, "a second supervisor takes a protection off, not the one who proposed it"};
  return {};
}

bool says_it(const Alarm& told, const Alarm& alarm) {
  if (told.kind != alarm.kind) return false;
  if (told.kind == kContradiction && same_user(told.by, alarm.by) && told.time_ms / kDayMs == alarm.time_ms / kDayMs)
    return true;
  return told.person_id == alarm.person_id && told.sentence == alarm.sentence;
}

// One of a hand's ids taken a step further; an entry each.
using Change = void (*)(Protection&, const Caller&, const std::string& reasons);

Result<ProtectionView> change_all(Node::Inside& in, const Caller& caller, const std::string& person_id,
                                  const std::string& reasons, const Once<ProtectionView>& once, Event event,
                                  Change change, Status (*may)(const Protection&, const Caller&)) {
  TRY(policy::check_reasons(reasons));
  Hand hand(in.roster, *in.store);
  hand.add(person_id);
  TRY(hand.ids());
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::set<std::string> ids, hand.ids());
  ASSIGN_OR_RETURN(std::set<std::string> held_of, documents_of(in, ids));  // with the hand go its papers
  held_of.insert(ids.begin(), ids.end());
  ProtectionView out;
  std::vector<Protection> changed;
  std::vector<Written> entries;
  for (const std::string& each : held_of) {
    ASSIGN_OR_RETURN(std::optional<Protection> held, in.store->protection(each));
    if (each == person_id && (!held || held->withheld_from.empty()))
      return Error{Code::kNotFound, "this person is hidden from nobody"};
    if (!held || held->withheld_from.empty()) continue;
    const bool follows = is_of_a_paper(*held);
    if (!ids.contains(each) && !follows) {  // somebody typed it, and gave reasons of its own
      out.warnings.push_back("the number of a document stays hidden, until it is lifted itself: " + each);
      continue;
    }
    TRY(may(*held, caller));
    change(*held, caller, reasons);
    ++held->revision;
    TRY(transaction->put_protection(*held));
    if (!follows || each == person_id) entries.push_back(written_of(in, event, caller, *held));
    if (each == person_id) out.protection = *held;
    changed.push_back(*std::move(held));
  }
  out.same_hand = ids;
  out.receipt = in.journal.receipt_of(entries.size());
  TRY(keep(in, *transaction, once, out, named_in(ids, {out.protection.reasons, out.protection.lift_reasons})));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  for (const Protection& each : changed) in.roster.protect(each);
  return out;
}

}  // namespace

Status at_the_running_node(const Caller& by) {
  if (!by.at_the_keys) return {};
  return Error{Code::kDenied, "whoever holds the keys may be any user: this is done at the running node, by a token"};
}

Status check_hiding(const Node::Inside& in, std::optional<ProtectionClass> of_class,
                    const std::vector<std::string>& countries) {
  for (const std::string& country : countries) {
    if (!is_country(country))
      return Error{Code::kInvalidInput, "withheld_from: countries by their codes of ISO 3166-1 alpha-3, such as COL"};
    if (country == in.config.country)
      return Error{Code::kInvalidInput, "withheld_from: nobody is hidden from their own node's country"};
  }
  return policy::may_protect(of_class, !countries.empty()).status();
}

Result<std::set<ProtectionClass>> classes_of(const Node::Inside& in, const std::set<std::string>& ids) {
  std::set<ProtectionClass> out;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(id));
    if (held) out.insert(held->classes.begin(), held->classes.end());
  }
  return out;
}

std::vector<std::string> warnings_about(const Node::Inside& in, const std::vector<std::string>& countries) {
  std::vector<std::string> out;
  const auto agreements = in.treaties.all();
  for (const std::string& country : countries) {
    const bool known = std::any_of(agreements->begin(), agreements->end(),
                                   [&](const AcceptedAgreement& each) { return each.party(country) != nullptr; });
    if (!known) out.push_back("withheld from " + country + ", with which there is no agreement: is the code right?");
  }
  return out;
}

Result<std::vector<Protection>> hide(const Node::Inside& in, store::Transaction& transaction, const Hiding& hiding,
                                     std::vector<Written>& entries) {
  std::set<std::string> from = hiding.from;
  for (const std::string& id : hiding.ids) from.merge(in.roster.withheld_from(id));
  ASSIGN_OR_RETURN(std::set<ProtectionClass> classes, classes_of(in, hiding.ids));
  classes.insert(hiding.classes.begin(), hiding.classes.end());
  from = policy::hidden_from(std::move(from), classes);
  std::vector<Protection> changed;
  if (from.empty()) return changed;
  std::set<std::string> all = hiding.ids;
  all.insert(hiding.documents.begin(), hiding.documents.end());
  for (const std::string& id : all) {
    ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(id));
    const bool as_it_is = held && held->withheld_from == from && held->classes == classes;
    if (as_it_is && (held->lift_proposed_by.empty() || !hiding.renews)) continue;
    const bool follows = !hiding.ids.contains(id) && (!held || held->withheld_from.empty() || is_of_a_paper(*held));
    Protection next{id, from,   held ? held->revision + 1 : 1, in.now_ms(), hiding.user.name, hiding.reasons, "",
                    "", classes};
    if (follows) {
      next.set_by = kItself;
      next.reasons = kTheirDocument;
    }
    TRY(transaction.put_protection(next));
    // An entry each would say in public how many papers somebody has, and that they were hidden.
    if (!follows) entries.push_back(written_of(in, Event::kProtected, hiding.user, next));
    changed.push_back(std::move(next));
  }
  return changed;
}

Status may_erase(const Node::Inside& in, const Caller& caller, const std::string& person_id) {
  ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(person_id));
  return held && !held->withheld_from.empty() ? is_second(*held, caller) : Status();
}

Result<std::set<std::string>> erase_protection(const Node::Inside& in, store::Transaction& transaction, Json& erased,
                                               const std::string& person_id) {
  std::set<std::string> numbers;
  ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(person_id));
  if (!held) return numbers;
  erased.set("protection_erased", true);
  ASSIGN_OR_RETURN(const std::set<std::string> documents, documents_of(in, {person_id}));
  for (const std::string& each : documents) {  // but what somebody typed: that is taken off by two people
    ASSIGN_OR_RETURN(const std::optional<Protection> of_document, in.store->protection(each));
    if (!of_document || !is_of_a_paper(*of_document)) continue;
    TRY(transaction.erase_protection(each));
    numbers.insert(each);
  }
  TRY(transaction.erase_protection(person_id));
  return numbers;
}

Result<std::vector<Told>> told_already(const Node::Inside& in, const std::set<std::string>& ids) {
  std::vector<Told> out;
  ASSIGN_OR_RETURN(const std::vector<store::CaseHead> cases, in.store->cases_since(0));
  for (const store::CaseHead& head : cases) {
    const bool ends_soon = head.state == CaseState::kOpen || head.state == CaseState::kConfirmed;
    if (head.state != CaseState::kReleased && !ends_soon) continue;
    const Result<Case> read = in.store->case_record(head.case_id);
    if (!read.ok() || !ids.contains(read->person_id)) continue;  // erased, or damaged, which health says
    const std::string by = " by case " + head.case_id;
    out.push_back({read->partner,
                   read->partner + (ends_soon ? " was told of a hit" + by + ": it will be told that nobody confirmed it"
                                              : " was given data" + by + ": ask it to erase them")});
  }
  return out;
}

Status keep_protections(Node::Inside& in) {
  for (const auto& [person_id, from] : in.roster.hidden_by_encounters()) {
    ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(person_id));
    if (held) continue;  // by another id of the hand, a moment ago
    Hand hand(in.roster, *in.store);
    hand.add(person_id);
    ASSIGN_OR_RETURN(const std::set<std::string> ids, hand.ids());
    const auto transaction = in.store->begin();
    std::vector<Written> entries;
    const Hiding hiding{ids, from, kItself, "withheld at an enrolment; the record of it is made now"};
    ASSIGN_OR_RETURN(const std::vector<Protection> made, hide(in, *transaction, hiding, entries));
    TRY(in.journal.commit(*transaction, std::move(entries)));
    for (const Protection& each : made) in.roster.protect(each);
  }
  return {};
}

WhoIsAsked::WhoIsAsked(const Node::Inside& in, const intake::Taken& taken, std::string partner, std::string_view file)
    : roster_(in.roster), partner_(std::move(partner)), file_id_(number_id(in, NumberKind::kFile, file)) {
  if (roster_.hides_from(partner_)) likeness_.emplace(roster_, probe_of(taken), true);
}

Result<WhoIsAsked> WhoIsAsked::of(const Node::Inside& in, const std::vector<Sample>& probe, std::string partner,
                                  std::string_view file) {
  if (!in.roster.hides_from(partner)) return WhoIsAsked(in, intake::Taken(), std::move(partner), file);
  ASSIGN_OR_RETURN(const intake::Taken taken, take_in_probe(in, probe, intake::Depth::kSearchable));
  return WhoIsAsked(in, taken, std::move(partner), file);
}

void WhoIsAsked::judge(policy::Decision& decision, Json& details) const {
  if (!likeness_) return;
  const std::vector<Candidate> like = likeness_->now(true);
  policy::Decision own = policy::may_ask_about(withheld_from(roster_, like), partner_);
  const policy::Decision file = policy::may_ask_about(roster_.withheld_from(file_id_), partner_);
  if (own.permitted && file.permitted) return;
  details.set("own_rules", candidates_json(like));
  if (!file.permitted) details.set("file_hidden", true);
  decision = own.permitted ? file : std::move(own);
}

bool acted(const Alarm& alarm, std::string_view user) {
  return std::ranges::any_of(split(alarm.by, ','), [&](std::string_view each) { return same_user(each, user); });
}

Status tell_supervisor(const Node::Inside& in, store::Transaction& transaction, Alarm alarm,
                       std::vector<Written>& entries) {
  alarm.time_ms = in.now_ms();
  ASSIGN_OR_RETURN(std::vector<Alarm> unseen, in.store->alarms(true, kAllAlarms));
  const auto told = std::ranges::find_if(unseen, [&](const Alarm& each) { return says_it(each, alarm); });
  if (told != unseen.end()) {
    if (alarm.kind != kContradiction) return {};
    ++told->more;
    return transaction.update_alarm(*told);
  }
  TRY(transaction.put_alarm(alarm));
  Entry entry = in.journal.entry(Event::kSupervisorTold, kItself);  // of whom and of what is nobody's else
  entry.of = alarm.person_id;
  Json details = Json::object({{"kind", alarm.kind}, {"sentence", alarm.sentence}});
  Json::Array named;
  for (const std::string& each : alarm.named) named.push_back(Json::object({{"person_id", each}}));
  if (!named.empty()) details.set("named", Json(std::move(named)));
  if (!alarm.by.empty()) details.set("act_of", alarm.by);
  entries.push_back({std::move(entry), std::move(details)});
  return {};
}

Status tell_of_told(const Node::Inside& in, store::Transaction& transaction, Alarm alarm,
                    const std::vector<std::string>& told, std::vector<Written>& entries) {
  if (told.empty()) return {};
  alarm.kind = "told_before";
  alarm.sentence += fmt::format(": {}", fmt::join(told, "; "));
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

// ---- use cases

Result<ProtectionView> protect_all(Node::Inside& in, const Caller& caller, const std::string& id,
                                   std::set<std::string> others, const ProtectRequest& request,
                                   const Once<ProtectionView>& once) {
  const std::vector<std::string>& countries = request.withheld_from;
  TRY(policy::check_reasons(request.reasons));
  TRY(check_hiding(in, request.protection_class, countries));
  Hand hand(in.roster, *in.store);
  hand.add(id);
  for (const std::string& each : others) hand.add(each);
  ASSIGN_OR_RETURN(const std::set<std::string> so_far, hand.ids());
  ASSIGN_OR_RETURN(const std::vector<Told> told, told_already(in, so_far));

  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(id));
  if (encounters.empty() && !is_number_id(id)) return Error{Code::kNotFound, "nobody is enrolled under this person_id"};
  ASSIGN_OR_RETURN(const std::set<std::string> ids, hand.ids());
  ASSIGN_OR_RETURN(const std::set<std::string> documents, documents_of(in, ids));
  std::vector<Written> entries;
  const std::set<std::string> from(countries.begin(), countries.end());
  const Hiding hiding{ids, from, caller, request.reasons, {*request.protection_class}, true, documents};
  ASSIGN_OR_RETURN(const std::vector<Protection> changed, hide(in, *transaction, hiding, entries));
  ProtectionView out;
  out.same_hand = ids;
  out.warnings = warnings_about(in, countries);
  ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(id));
  if (held) out.protection = *held;
  if (entries.empty()) entries.push_back(look_at(in, caller, id));  // hidden from all of them already
  for (const Protection& each : changed)
    if (each.person_id == id) out.protection = each;
  std::vector<std::string> known_there;
  for (const Told& each : told)
    if (!policy::may_ask_about(out.protection.withheld_from, each.partner).permitted)
      known_there.push_back(each.sentence);
  out.warnings.insert(out.warnings.end(), known_there.begin(), known_there.end());
  Alarm alarm;
  alarm.sentence = "somebody is hidden of whom a partner knows already";
  alarm.person_id = id;
  alarm.named = ids;
  TRY(tell_of_told(in, *transaction, std::move(alarm), known_there, entries));
  out.receipt = in.journal.receipt_of(entries.size());
  TRY(keep(in, *transaction, once, out, named_in(ids, {out.protection.reasons, out.protection.lift_reasons})));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  for (const Protection& each : changed) in.roster.protect(each);
  return out;
}

Result<ProtectionView> Node::protection(const Caller& caller, const std::string& person_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kProtect));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::optional<Protection> held, in.store->protection(person_id));
  ProtectionView out;
  Written look = look_at(in, caller, person_id);
  ASSIGN_OR_RETURN(out.receipt, in.journal.commit(*transaction, std::move(look.entry), std::move(look.details)));
  if (!held || held->withheld_from.empty()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person_id));
    return Error{Code::kNotFound,
                 encounters.empty() ? "nobody is enrolled under this person_id" : "this person is hidden from nobody"};
  }
  out.protection = *held;
  return out;
}

Result<ProtectionView> Node::propose_lift(const Caller& caller, const std::string& person_id,
                                          const std::string& reasons, const Once<ProtectionView>& once) {
  TRY(authorise(caller, Action::kLiftProtection));
  auto changed = change_all(
      *inside_, caller, person_id, reasons, once, Event::kProtectionLiftProposed,
      [](Protection& each, const Caller& by, const std::string& why) {
        each.lift_proposed_by = by.user;
        each.lift_reasons = why;
      },
      [](const Protection&, const Caller& by) { return at_the_running_node(by); });
  return written_down(*inside_, caller, Action::kLiftProtection, person_id, std::move(changed));
}

Result<ProtectionView> Node::lift_protection(const Caller& caller, const std::string& person_id,
                                             const std::string& reasons, const Once<ProtectionView>& once) {
  TRY(authorise(caller, Action::kLiftProtection));
  auto changed = change_all(
      *inside_, caller, person_id, reasons, once, Event::kProtectionLifted,
      [](Protection& each, const Caller&, const std::string& why) {
        each.withheld_from.clear();
        each.classes.clear();
        each.lift_proposed_by.clear();
        each.lift_reasons = why;
      },
      is_second);
  return written_down(*inside_, caller, Action::kLiftProtection, person_id, std::move(changed));
}

Result<std::vector<Alarm>> Node::alarms(const Caller& caller, bool unseen_only, std::int64_t after, std::size_t limit) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadAlarms));
  ASSIGN_OR_RETURN(std::vector<Alarm> alarms, in.store->alarms(unseen_only, limit, after));
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kLogRead, caller),
                        Json::object({{"read", "alarms"}, {"count", alarms.size()}})));
  return alarms;
}

namespace {

// An urgent search's alarm is over by a review, and none else's is.
Status check_kind(const Alarm& alarm, const std::optional<UrgentReview>& review) {
  if ((alarm.kind == kUrgentSearch) == review.has_value()) return {};
  return Error{Code::kConflict, review ? "this alarm is of no urgent search: it is seen, not reviewed"
                                       : "say of an urgent search whether it was justified, and why: review it"};
}

Status check_review(const std::optional<UrgentReview>& review) {
  if (!review) return {};
  TRY(policy::check_reasons(review->reasons));
  const char* const no_file = policy::why_no_file(review->case_reference);
  if ((review->justified || !review->case_reference.empty()) && no_file != nullptr)
    return Error{Code::kInvalidInput, "case_reference: name the file that the search belongs to by now", {no_file}};
  return {};
}

Result<Json> reviewed(const Node::Inside& in, store::Transaction& transaction, const Alarm& alarm,
                      const UrgentReview& review) {
  if (!review.justified) {
    TRY(names_nobody_found(in, alarm.person_id, review.reasons));
    TRY(erase_unjustified(in, transaction, alarm.person_id));
  }
  Json out = Json::object({{"alarm_seen", alarm.number},
                           {"kind", alarm.kind},
                           {"urgent", alarm.person_id},
                           {"act_of", alarm.by},
                           {"justified", review.justified},
                           {"reasons", review.reasons}});
  if (review.justified) out.set("belongs_to", review.case_reference);
  return out;
}

}  // namespace

Result<Receipt> Node::alarm_seen(const Caller& caller, std::int64_t number, const Once<Receipt>& once,
                                 const std::optional<UrgentReview>& review) {
  Inside& in = *inside_;
  TRY(authorise(caller, review ? Action::kReviewUrgent : Action::kReadAlarms));
  if (caller.role != Role::kSupervisor) return Error{Code::kDenied, "an alarm is a supervisor's to answer"};
  TRY(check_review(review));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::vector<Alarm> found, in.store->alarms(true, 1, number - 1));
  if (found.empty() || found.front().number != number)
    return Error{Code::kNotFound, "no alarm of this number waits for a supervisor"};
  Alarm alarm = found.front();
  if (!alarm.by.empty()) TRY(at_the_running_node(caller));
  if (acted(alarm, caller.user))
    return Error{Code::kDenied, "this alarm is about what you did yourself: another supervisor answers it"};
  TRY(check_kind(alarm, review));
  alarm.seen_by = caller.user;
  if (review && !review->justified) {
    alarm.sentence = "an urgent search that was not justified: what was written of it is erased";
    alarm.named.clear();
  }
  TRY(transaction->update_alarm(alarm));
  if (review) {
    ASSIGN_OR_RETURN(Json details, reviewed(in, *transaction, alarm, *review));
    return commit_once(in, *transaction, in.journal.entry(Event::kUrgentReviewed, caller), std::move(details), once);
  }
  Entry answered = in.journal.entry(Event::kLogRead, caller);
  answered.of = alarm.person_id;  // in the details alone, as where a supervisor was told
  ASSIGN_OR_RETURN(const std::vector<Alarm> waiting, in.store->alarms(true, kAllAlarms));
  const auto seen = commit_once(in, *transaction, std::move(answered),
                                Json::object({{"alarm_seen", number}, {"kind", alarm.kind}}), once);
  if (seen.ok() && alarm.kind == kCopyAdopted)
    in.copy_unanswered = std::ranges::any_of(
        waiting, [&](const Alarm& each) { return each.kind == kCopyAdopted && each.number != number; });
  return seen;
}

}  // namespace puente::service
