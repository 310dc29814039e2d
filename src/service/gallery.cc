// What is searched: filled from the store at the start, kept in step with it, and laid down now and then in a snapshot
// that spares the next start most of the work (docs/formats/index.md).
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "service/service.h"

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

std::string Node::snapshot_path() const {
  return config_.directory + "/gallery.index";
}

SecretKey Node::snapshot_key() const {
  return *SecretKey::from_bytes(keyed_hash(config_.node_key, view("snapshot of the gallery")));
}

// The store is the truth: a snapshot that holds anything else is thrown away.
Status Node::fill_gallery() {
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
Result<bool> Node::add_templates() {
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
  TRY(store_->each_template(take));
  TRY(add_batch());
  return agrees && gallery_.fingers() == fingers;
}

// After anybody was taken from the gallery: what is erased must not lie in a file, sealed as it is.
void Node::drop_snapshot() {
  ++removals_;
  std::error_code failed;
  std::filesystem::remove(snapshot_path(), failed);
  if (failed) spdlog::error("cannot delete {}: {}", snapshot_path(), failed.message());
}

// By work() alone.
void Node::keep_snapshot() {
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
