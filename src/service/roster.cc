#include "service/roster.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "policy/policy.h"

namespace puente::service {
namespace {

constexpr std::size_t kAtATime = 512;  // encounters: adding many costs the gallery less than adding one after another
constexpr std::int64_t kSnapshotEveryMs = 3'600'000;

// Fills in the sketches, on every core. The features become those of this program's version.
Status make_searchable(std::vector<index::Encounter>& encounters) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  std::vector<Status> made(encounters.size());
  index::in_parallel(cores, encounters.size(), [&](int, std::size_t item) {
    for (index::Print& finger : encounters[item].fingers) {
      const Result<finger::Template> features = finger::decode(finger.features);
      if (!features.ok()) {
        made[item] = features.error();
        return;
      }
      finger = index::make_finger(finger.position, *features);
    }
  });
  const auto failed = std::find_if(made.begin(), made.end(), [](const Status& status) { return !status.ok(); });
  return failed == made.end() ? Status() : *failed;
}

}  // namespace

Roster::Roster(const Config& config, Seams seams, const store::Store& store)
    : config_(config), seams_(seams), store_(store) {}

std::string Roster::snapshot_path() const {
  return config_.directory + "/gallery.index";
}

SecretKey Roster::snapshot_key() const {
  return *SecretKey::from_bytes(keyed_hash(config_.node_key, view("snapshot of the gallery")));
}

// The store is the truth: a snapshot that holds anything else is thrown away.
Status Roster::fill() {
  const bool restored = gallery_.load(snapshot_path(), snapshot_key()).ok();
  ASSIGN_OR_RETURN(const bool agrees, add_templates());
  if (!restored || agrees) return {};
  spdlog::info("the snapshot of the gallery is not of this database; filling the gallery anew");
  drop_snapshot();
  gallery_.clear();
  const Result<bool> again = add_templates();
  return again.ok() ? Status() : Status(again.error());
}

// Adds what the gallery does not hold; false when it held something that the store does not.
Result<bool> Roster::add_templates() {
  bool agrees = true;
  std::size_t fingers = 0;
  std::vector<index::Encounter> batch;
  const auto add_batch = [&]() -> Status {
    std::erase_if(batch, [&](const index::Encounter& encounter) {
      const index::Held held = gallery_.holds(encounter);
      agrees = agrees && held != index::Held::kOtherwise;
      return held != index::Held::kNo;
    });
    TRY(make_searchable(batch));
    gallery_.add(std::exchange(batch, {}));
    return {};
  };
  const auto take = [&](store::TemplateRow row) -> Status {
    hide(row.person_id, row.encounter_id, row.withheld_from);
    if (batch.empty() || batch.back().person_id != row.person_id || batch.back().encounter_id != row.encounter_id) {
      if (batch.size() >= kAtATime) TRY(add_batch());
      batch.push_back({row.person_id, row.encounter_id, {}});
    }
    batch.back().fingers.push_back({row.position, {}, std::move(row.features)});
    ++fingers;
    return {};
  };
  TRY(store_.each_template(take));
  TRY(add_batch());
  return agrees && gallery_.fingers() == fingers;
}

std::vector<Candidate> Roster::search(std::span<const identify::ProbeFinger> probe, const std::string& partner,
                                      std::size_t candidates_max) const {
  identify::SearchOptions options;
  options.candidates_max = candidates_max;
  options.expected_false_max = config_.expected_false_max;
  if (!partner.empty()) {
    options.eligible = [&](const std::string& person_id, const std::string&) {
      return may_be_found(person_id, partner);
    };
  }
  return gallery_.search(probe, options);
}

std::optional<Candidate> Roster::compare(std::span<const identify::ProbeFinger> probe,
                                         const std::string& person_id) const {
  return gallery_.compare_person(probe, person_id);
}

// A person is hidden by any one of their encounters: another one, enrolled in ignorance, must not give them away.
bool Roster::may_be_found(const std::string& person_id, const std::string& partner) const {
  const ReaderLock lock(mutex_);
  for (auto each = withheld_.lower_bound({person_id, ""}); each != withheld_.end() && each->first.first == person_id;
       ++each) {
    if (!policy::may_be_found(each->second, partner)) return false;
  }
  return true;
}

void Roster::hide(const std::string& person_id, const std::string& encounter_id,
                  const std::vector<std::string>& withheld_from) {
  if (withheld_from.empty()) return;
  const WriterLock lock(mutex_);
  withheld_[{person_id, encounter_id}] = withheld_from;
}

void Roster::add(index::Encounter encounter, const std::vector<std::string>& withheld_from) {
  hide(encounter.person_id, encounter.encounter_id, withheld_from);  // before it can be found
  gallery_.add({std::move(encounter)});
}

void Roster::remove_person(const std::string& person_id) {
  gallery_.remove_person(person_id);
  drop_snapshot();
}

void Roster::remove_encounter(const std::string& person_id, const std::string& encounter_id) {
  gallery_.remove_encounter(person_id, encounter_id);
  drop_snapshot();
}

// After anybody was taken from the gallery: what is erased must not lie in a file, sealed as it is.
void Roster::drop_snapshot() {
  ++removals_;
  std::error_code failed;
  std::filesystem::remove(snapshot_path(), failed);
  if (failed) spdlog::error("cannot delete {}: {}", snapshot_path(), failed.message());
}

void Roster::keep_snapshot() {
  const std::int64_t now_ms = seams_.clock.now_ms();
  if (gallery_.fingers() < config_.snapshot_fingers_min) return;
  if (snapshot_ms_ != 0 && now_ms - snapshot_ms_ < kSnapshotEveryMs && now_ms >= snapshot_ms_) return;
  std::error_code failed;
  if (std::filesystem::exists(snapshot_path(), failed)) return;
  snapshot_ms_ = now_ms;
  const std::uint64_t removals = removals_;
  const Status saved = gallery_.save(snapshot_path(), snapshot_key(), seams_.random);
  if (!saved.ok()) spdlog::warn("no snapshot of the gallery: {}", saved.error().message);
  if (removals_ != removals) drop_snapshot();  // of somebody who may be in it
}

}  // namespace puente::service
