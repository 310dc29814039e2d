// Roster: who can be found. The gallery in memory, filled from the store at the start and kept in step with it, and the
// snapshot that spares the next start most of the work (docs/formats/index.md). Inside service only. Any thread;
// changes only by whoever holds the store's transaction.
#pragma once
#include <atomic>
#include <map>
#include <set>
#include <span>

#include "core/mutex.h"
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
  Roster(const Config& config, Seams seams, store::Store& store, Turns& turns);
  Status fill();

  // Outside any transaction: it takes as long as it takes, in a turn of its own or of `favour`. Then, inside one, what
  // came since.
  identify::Found search(std::span<const identify::Probe> probe, const Scope& scope, std::size_t candidates_max,
                         const Patience* patience = nullptr, Turns::Favour* favour = nullptr) const;
  identify::Found since(const identify::Found& earlier, std::span<const identify::Probe> probe, const Scope& scope,
                        std::size_t candidates_max) const;
  // Wherever it is not about finding somebody but about not overlooking one: our own, as far down as it is worth it
  // among those who are hidden. Candidates above Config::expected_false_max are no more than a doubt.
  identify::Found search_widely(std::span<const identify::Probe> probe, Turns::Favour* favour) const;
  identify::Found since_widely(const identify::Found& earlier, std::span<const identify::Probe> probe) const;
  bool is_found(const Candidate& candidate) const { return candidate.expected_false <= config_.expected_false_max; }
  std::optional<Candidate> compare(std::span<const identify::Probe> probe, const std::string& person_id) const;
  bool may_be_found(const std::string& person_id, const std::string& encounter_id, const Scope& scope) const;

  // From whom a person is hidden, whose gallery is kept in step: of one with a protection what that says, taken off
  // ones too; of others what their encounters say, as those of older databases do.
  void protect(const Protection& protection);
  std::set<std::string> withheld_from(const std::string& person_id) const;
  // … and those of whom encounters alone say so, as they were filled in.
  const std::map<std::string, std::set<std::string>>& hidden_by_encounters() const { return by_encounters_; }
  bool hides_from(std::string_view country) const;  // anybody
  bool hides_anybody() const;

  void add(identify::Enrolled encounter);
  void remove_person(const std::string& person_id);
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);
  void keep_snapshot();  // now and then; by work() alone

  std::size_t people() const { return gallery_.people(); }
  std::size_t fingers() const { return gallery_.prints(); }

 private:
  Result<bool> add_templates();
  identify::Limits limits(std::size_t candidates_max) const;
  identify::Limits wide_limits() const;
  identify::Found search_within(std::span<const identify::Probe> probe, const Scope& scope, identify::Limits within,
                                Turns::Favour* favour) const;
  void withhold(const std::string& person_id, std::set<std::string> from);
  void take_standing(store::TemplateRow& row);
  std::string snapshot_path() const;
  Status load_snapshot();
  Status save_snapshot();
  void drop_snapshot();

  const Config& config_;
  const Seams seams_;
  store::Store& store_;
  Turns& turns_;
  identify::Gallery gallery_;
  std::map<std::string, std::set<std::string>> by_encounters_;  // fill() only
  mutable Mutex mutex_;
  std::map<std::string, std::set<std::string>> withheld_ GUARDED_BY(mutex_);  // by person
  std::atomic<std::uint64_t> removals_{0};
  std::int64_t snapshot_ms_ = 0;  // work() only
};

}  // namespace puente::service
