// Taking a person in: may they be kept, whose fingers are these, and whom must they be hidden from.
#include <algorithm>
#include <functional>
#include <numeric>

#include "core/biographic.h"
#include "core/limits.h"
#include "core/text.h"
#include "core/user.h"
#include "service/number.h"
#include "service/protection.h"
#include "service/watchlist.h"

namespace puente::service {
namespace {

constexpr std::size_t kIdsOfOneHand = 3;
constexpr const char* kHidesNobody = "whom to hide was said, and nobody was enrolled: hide whose fingers these are";

Status check_ids(const EnrolRequest& request, std::int64_t retention_days_max) {
  if (!request.person_id.empty() && !is_id(request.person_id)) {
    return Error{Code::kInvalidInput, std::string("person_id: ") + kIdInWords};
  }
  if (is_number_id(request.person_id))
    return Error{Code::kInvalidInput, "person_id: \"document:\" and \"file:\" stand before numbers that hide somebody"};
  if (policy::is_urgent_number(request.person_id) || is_vouched_for(request.person_id))
    return Error{Code::kInvalidInput,
                 "person_id: \"URGENT-\" and \"idp:\" stand before numbers and names of the node's own"};
  if (!request.encounter_id.empty() && !is_id(request.encounter_id)) {
    return Error{Code::kInvalidInput, std::string("encounter_id: ") + kIdInWords};
  }
  if (request.guardian.size() > limits::kTextBytesMax || !is_plain_text(request.guardian))
    return Error{Code::kInvalidInput, "guardian: a name, of at most 512 bytes"};
  if (request.retention_days < 0) return Error{Code::kInvalidInput, "retention_days: must not be negative"};
  if (request.retention_days > retention_days_max)  // who enrols may shorten what the node was told, not outlast it
    return Error{Code::kInvalidInput, "retention_days: this node keeps nobody for longer than " +
                                          std::to_string(retention_days_max) + " days"};
  if (!request.overrule.empty() && policy::written(request.overrule) < policy::kReasonsMin)
    return Error{Code::kInvalidInput,
                 "overrule: say in two words or more (ten characters, five different) whose fingers these are, and how "
                 "you know"};
  return {};
}

// Where it is tomorrow already is none of the future.
Status check_day(const BiographicData& data, std::int64_t now_ms) {
  const auto stated = data.find(DataElement::kEncounterDate);
  if (stated == data.end()) return {};
  const auto day = day_of(stated->second);
  if (!day || *day <= now_ms + 14 * kHourMs) return {};
  return Error{Code::kInvalidInput, "encounter_date: lies in the future"};
}

// By none of these prints would its person be found. Of minutiae alone nobody knows how good they are.
bool is_below_floor(const intake::Taken& taken) {
  return std::ranges::all_of(taken.prints, [](const intake::Print& each) {
    return !each.features.cells.empty() && each.quality.score <= finger::kScoreInDoubtMost;
  });
}

// No print at all can be used, as of a blank image: asked for again too.
Status note_capture_again(Node::Inside& in, const Caller& caller, const Error& why) {
  if (why.code != Code::kNoFeatures) return {};
  const auto transaction = in.store->begin();
  TRY(count_capture_again(in, *transaction));
  Entry refused = in.journal.entry(Event::kEnrolRefused, caller);
  refused.reasons = {policy::kCaptureAgain};
  const auto receipt = in.journal.commit(*transaction, std::move(refused), Json(Json::Object()));
  return receipt.ok() ? Status() : Status(receipt.error());
}

// Overruling what nothing contradicts would be a search without a file: refused before anybody is looked for.
Result<policy::Decision> may_overrule(const Node::Inside& in, const std::string& person_id,
                                      const intake::Taken& taken) {
  const std::vector<identify::Probe> probe = probe_of(taken);
  bool contradicts = identify::contradict(probe);
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person_id));
  if (!contradicts && !encounters.empty()) {
    const auto best = in.roster.compare(probe, person_id);
    contradicts = !best || are_others(best->scores, in.config.false_match_rate_max);
  }
  return policy::may_overrule(contradicts);
}

Result<EnrolAnswer> refuse_overruling(Node::Inside& in, const Caller& caller, const std::string& person_id,
                                      const policy::Decision& decision) {
  Entry refused = in.journal.entry(Event::kEnrolRefused, caller);
  refused.of = person_id;
  refused.reasons = decision.reasons;
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, std::move(refused)));
  return decision.status().error();
}

// An enrolment on its way: all that takes time is done when it is made, outside the transaction.
struct Enrolling {
  Node::Inside& in;
  const Caller& caller;
  EnrolRequest request;
  intake::Taken taken;
  EnrolAnswer answer;
  Likeness likeness;
  Hand hand;
  bool contradicts_itself = false;
  bool below_floor = false;
  bool is_child = false;            // who is enrolled, when captured
  BiographicData of_records;        // as they came, before what was typed
  std::set<std::string> too_young;  // ids of whom something is held that was captured before they were six

  Enrolling(Node::Inside& inside, const Caller& by, EnrolRequest sent, intake::Taken came)
      : in(inside),
        caller(by),
        request(std::move(sent)),
        taken(std::move(came)),
        likeness(inside.roster, probe_of(taken), inside.roster.hides_anybody() || request.protection_class.has_value()),
        hand(inside.roster, *inside.store) {
    answer.left_out = std::move(taken.left_out);
    answer.remarks = std::move(taken.remarks);
    answer.quality = std::move(taken.quality);
    answer.person_id = request.person_id.empty() ? in.seams.random.id("p-") : request.person_id;
    answer.encounter_id = request.encounter_id.empty() ? in.seams.random.id("e-") : request.encounter_id;
    answer.warnings = warnings_about(in, request.withheld_from);
    contradicts_itself = identify::contradict(likeness.probe());
    below_floor = is_below_floor(taken);
    look_under_other_names();
  }

  // The other ids of the hand, followed to the last; only where it matters, since each is a search.
  Result<std::set<std::string>> hand_now() {
    for (const Candidate& each : likeness.now(false)) hand.add(each.person_id);
    hand.add(answer.person_id);
    return hand.ids();
  }
  bool asks_to_hide() const { return request.protection_class || !request.withheld_from.empty(); }
  bool may_be_hidden() const { return in.roster.hides_anybody() || request.protection_class.has_value(); }

  Result<policy::Decision> decide();
  Result<EnrolAnswer> refuse(store::Transaction& transaction, const policy::Decision& decision);
  Result<EnrolAnswer> write(store::Transaction& transaction, const policy::Decision& decision,
                            const Once<EnrolAnswer>& once);

 private:
  void look_under_other_names();
  Status judge_person(policy::Enrolment& enrolment) const;
  Status learn_age(policy::Enrolment& enrolment);
  Result<std::optional<std::string>> known_birth() const;
  Encounter encounter(const std::set<std::string>& withheld_from);
  EnrolAnswer& say_who_is_hidden();
  Result<std::vector<Protection>> inherit(store::Transaction& transaction, std::vector<Written>& entries,
                                          bool enrolled);
  std::set<std::string> numbers() const;
  std::set<std::string> by_number() const;
  Result<std::vector<Protection>> hide_children(store::Transaction& transaction, std::vector<Written>& entries);
  Status tell(store::Transaction& transaction, Alarm alarm, std::vector<Written>& entries);
  Status tell_of_ids(store::Transaction& transaction, std::vector<Written>& entries);
  Status tell_of_children(store::Transaction& transaction, std::vector<Written>& entries);
  Status tell_of_overruling(store::Transaction& transaction, std::vector<Written>& entries);
};

// Left for right, or one finger for another, would make a second person of somebody. Two fingers tell it, the best
// ones, at a fifth of what all ten would cost whoever is new.
void Enrolling::look_under_other_names() {
  constexpr std::size_t kTelling = 2;
  if (may_be_hidden() || !likeness.now(false).empty()) return;  // looked at without names already, or found
  std::vector<std::size_t> best(taken.prints.size());
  std::iota(best.begin(), best.end(), std::size_t{0});
  std::ranges::stable_sort(best, std::ranges::greater(), [&](auto i) { return taken.prints[i].quality.score; });
  best.resize(std::min(best.size(), kTelling));
  likeness.look_as_any_finger(best);
  if (!likeness.now(false).empty()) doubt_positions(answer.quality);
}

std::optional<std::string> stated(const BiographicData& data, DataElement element) {
  const auto found = data.find(element);
  return found == data.end() ? std::nullopt : std::optional(found->second);
}

// Against what the id given has: all fingers together, and each that both have.
Status Enrolling::judge_person(policy::Enrolment& enrolment) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(answer.person_id));
  if (encounters.empty()) return {};
  const auto best = in.roster.compare(likeness.probe(), answer.person_id);
  enrolment.nothing_in_common = !best;
  if (!best) return {};
  enrolment.contradicts_person = are_others(best->scores, in.config.false_match_rate_max);
  return {};
}

// The newest that was stated under each of the hand's ids, of these the latest day: a child is one under each.
Result<std::optional<std::string>> Enrolling::known_birth() const {
  std::vector<std::string> ids{answer.person_id};
  for (const Candidate& each : answer.known_as)
    if (!contradicts_itself) ids.push_back(each.person_id);
  std::optional<std::string> out;
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> known, dates_of_birth(*in.store, id));
    const auto newest = std::ranges::find_if(known, [](const std::string& each) { return day_of(each).has_value(); });
    if (newest != known.end() && (!out || day_of(*newest) > day_of(*out))) out = *newest;
  }
  return out;
}

// A date of birth holds for all that is known of a person, whenever it is learnt: what is stated now for what is held,
// and what is known for what is brought now.
Status Enrolling::learn_age(policy::Enrolment& enrolment) {
  if (!enrolment.date_of_birth) {
    ASSIGN_OR_RETURN(enrolment.date_of_birth, known_birth());
    return {};
  }
  if (contradicts_itself) return {};  // whose date it is, nobody can say
  std::set<std::string> whose;
  for (const Candidate& each : answer.known_as) whose.insert(each.person_id);
  if (!enrolment.contradicts_person || enrolment.supervisor_overrules) whose.insert(answer.person_id);
  for (const std::string& person : whose) {
    ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person));
    for (const std::string& each : encounters) {
      ASSIGN_OR_RETURN(const Encounter held, in.store->encounter_facts(person, each));
      if (policy::was_too_young(*enrolment.date_of_birth, stated(held.biographic, DataElement::kEncounterDate),
                                held.created_ms, in.now_ms()))
        too_young.insert(person);
    }
  }
  return {};
}

Result<policy::Decision> Enrolling::decide() {
  for (Candidate& candidate : likeness.now(false))
    if (candidate.person_id != answer.person_id) answer.known_as.push_back(std::move(candidate));
  const BiographicData& stated_data = taken.encounter.biographic;
  policy::Enrolment enrolment{.known_under_another_id = !answer.known_as.empty(),
                              .officer_insists = request.enrol_if_known,
                              .date_of_birth = stated(stated_data, DataElement::kDateOfBirth),
                              .encounter_date = stated(stated_data, DataElement::kEncounterDate),
                              .now_ms = in.now_ms(),
                              .capturer = caller.user,
                              .guardian = request.guardian,
                              .below_floor = below_floor,
                              .best_prints = request.best_prints,
                              .contradicts_itself = contradicts_itself,
                              .supervisor_overrules = !request.overrule.empty()};
  TRY(judge_person(enrolment));
  TRY(learn_age(enrolment));
  is_child = enrolment.date_of_birth &&
             policy::was_child(*enrolment.date_of_birth, enrolment.encounter_date, enrolment.now_ms);
  return policy::may_enrol(enrolment);
}

// A supervisor, and not the one whose act it is.
Status Enrolling::tell(store::Transaction& transaction, Alarm alarm, std::vector<Written>& entries) {
  alarm.by = caller.user;
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

Status Enrolling::tell_of_children(store::Transaction& transaction, std::vector<Written>& entries) {
  if (too_young.empty()) return {};
  Alarm alarm;
  alarm.kind = "child";
  alarm.sentence = caller.user + " states a date of birth by which this was captured before the age of six:";
  for (const std::string& each : too_young) alarm.sentence += " " + each;
  alarm.sentence +=
      "; it is hidden from every country until it is erased, or two supervisors find that the date is wrong";
  alarm.person_id = *too_young.begin();
  alarm.named = too_young;
  return tell(transaction, std::move(alarm), entries);
}

// What is held of a child under six ought not to be there. One officer's word erases nobody; it hides them at once.
Result<std::vector<Protection>> Enrolling::hide_children(store::Transaction& transaction,
                                                         std::vector<Written>& entries) {
  if (too_young.empty()) return std::vector<Protection>();
  return hide(in, transaction,
              {too_young,
               {kEveryCountry},
               caller,
               "captured before the age of six, as was learnt later",
               {ProtectionClass::kMinor},
               true},
              entries);
}

Result<EnrolAnswer> Enrolling::refuse(store::Transaction& transaction, const policy::Decision& decision) {
  const auto says = [&](const char* reason) { return std::ranges::count(decision.reasons, reason) > 0; };
  std::vector<Written> entries;
  if (says("contradicts_person") || says("contradicts_itself")) {
    const std::string whose = request.person_id.empty() ? "a new person" : request.person_id;
    Alarm alarm;
    alarm.kind = kContradiction;
    alarm.sentence =
        "fingers that " + caller.user + " gave as those of " + whose + " were refused: " + decision.explanation();
    alarm.person_id = request.person_id;
    TRY(tell(transaction, std::move(alarm), entries));
  }
  // Whoever this is known as bears a document that is hidden, or is in danger, as who brings them says: that holds,
  // though nothing is kept.
  ASSIGN_OR_RETURN(const std::vector<Protection> hidden, by_number().empty() && !asks_to_hide()
                                                             ? hide_children(transaction, entries)
                                                             : inherit(transaction, entries, false));
  TRY(tell_of_children(transaction, entries));
  TRY(note_met(in, transaction, ids_of(answer.known_as), {.how = MetHow::kEnrolled}));
  if (says(policy::kCaptureAgain)) TRY(count_capture_again(in, transaction));
  // Where something else forbids it too, whose fingers they are is not said: an enrolment that cannot be would be a
  // search without a file.
  static const std::set<std::string> kWhose = {"already_known", "contradicts_person", "contradicts_itself",
                                               "nothing_in_common"};
  const bool is_said = std::ranges::all_of(decision.reasons, [](const auto& each) { return kWhose.contains(each); });
  const std::string subject = answer.known_as.empty() ? answer.person_id : answer.known_as.front().person_id;
  Entry refused = in.journal.entry(Event::kEnrolRefused, caller);
  refused.of = subject;  // in the details alone: beside the reasons it would say who is a child, and hidden
  refused.reasons = decision.reasons;
  Json details = Json::object({{"person_id", answer.person_id}, {"known_as", candidates_json(answer.known_as)}});
  if (asks_to_hide()) details.set("asked_to_hide_from", Json::strings(request.withheld_from));
  entries.push_back({std::move(refused), std::move(details)});
  ASSIGN_OR_RETURN(answer.receipt, in.journal.commit(transaction, std::move(entries)));
  for (const Protection& each : hidden) in.roster.protect(each);
  policy::Decision said = decision;
  if (!is_said) std::erase_if(said.reasons, [](const auto& each) { return kWhose.contains(each); });
  answer.reasons = said.reasons;
  if (!is_said || !request.overrule.empty()) answer.known_as.clear();  // who overrules may not search
  if (decision.code == Code::kConflict) return std::move(say_who_is_hidden());
  Error error = said.status().error();
  if (asks_to_hide()) error.message += std::string("; ") + kHidesNobody;
  return error;
}

// Of a refusal that names whose fingers they are.
EnrolAnswer& Enrolling::say_who_is_hidden() {
  if (!asks_to_hide()) return answer;
  for (const Candidate& each : answer.known_as) answer.withheld_from.merge(in.roster.withheld_from(each.person_id));
  if (answer.known_as.empty()) answer.warnings.emplace_back(kHidesNobody);
  return answer;
}

Encounter Enrolling::encounter(const std::set<std::string>& withheld_from) {
  Encounter out = std::move(taken.encounter);
  out.person_id = answer.person_id;
  out.encounter_id = answer.encounter_id;
  out.created_ms = in.now_ms();
  const std::int64_t days = request.retention_days > 0 ? request.retention_days : in.config.retention_days;
  out.retention_until_ms = out.created_ms + days * kDayMs;
  out.standing.withheld_from = withheld_from;
  return out;
}

// By the number that the records say and the one that was typed, which takes its place.
std::set<std::string> Enrolling::numbers() const {
  return {document_id(in, of_records), document_id(in, taken.encounter.biographic)};
}

std::set<std::string> Enrolling::by_number() const {
  std::set<std::string> out;
  for (const std::string& each : numbers()) out.merge(in.roster.withheld_from(each));
  return out;
}

// From whoever this may be, in doubt too, to all of the hand.
Result<std::vector<Protection>> Enrolling::inherit(store::Transaction& transaction, std::vector<Written>& entries,
                                                   bool enrolled) {
  if (!may_be_hidden()) return hide_children(transaction, entries);
  const std::vector<Candidate> like = likeness.now(true);
  Hiding hiding{{}, withheld_from(in.roster, like), caller, "of one hand with somebody hidden"};
  std::set<std::string> why_hidden = numbers();
  why_hidden.merge(ids_of(like));
  ASSIGN_OR_RETURN(hiding.classes, classes_of(in, why_hidden));
  if (request.protection_class) {
    hiding.reasons = "said at an enrolment";
    hiding.classes.insert(*request.protection_class);
  }
  hiding.from.insert(request.withheld_from.begin(), request.withheld_from.end());
  if (std::set<std::string> from = by_number(); !from.empty()) {
    hiding.reasons = "by the number of a document";
    hiding.from.merge(from);
  }
  if (!too_young.empty()) {
    hiding.from.insert(kEveryCountry);
    hiding.classes.insert(ProtectionClass::kMinor);
  }
  ASSIGN_OR_RETURN(hiding.ids, hand_now());
  if (!enrolled && !ids_of(likeness.now(false)).contains(answer.person_id))
    hiding.ids.erase(answer.person_id);  // the id given is nobody's, or somebody else's
  ASSIGN_OR_RETURN(hiding.documents, documents_of(in, hiding.ids));
  if (enrolled) hiding.documents.merge(numbers());
  hiding.documents.erase("");
  return hide(in, transaction, hiding, entries);
}

Status Enrolling::tell_of_ids(store::Transaction& transaction, std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(answer.person_id));
  if (!encounters.empty() || answer.known_as.size() + 1 < kIdsOfOneHand) return {};
  Alarm alarm;
  alarm.kind = "many_ids";
  alarm.sentence = caller.user + " enrolled as " + answer.person_id + " a hand that is known as";
  for (const Candidate& each : answer.known_as) {
    alarm.sentence += " " + each.person_id;
    alarm.named.insert(each.person_id);
  }
  alarm.person_id = answer.person_id;
  return tell(transaction, std::move(alarm), entries);
}

Status Enrolling::tell_of_overruling(store::Transaction& transaction, std::vector<Written>& entries) {
  Alarm alarm;
  alarm.kind = "overruled";
  alarm.sentence = caller.user + " says that fingers are those of " + answer.person_id +
                   " which contradict that, or one another; why stands in the log";
  alarm.person_id = answer.person_id;
  return tell(transaction, std::move(alarm), entries);
}

Result<EnrolAnswer> Enrolling::write(store::Transaction& transaction, const policy::Decision& decision,
                                     const Once<EnrolAnswer>& once) {
  std::vector<Written> entries;
  ASSIGN_OR_RETURN(const std::vector<Protection> protections, inherit(transaction, entries, true));
  TRY(tell_of_ids(transaction, entries));
  TRY(tell_of_children(transaction, entries));
  if (std::ranges::count(decision.reasons, "identity_overruled") > 0) TRY(tell_of_overruling(transaction, entries));
  answer.withheld_from = in.roster.withheld_from(answer.person_id);
  for (const Protection& each : protections)
    if (each.person_id == answer.person_id) answer.withheld_from = each.withheld_from;

  std::vector<store::Template> templates;
  const Encounter kept = encounter(answer.withheld_from);
  identify::Enrolled searchable{answer.person_id, answer.encounter_id, kept.standing, {}};
  for (intake::Print& print : taken.prints) {
    templates.push_back({{print.place, finger::kTemplateFormat, print.encoded}, print.cut});
    searchable.prints.push_back(identify::make_print(finger_at(print.place), std::move(print.encoded), print.sketch));
  }
  TRY(transaction.put_encounter(kept, templates));
  TRY(note_enrolled(in, transaction, answer.person_id, answer.known_as, !request.overrule.empty()));
  Entry enrolled = in.journal.entry(Event::kEnrolled, caller, answer.person_id);
  Json details = Json::object({{"encounter_id", answer.encounter_id},
                               {"fingers", templates.size()},
                               {"second_prints", std::ranges::count(taken.prints, true, &intake::Print::second)},
                               {"known_as", candidates_json(answer.known_as)}});
  if (is_child) details.set("guardian", request.guardian);  // of others nobody needs to know who stood by
  if (request.retention_days > 0) details.set("retention_days", request.retention_days);
  if (!request.overrule.empty()) {
    enrolled.reasons = decision.reasons;
    details.set("overrule", request.overrule);
  }
  entries.push_back({std::move(enrolled), std::move(details)});
  answer.enrolled = true;
  if (!request.overrule.empty()) answer.known_as.clear();
  answer.receipt = in.journal.receipt_of(entries.size());
  std::set<std::string> named{answer.person_id};
  for (const Candidate& each : answer.known_as) named.insert(each.person_id);
  TRY(keep(in, transaction, once, answer, std::move(named)));
  TRY(in.journal.commit(transaction, std::move(entries)));
  for (const Protection& each : protections) in.roster.protect(each);
  in.roster.add(std::move(searchable));
  in.names.add(kept);
  return std::move(answer);
}

constexpr const char* kAskedAgain = "captures-asked-again";

}  // namespace

Result<Json> captures_asked_again(const Node::Inside& in) {
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, in.store->state(kAskedAgain));
  return kept ? parse_json(text(*kept)) : Result<Json>(Json(Json::Object()));
}

Status count_capture_again(const Node::Inside& in, store::Transaction& transaction) {
  constexpr std::size_t kMonths = 24;
  ASSIGN_OR_RETURN(Json counts, captures_asked_again(in));
  const std::string month = to_iso8601(in.now_ms()).substr(0, 7);
  const std::int64_t* const before = counts[month].as_integer();
  counts.set(month, before == nullptr ? std::int64_t{1} : *before + 1);
  Json::Object kept = *counts.as_object();
  while (kept.size() > kMonths) kept.erase(kept.begin());
  return transaction.put_state(kAskedAgain, view(canonical(Json(std::move(kept)))));
}

Result<EnrolAnswer> Node::enrol(const Caller& caller, EnrolRequest request, const Once<EnrolAnswer>& once) {
  Inside& in = *inside_;
  if (!request.overrule.empty()) TRY(at_the_running_node(caller));  // another person answers the alarm
  TRY(authorise(caller, request.overrule.empty() ? Action::kEnrol : Action::kOverruleIdentity));
  TRY(check_ids(request, in.config.retention_days));
  ASSIGN_OR_RETURN(const bool of_a_user, is_name_of_user(in, request.person_id));
  if (of_a_user)  // what is written of who acted would go with the person
    return Error{Code::kInvalidInput, "person_id: that is the name of a user of this node: take another id"};
  if (request.protection_class || !request.withheld_from.empty())
    TRY(check_hiding(in, request.protection_class, request.withheld_from));
  auto came = take_in(in, std::move(request.samples), intake::Depth::kSearchable);
  if (!came.ok()) {
    TRY(note_capture_again(in, caller, came.error()));
    return came.error();
  }
  intake::Taken taken = *std::move(came);
  if (in.config.fingers_as_wsq)
    for (Sample& sample : taken.encounter.samples) sample = intake::as_wsq(std::move(sample));
  TRY(intake::check_asks(taken));
  if (!request.overrule.empty()) {
    ASSIGN_OR_RETURN(const policy::Decision may, may_overrule(in, request.person_id, taken));
    if (!may.permitted) return refuse_overruling(in, caller, request.person_id, may);
  }
  BiographicData of_records = taken.encounter.biographic;
  for (auto& [element, value] : request.biographic) taken.encounter.biographic[element] = std::move(value);
  TRY(check_biographic(taken.encounter.biographic));
  TRY(check_day(taken.encounter.biographic, in.now_ms()));
  Enrolling enrolling(in, caller, std::move(request), std::move(taken));
  enrolling.of_records = std::move(of_records);
  if (enrolling.may_be_hidden()) TRY(enrolling.hand_now());

  // Of two enrolments of one person at once, the second finds the first: nobody else changes anything from here on.
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const policy::Decision decision, enrolling.decide());
  return decision.permitted ? enrolling.write(*transaction, decision, once) : enrolling.refuse(*transaction, decision);
}

}  // namespace puente::service
