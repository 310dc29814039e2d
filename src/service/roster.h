// Roster: who can be found. The gallery in memory, filled from the store at the start and kept in step with it, and the
// snapshot that spares the next start most of the work (docs/formats/index.md). Inside service only. Any thread;
// changes only by whoever holds the store's transaction.
#pragma once
#include <atomic>
#include <span>

#include "identify/identify.h"
#include "intake/intake.h"
#include "service/service.h"
#include "service/turns.h"
#include "store/store.h"

namespace puente::service {

// What a search compares, of all that can be compared.
std::vector<identify::Probe> probe_of(const intake::Taken& taken);

class Roster {
 public:
  Roster(const Config& config, Seams seams, const store::Store& store, Turns& turns);
  Status fill();

  // Outside any transaction: it takes as long as it takes. Then, inside one, what came since.
  identify::Found search(std::span<const identify::Probe> probe, const Scope& scope, std::size_t candidates_max) const;
  identify::Found since(const identify::Found& earlier, std::span<const identify::Probe> probe, const Scope& scope,
                        std::size_t candidates_max) const;
  std::optional<Candidate> compare(std::span<const identify::Probe> probe, const std::string& person_id) const;
  bool may_be_found(const std::string& person_id, const std::string& encounter_id, const Scope& scope) const;

  void add(identify::Enrolled encounter);
  void remove_person(const std::string& person_id);
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);
  void keep_snapshot();  // now and then; by work() alone

  std::size_t people() const { return gallery_.people(); }
  std::size_t fingers() const { return gallery_.prints(); }

 private:
  Result<bool> add_templates();
  identify::Limits limits(std::size_t candidates_max) const;
  std::string snapshot_path() const;
  SecretKey snapshot_key() const;
  void drop_snapshot();

  const Config& config_;
  const Seams seams_;
  const store::Store& store_;
  Turns& turns_;
  identify::Gallery gallery_;
  std::atomic<std::uint64_t> removals_{0};
  std::int64_t snapshot_ms_ = 0;  // work() only
};

}  // namespace puente::service
