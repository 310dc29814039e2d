// The use cases that concern this node alone and somebody who is enrolled: identify, verify, read, erase.
#include <algorithm>
#include <utility>

#include "core/limits.h"
#include "service/inside.h"
#include "service/search.h"
#include "service/watchlist.h"

namespace puente::service {

namespace {

constexpr std::size_t kShown = 10;  // candidates

// The commonest mistake of a capture is a wrong position. False: none was stated.
bool forget_positions(std::vector<identify::Probe>& probe) {
  bool any = false;
  for (identify::Probe& each : probe) any = std::exchange(each.finger, Finger::kUnknown) != Finger::kUnknown || any;
  return any;
}

// A program that writes rows from right to left makes strangers of people: whether somebody would be found if these, or
// theirs, were seen in a mirror. Who that is stays unsaid: it is a reason to look at a file, and no finding.
bool is_found_mirrored(const Node::Inside& in, const intake::Taken& taken) {
  std::vector<identify::Probe> probe;
  for (const intake::Print& print : taken.prints)
    probe.push_back(identify::make_probe(finger_at(print.place), finger::mirrored(print.features)));
  return !in.roster.search(probe, Scope::own(), 1).candidates.empty();
}

}  // namespace

Json candidates_json(const std::vector<Candidate>& candidates) {
  Json::Array out;
  for (const auto& candidate : candidates) {
    out.push_back(Json::object({{"person_id", candidate.person_id}, {"score", candidate.score}}));
  }
  return Json(std::move(out));
}

Result<OwnSearch> search_own(const Node::Inside& in, std::vector<Sample> samples) {
  ASSIGN_OR_RETURN(intake::Taken taken, take_in(in, std::move(samples), intake::Depth::kSearchable));
  TRY(intake::check_asks(taken));
  OwnSearch out;
  out.answer.quality = std::move(taken.quality);
  out.answer.left_out = std::move(taken.left_out);
  out.answer.remarks = std::move(taken.remarks);
  std::vector<identify::Probe> probe = probe_of(taken);
  out.answer.candidates = in.roster.search(probe, Scope::own(), kShown).candidates;
  if (out.answer.candidates.empty() && forget_positions(probe)) {
    out.answer.candidates = in.roster.search(probe, Scope::own(), kShown).candidates;
    if (!out.answer.candidates.empty()) doubt_positions(out.answer.quality);
  }
  if (out.answer.candidates.empty() && is_found_mirrored(in, taken))
    for (SampleQuality& each : out.answer.quality) each.reasons.emplace_back("mirrored");
  out.details = Json::object({{"candidates", candidates_json(out.answer.candidates)}});
  return out;
}

Result<policy::OnRecord> on_record_of(const store::People& people, const std::string& person_id) {
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, people.encounter_ids(person_id));
  policy::OnRecord out;
  for (auto each = encounters.rbegin(); each != encounters.rend(); ++each) {
    ASSIGN_OR_RETURN(const Encounter held, people.encounter_facts(person_id, *each));
    const auto take = [&](DataElement element, std::vector<std::string>& into) {
      const auto stated = held.biographic.find(element);
      if (stated != held.biographic.end()) into.push_back(stated->second);
    };
    take(DataElement::kDateOfBirth, out.dates_of_birth);
    take(DataElement::kNationality, out.nationalities);
  }
  return out;
}

Result<std::vector<std::string>> dates_of_birth(const store::People& people, const std::string& person_id) {
  ASSIGN_OR_RETURN(policy::OnRecord person, on_record_of(people, person_id));
  return std::move(person.dates_of_birth);
}

Result<bool> was_child(const store::People& people, const store::EncounterId& id) {
  const auto captured = people.encounter_facts(id.person_id, id.encounter_id);
  if (!captured.ok() && captured.error().code == Code::kNotFound) return false;  // erased since
  if (!captured.ok()) return captured.error();
  const auto stated = captured->biographic.find(DataElement::kEncounterDate);
  const std::optional<std::string> day =
      stated == captured->biographic.end() ? std::nullopt : std::optional(stated->second);
  ASSIGN_OR_RETURN(const std::vector<std::string> born, dates_of_birth(people, id.person_id));
  return std::ranges::any_of(
      born, [&](const std::string& each) { return policy::was_child(each, day, captured->created_ms); });
}

Result<policy::Decision> may_find_of(const Node::Inside& in, const store::People& people, const PurposeTerms& terms,
                                     const std::string& person_id) {
  policy::OnRecord person;
  if (policy::asks_record(terms)) {
    ASSIGN_OR_RETURN(person, on_record_of(people, person_id));
  }
  return policy::may_find_of(terms, person, in.config.country, in.now_ms());
}

void leave_out_erased(const Node::Inside& in, OwnSearch& searched) {
  const auto erased = [&](const Candidate& each) {
    return !in.roster.may_be_found(each.person_id, each.encounter_id, Scope::own());
  };
  if (std::erase_if(searched.answer.candidates, erased) > 0)
    searched.details.set("candidates", candidates_json(searched.answer.candidates));
}

Result<IdentifyAnswer> Node::identify(const Caller& caller, const std::vector<Sample>& samples, const Why& given) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kIdentify));
  ASSIGN_OR_RETURN(const Why why, may_search(in, caller, Action::kIdentify, given));
  ASSIGN_OR_RETURN(OwnSearch searched, search_own(in, samples));
  say_why(searched.details, why);
  const auto transaction = in.store->begin();
  leave_out_erased(in, searched);
  TRY(note_met(in, *transaction, ids_of(searched.answer.candidates), {MetHow::kIdentified, why.case_reference}));
  std::vector<Written> entries;
  TRY(watch_file(in, *transaction, caller.user, why, searched.people(), entries));
  entries.push_back(
      {entry_of_search(in, Event::kIdentified, caller, searched.subject(), why), std::move(searched.details)});
  ASSIGN_OR_RETURN(searched.answer.receipt, in.journal.commit(*transaction, std::move(entries)));
  if (why.urgent) searched.answer.case_reference = why.case_reference;
  return std::move(searched.answer);
}

// Whoever tries an id learns whether anybody has it: that is a search as well.
static Error not_compared(Node::Inside& in, const Caller& caller, const std::string& person_id, const Why& why,
                          const Error& error) {
  Json details = Json::object({{"match", false}, {"not_compared", true}});
  say_why(details, why);
  const auto transaction = in.store->begin();
  std::vector<Written> entries;
  if (const Status told = watch_file(in, *transaction, caller.user, why, {person_id}, entries); !told.ok())
    return told.error();
  entries.push_back({entry_of_search(in, Event::kVerified, caller, person_id, why), std::move(details)});
  const auto logged = in.journal.commit(*transaction, std::move(entries));
  return logged.ok() ? error : logged.error();
}

Result<VerifyAnswer> Node::verify(const Caller& caller, const std::string& person_id,
                                  const std::vector<Sample>& samples, const Why& given) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kVerify));
  ASSIGN_OR_RETURN(const Why why, may_search(in, caller, Action::kVerify, given));
  // Before anybody is looked for: samples of which nothing can be compared tell nobody which ids there are.
  ASSIGN_OR_RETURN(const intake::Taken taken, take_in(in, samples, intake::Depth::kSearchable));
  TRY(intake::check_asks(taken));
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person_id));
  if (encounters.empty())
    return not_compared(in, caller, person_id, why, {Code::kNotFound, "nobody is enrolled under this person_id"});
  VerifyAnswer answer;
  const auto candidate = in.roster.compare(probe_of(taken), person_id);
  if (!candidate)
    return not_compared(
        in, caller, person_id, why,
        {Code::kNoFeatures, "nothing_to_compare: no finger given is one that this person has enrolled"});
  const identify::Fused fused = identify::fuse(candidate->scores);
  answer.scores = candidate->scores;
  answer.score = fused.score;
  answer.false_match_rate = fused.false_match_rate;
  answer.match = answer.false_match_rate <= in.config.false_match_rate_max;
  Json details = Json::object({{"match", answer.match}, {"score", answer.score}});
  say_why(details, why);
  const auto transaction = in.store->begin();
  if (!in.roster.may_be_found(person_id, candidate->encounter_id, Scope::own()))
    return Error{Code::kNotFound, "nobody is enrolled under this person_id"};  // erased since
  if (answer.match) TRY(note_met(in, *transaction, {person_id}, {MetHow::kVerified, why.case_reference}));
  std::vector<Written> entries;
  TRY(watch_file(in, *transaction, caller.user, why, {person_id}, entries));
  entries.push_back({entry_of_search(in, Event::kVerified, caller, person_id, why), std::move(details)});
  ASSIGN_OR_RETURN(answer.receipt, in.journal.commit(*transaction, std::move(entries)));
  if (why.urgent) answer.case_reference = why.case_reference;
  return answer;
}

// Whoever tries an id learns whether anybody has it: as with verify, an entry either way, and one person of its file's.
Result<std::vector<Encounter>> Node::encounters(const Caller& caller, const std::string& person_id, const Why& given) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadEncounter));
  ASSIGN_OR_RETURN(const Why why, may_search(in, caller, Action::kReadEncounter, given));
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, in.store->encounter_ids(person_id));
  std::vector<Encounter> out;
  for (const std::string& id : ids) {
    Result<Encounter> encounter = in.store->encounter_facts(person_id, id);
    if (!encounter.ok()) {
      if (encounter.error().code != Code::kNotFound) note_unreadable(in, id, encounter.error());
      continue;
    }
    encounter->biographic.clear();
    out.push_back(*std::move(encounter));
  }
  Json details = Json::object({{"encounters", Json::strings(ids)}});
  say_why(details, why);
  const auto transaction = in.store->begin();
  std::vector<Written> entries;
  TRY(watch_file(in, *transaction, caller.user, why, {person_id}, entries));
  entries.push_back({in.journal.entry(Event::kEncounterRead, caller, person_id), std::move(details)});
  TRY(in.journal.commit(*transaction, std::move(entries)));
  if (ids.empty()) return Error{Code::kNotFound, "nobody is enrolled under this person_id"};
  return out;
}

static Result<Encounter> read(Node::Inside& in, const Caller& caller, const std::string& person_id,
                              const std::string& encounter_id) {
  ASSIGN_OR_RETURN(Encounter encounter, in.store->encounter(person_id, encounter_id));
  encounter.standing.withheld_from = in.roster.withheld_from(person_id);  // the person's, whatever it said at the time
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kEncounterRead, caller, person_id),
                        Json::object({{"encounter_id", encounter_id}})));
  return encounter;
}

Result<Encounter> Node::read_encounter(const Caller& caller, const std::string& person_id,
                                       const std::string& encounter_id) {
  TRY(authorise(caller, Action::kReadEncounter));
  return written_down(*inside_, caller, Action::kReadEncounter, person_id,
                      read(*inside_, caller, person_id, encounter_id));
}

}  // namespace puente::service
