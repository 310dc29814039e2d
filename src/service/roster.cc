#include "service/roster.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "core/files.h"
#include "core/limits.h"
#include "core/parallel.h"
#include "policy/policy.h"

namespace puente::service {
namespace {

constexpr std::size_t kAtATime = 512;  // encounters: adding many costs the gallery less than adding one after another
constexpr std::int64_t kSnapshotEveryMs = 3'600'000;

// Fills in the sketches, on every core. The features become those of this program's version.
Status make_searchable(std::vector<identify::Enrolled>& encounters) {
  std::vector<Status> made(encounters.size());
  in_parallel(cores(), encounters.size(), [&](int, std::size_t item) {
    for (identify::Print& finger : encounters[item].prints) {
      const Result<finger::Template> features = finger::decode(finger.features);
      if (!features.ok()) {
        made[item] = features.error();
        return;
      }
      finger = identify::make_print(finger.finger, *features);
    }
  });
  const auto failed = std::find_if(made.begin(), made.end(), [](const Status& status) { return !status.ok(); });
  return failed == made.end() ? Status() : *failed;
}

}  // namespace

Roster::Roster(const Config& config, Seams seams, store::Store& store, Turns& turns)
    : config_(config), seams_(seams), store_(store), turns_(turns) {}

std::string Roster::snapshot_path() const {
  return config_.directory + "/gallery.index";
}

Status Roster::load_snapshot() {
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, store_.state(store::kKeyOfPeople));
  if (!kept) return Error{Code::kNotFound, "no snapshot, or of somebody who was erased since"};
  ASSIGN_OR_RETURN(const SecretKey key, SecretKey::from_bytes(*kept));
  return gallery_.load(snapshot_path(), key);
}

// Under a key that the store destroys with whoever is erased next: without it the file is nothing, wherever it lies.
Status Roster::save_snapshot() {
  const SecretKey key = SecretKey::generate(seams_.random);
  {
    const auto transaction = store_.begin();
    TRY(transaction->put_state(store::kKeyOfPeople, key.bytes()));
    TRY(transaction->commit(store::Housekeeping::kState));
  }
  return gallery_.save(snapshot_path(), key, seams_.random);
}

// The store is the truth: a snapshot that holds anything else is thrown away.
Status Roster::fill() {
  ASSIGN_OR_RETURN(const std::vector<Protection> protections, store_.protections());
  {
    const MutexLock lock(mutex_);
    for (const Protection& each : protections) withheld_[each.person_id] = each.withheld_from;
  }
  const bool restored = load_snapshot().ok();
  if (!restored) drop_snapshot();
  ASSIGN_OR_RETURN(const bool agrees, add_templates());
  if (!restored || agrees) return {};
  spdlog::info("the snapshot of the gallery is not of this database; filling the gallery anew");
  drop_snapshot();
  gallery_.clear();
  const Result<bool> again = add_templates();
  return again.ok() ? Status() : Status(again.error());
}

// In place of what the encounter says of it, from whom its person is hidden.
void Roster::take_standing(store::TemplateRow& row) {
  const MutexLock lock(mutex_);
  const auto known = withheld_.find(row.person_id);
  if (known != withheld_.end()) {
    row.standing.withheld_from = known->second;
  } else if (!row.standing.withheld_from.empty()) {
    by_encounters_[row.person_id].insert(row.standing.withheld_from.begin(), row.standing.withheld_from.end());
  }
}

// Adds what the gallery does not hold; false when it held something that the store does not.
Result<bool> Roster::add_templates() {
  bool agrees = true;
  std::size_t fingers = 0;
  std::vector<identify::Enrolled> batch;
  const auto add_batch = [&]() -> Status {
    std::erase_if(batch, [&](const identify::Enrolled& encounter) {
      const identify::Held held = gallery_.holds(encounter);
      agrees = agrees && held != identify::Held::kOtherwise;
      return held != identify::Held::kNo;
    });
    TRY(make_searchable(batch));
    gallery_.add(std::exchange(batch, {}));
    return {};
  };
  const auto take = [&](store::TemplateRow row) -> Status {
    if (row.features.place.modality != Modality::kFinger) return {};  // not compared here
    if (batch.empty() || batch.back().person_id != row.person_id || batch.back().encounter_id != row.encounter_id) {
      if (batch.size() >= kAtATime) TRY(add_batch());
      take_standing(row);
      batch.push_back({row.person_id, row.encounter_id, row.standing, {}});
    }
    batch.back().prints.push_back({finger_at(row.features.place), {}, std::move(row.features.bytes)});
    ++fingers;
    return {};
  };
  TRY(store_.each_template(take));
  TRY(add_batch());
  return agrees && gallery_.prints() == fingers;
}

std::vector<identify::Probe> probe_of(const intake::Taken& taken) {
  std::vector<identify::Probe> probe;
  for (const intake::Print& print : taken.prints)
    probe.push_back(identify::make_probe(finger_at(print.place), print.features, print.sketch));
  return probe;
}

identify::Limits Roster::limits(std::size_t candidates_max) const {
  return {.candidates_max = candidates_max, .expected_false_max = config_.expected_false_max};
}

identify::Found Roster::search(std::span<const identify::Probe> probe, const Scope& scope, std::size_t candidates_max,
                               const Patience* patience, Turns::Favour* favour) const {
  identify::Limits within = limits(candidates_max);
  within.patience = patience;
  return search_within(probe, scope, within, favour);
}

identify::Found Roster::search_within(std::span<const identify::Probe> probe, const Scope& scope,
                                      identify::Limits within, Turns::Favour* favour) const {
  const Turns::Turn turn = favour != nullptr ? favour->some() : turns_.some();
  within.threads = turn.threads();
  return gallery_.search(probe, scope, within);
}

identify::Found Roster::since(const identify::Found& earlier, std::span<const identify::Probe> probe,
                              const Scope& scope, std::size_t candidates_max) const {
  return gallery_.since(earlier, probe, scope, limits(candidates_max));
}

// A search for one of those who are hidden is as good as it would be in a gallery of these alone: so much further down
// may be looked, and the others left out afterwards.
identify::Limits Roster::wide_limits() const {
  constexpr double kDoubt = 0.01;  // false doubts a search, at most
  const MutexLock lock(mutex_);
  const double hidden = std::max<double>(1, static_cast<double>(withheld_.size()));
  const double all = std::max<double>(1, static_cast<double>(gallery_.encounters()));
  identify::Limits wide = limits(limits::kCandidatesMax);
  wide.expected_false_max = std::max(wide.expected_false_max, kDoubt * std::clamp(all / hidden, 1.0, 100.0));
  return wide;
}

identify::Found Roster::search_widely(std::span<const identify::Probe> probe, Turns::Favour* favour) const {
  return search_within(probe, Scope::own(), wide_limits(), favour);
}

identify::Found Roster::since_widely(const identify::Found& earlier, std::span<const identify::Probe> probe) const {
  return gallery_.since(earlier, probe, Scope::own(), wide_limits());
}

std::optional<Candidate> Roster::compare(std::span<const identify::Probe> probe, const std::string& person_id) const {
  return gallery_.compare_person(probe, person_id, Scope::own());
}

bool Roster::may_be_found(const std::string& person_id, const std::string& encounter_id, const Scope& scope) const {
  const auto standing = gallery_.standing(person_id, encounter_id);
  return standing && policy::may_find(*standing, scope).permitted;
}

void Roster::protect(const Protection& protection) {
  withhold(protection.person_id, protection.withheld_from);
}

void Roster::withhold(const std::string& person_id, std::set<std::string> from) {
  gallery_.withhold(person_id, from);
  drop_snapshot();
  const MutexLock lock(mutex_);
  withheld_[person_id] = std::move(from);
}

std::set<std::string> Roster::withheld_from(const std::string& person_id) const {
  const MutexLock lock(mutex_);
  const auto known = withheld_.find(person_id);
  return known == withheld_.end() ? std::set<std::string>() : known->second;
}

bool Roster::hides_from(std::string_view country) const {
  const MutexLock lock(mutex_);
  return std::any_of(withheld_.begin(), withheld_.end(),
                     [&](const auto& each) { return !policy::may_ask_about(each.second, country).permitted; });
}

bool Roster::hides_anybody() const {
  const MutexLock lock(mutex_);
  return std::any_of(withheld_.begin(), withheld_.end(), [](const auto& each) { return !each.second.empty(); });
}

void Roster::add(identify::Enrolled encounter) {
  gallery_.add({std::move(encounter)});
}

void Roster::remove_person(const std::string& person_id) {
  gallery_.remove_person(person_id);
  drop_snapshot();
  const MutexLock lock(mutex_);
  withheld_.erase(person_id);
}

void Roster::remove_encounter(const std::string& person_id, const std::string& encounter_id) {
  gallery_.remove_encounter(person_id, encounter_id);
  drop_snapshot();
}

// After anybody was taken from the gallery: what is erased must not lie in a file, sealed as it is.
void Roster::drop_snapshot() {
  ++removals_;
  const Status gone = destroy_file(snapshot_path());
  if (!gone.ok()) spdlog::error("{}", gone.error().message);
}

void Roster::keep_snapshot() {
  const std::int64_t now_ms = seams_.clock.now_ms();
  if (gallery_.prints() < config_.snapshot_fingers_min) return;
  if (snapshot_ms_ != 0 && now_ms - snapshot_ms_ < kSnapshotEveryMs && now_ms >= snapshot_ms_) return;
  std::error_code failed;
  if (std::filesystem::exists(snapshot_path(), failed)) return;
  snapshot_ms_ = now_ms;
  const std::uint64_t removals = removals_;
  const Status saved = save_snapshot();
  if (!saved.ok()) spdlog::warn("no snapshot of the gallery: {}", saved.error().message);
  if (removals_ != removals) drop_snapshot();  // of somebody who may be in it
}

}  // namespace puente::service
