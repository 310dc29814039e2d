// Roster: who can be found. The gallery in memory, filled from the store at the start and kept in step with it, and the
// snapshot that spares the next start most of the work (docs/formats/index.md). Inside service only. Any thread;
// changes only by whoever holds the store's transaction.
#pragma once
#include <atomic>
#include <map>
#include <span>

#include "core/mutex.h"
#include "identify/identify.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::service {

class Roster {
 public:
  Roster(const Config& config, Seams seams, const store::Store& store);
  Status fill();

  // partner empty: our own search, everybody may be found
  std::vector<Candidate> search(std::span<const identify::ProbeFinger> probe, const std::string& partner,
                                std::size_t candidates_max) const;
  std::optional<Candidate> compare(std::span<const identify::ProbeFinger> probe, const std::string& person_id) const;
  bool may_be_found(const std::string& person_id, const std::string& partner) const;

  void add(index::Encounter encounter, const std::vector<std::string>& withheld_from);
  void remove_person(const std::string& person_id);
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);
  void keep_snapshot();  // now and then; by work() alone

  std::size_t people() const { return gallery_.people(); }
  std::size_t fingers() const { return gallery_.fingers(); }

 private:
  Result<bool> add_templates();
  void hide(const std::string& person_id, const std::string& encounter_id,
            const std::vector<std::string>& withheld_from);
  std::string snapshot_path() const;
  SecretKey snapshot_key() const;
  void drop_snapshot();

  const Config& config_;
  const Seams seams_;
  const store::Store& store_;
  identify::Gallery gallery_;
  std::atomic<std::uint64_t> removals_{0};
  std::int64_t snapshot_ms_ = 0;  // work() only
  mutable SharedMutex mutex_;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> withheld_
      GUARDED_BY(mutex_);  // by person and encounter
};

}  // namespace puente::service
