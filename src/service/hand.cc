#include "service/hand.h"

#include <algorithm>

namespace puente::service {
namespace {

std::vector<identify::Probe> of_any_finger(std::vector<identify::Probe> probe) {
  for (identify::Probe& each : probe) each.finger = Finger::kUnknown;
  return probe;
}

// Fingers as they were enrolled.
Result<std::vector<std::pair<Finger, finger::Template>>> fingers_of(const store::People& people,
                                                                    const store::EncounterId& id) {
  std::vector<std::pair<Finger, finger::Template>> out;
  ASSIGN_OR_RETURN(const std::vector<store::Template> templates, people.templates(id));
  for (const store::Template& each : templates) {
    if (each.features.place.modality != Modality::kFinger) continue;
    ASSIGN_OR_RETURN(finger::Template features, finger::decode(each.features.bytes));
    out.emplace_back(finger_at(each.features.place), std::move(features));
  }
  return out;
}

// To search with.
Result<std::vector<identify::Probe>> probe_of(const store::People& people, const store::EncounterId& id) {
  ASSIGN_OR_RETURN(const auto fingers, fingers_of(people, id));
  std::vector<identify::Probe> probe;
  for (const auto& [position, features] : fingers) probe.push_back(identify::make_probe(position, features));
  return probe;
}

// To be compared one with another: no sketches. None of an encounter that was erased a moment ago.
using Held = std::vector<std::pair<Finger, finger::Prepared>>;
Result<Held> held_of(const store::People& people, const store::EncounterId& id) {
  const auto fingers = fingers_of(people, id);
  Held out;
  if (!fingers.ok() && fingers.error().code == Code::kNotFound) return out;
  if (!fingers.ok()) return fingers.error();
  for (const auto& [position, features] : *fingers) out.emplace_back(position, finger::prepare(features));
  return out;
}

// Each position that both have, as its best pair of prints is.
std::vector<PlaceScore> compare(const Held& prints, const Held& others) {
  std::map<Finger, double> best;
  finger::Scratch scratch;
  for (const auto& [position, print] : prints) {
    for (const auto& [other_position, other] : others) {
      if (position != other_position || position == Finger::kUnknown) continue;
      const double score = finger::compare_score(print, other, scratch);
      const auto [at, first] = best.emplace(position, score);
      if (!first) at->second = std::max(at->second, score);
    }
  }
  std::vector<PlaceScore> out;
  for (const auto& [position, score] : best) out.push_back({place_of(position), place_of(position), score});
  return out;
}

}  // namespace

bool are_others(std::span<const PlaceScore> scores, double false_match_rate_max) {
  return identify::is_of_another(scores, false_match_rate_max);
}

Result<bool> OtherFingers::now() {
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, people_->encounter_ids(id_.person_id));
  if (std::ranges::count(encounters, id_.encounter_id) == 0) return false;
  for (const std::string& each : encounters) {
    if (each == id_.encounter_id) continue;
    auto known = compared_.find(each);
    if (known == compared_.end()) {
      ASSIGN_OR_RETURN(const bool differs, differ_from(each));
      known = compared_.emplace(each, differs).first;
    }
    if (known->second) return true;
  }
  return false;
}

Result<bool> OtherFingers::differ_from(const std::string& encounter) {
  ASSIGN_OR_RETURN(const Held prints, held_of(*people_, id_));
  ASSIGN_OR_RETURN(const Held others, held_of(*people_, {id_.person_id, encounter}));
  const std::vector<PlaceScore> scores = compare(prints, others);
  return !scores.empty() && are_others(scores, false_match_rate_max_);
}

// Whether a print is the one's and, at a position that the other has too, not the other's.
static bool tells_apart(const Roster& roster, const std::vector<identify::Probe>& probe, const Candidate& one,
                        const Candidate& other) {
  constexpr double kFoundDb = 40;  // one in 10,000 strangers' is as like it
  const auto score_of = [&](const identify::Probe& print, const Candidate& candidate) {
    const auto compared = roster.compare(std::span(&print, 1), candidate.person_id);
    return compared ? std::optional(compared->score) : std::nullopt;
  };
  return std::ranges::any_of(probe, [&](const identify::Probe& print) {
    const auto others = score_of(print, other);
    if (!others || *others >= kOtherFingerDb) return false;
    const auto ones = score_of(print, one);
    return ones && *ones >= kFoundDb;
  });
}

bool are_of_several(const Roster& roster, const std::vector<identify::Probe>& probe,
                    const std::vector<Candidate>& candidates) {
  return std::any_of(candidates.begin() + 1, candidates.end(),
                     [&](const Candidate& other) { return tells_apart(roster, probe, other, candidates.front()); });
}

Result<bool> are_two_people(const Roster& roster, const store::People& people,
                            const std::vector<identify::Probe>& probe, const Candidate& one, const Candidate& other) {
  if (tells_apart(roster, probe, one, other) || tells_apart(roster, probe, other, one)) return true;
  auto enrolled = probe_of(people, {one.person_id, one.encounter_id});
  if (!enrolled.ok() && enrolled.error().code == Code::kNotFound) return false;  // erased since
  if (!enrolled.ok()) return enrolled.error();
  if (enrolled->empty()) return false;
  const auto compared = roster.compare(*enrolled, other.person_id);
  return compared && std::ranges::any_of(compared->scores, [](const PlaceScore& each) {
           return each.probe == each.reference && each.probe != place_of(Finger::kUnknown) &&
                  each.score < kOtherFingerDb;
         });
}

Likeness::Likeness(const Roster& roster, std::vector<identify::Probe> probe, bool any_finger, Turns::Favour* favour)
    : roster_(roster) {
  look(probe, favour);
  if (any_finger) look(of_any_finger(std::move(probe)), favour);
}

void Likeness::look(std::vector<identify::Probe> probe, Turns::Favour* favour) {
  identify::Found found = roster_.search_widely(probe, favour);
  looked_.push_back({std::move(probe), std::move(found)});
}

void Likeness::look_as_any_finger(std::span<const std::size_t> which) {
  std::vector<identify::Probe> chosen;
  for (const std::size_t each : which) chosen.push_back(probe()[each]);
  look(of_any_finger(std::move(chosen)), nullptr);
}

void doubt_positions(std::vector<SampleQuality>& quality) {
  for (SampleQuality& each : quality)
    if (each.position != FingerCapture::kUnknown) each.reasons.emplace_back("position_doubted");
}

std::vector<Candidate> Likeness::now(bool doubts) const {
  std::vector<Candidate> out;
  for (const Looked& each : looked_) {
    for (Candidate& candidate : roster_.since_widely(each.found, each.probe).candidates) {
      if (!doubts && !roster_.is_found(candidate)) continue;
      const auto same = [&](const Candidate& other) { return other.person_id == candidate.person_id; };
      if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(candidate));
    }
  }
  return out;
}

std::set<std::string> withheld_from(const Roster& roster, const std::vector<Candidate>& candidates) {
  std::set<std::string> out;
  for (const Candidate& each : candidates) out.merge(roster.withheld_from(each.person_id));
  return out;
}

Result<std::set<std::string>> Hand::ids() {
  for (bool grew = true; grew;) {
    grew = false;
    for (const std::string& each : std::set<std::string>(ids_)) {
      ASSIGN_OR_RETURN(const bool led_on, follow(each));
      grew = grew || led_on;
    }
  }
  return ids_;
}

// Whether somebody came to the hand by this person's fingers.
Result<bool> Hand::follow(const std::string& person_id) {
  const std::size_t before = ids_.size();
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, store_.encounter_ids(person_id));
  for (const std::string& encounter : encounters) {
    const auto [looked, fresh] = looked_.try_emplace({person_id, encounter});
    if (fresh) {
      ASSIGN_OR_RETURN(std::vector<identify::Probe> probe, probe_of(store_, {person_id, encounter}));
      if (!probe.empty()) looked->second.emplace(roster_, std::move(probe), true);
    }
    if (!looked->second) continue;
    for (const Candidate& each : looked->second->now(false)) ids_.insert(each.person_id);
  }
  return ids_.size() > before;
}

}  // namespace puente::service
