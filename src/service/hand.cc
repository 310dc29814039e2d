#include "service/hand.h"

#include <algorithm>

namespace puente::service {
namespace {

std::vector<identify::Probe> of_any_finger(std::vector<identify::Probe> probe) {
  for (identify::Probe& each : probe) each.finger = Finger::kUnknown;
  return probe;
}

// Fingers as they were enrolled, to search with.
Result<std::vector<identify::Probe>> probe_of(const store::Store& store, const store::EncounterId& id) {
  std::vector<identify::Probe> probe;
  ASSIGN_OR_RETURN(const std::vector<store::Template> templates, store.templates(id));
  for (const store::Template& each : templates) {
    if (each.features.place.modality != Modality::kFinger) continue;
    ASSIGN_OR_RETURN(const finger::Template features, finger::decode(each.features.bytes));
    probe.push_back(identify::make_probe(finger_at(each.features.place), features));
  }
  return probe;
}

}  // namespace

Likeness::Likeness(const Roster& roster, std::vector<identify::Probe> probe, bool any_finger, bool gives_way)
    : roster_(roster) {
  const auto look = [&](std::vector<identify::Probe> as) {
    identify::Found found = roster.search_widely(as, gives_way);
    looked_.push_back({std::move(as), std::move(found)});
  };
  look(probe);
  if (any_finger) look(of_any_finger(std::move(probe)));
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
