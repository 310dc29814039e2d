// Journal: the one way a node writes, effects and log entries in one transaction, and the log that comes of it. Inside
// service only. Any thread; commit by the thread whose transaction it is.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <optional>
#include <set>

#include "audit/audit.h"
#include "core/entry.h"
#include "core/mutex.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::service {

// Actors that are no user: no user's name has a blank in it, so none shares their pseudonyms.
inline constexpr const char* kItself = "the node itself";
inline std::string as_partner(const std::string& country) {
  return "partner " + country;
}
// Who did it; of a user also how they came: whoever holds the node's keys may be any user.
struct Actor {
  Actor(const char* its_name) : name(its_name) {}
  Actor(std::string its_name) : name(std::move(its_name)) {}
  Actor(const Caller& caller)
      : name(caller.user),
        came(caller.at_the_keys  ? "keys"
             : caller.by_session ? "session"
                                 : "token") {}
  std::string name, came;
};
inline constexpr std::size_t kRowsBytes = 16;  // of a digest of rows, in a leaf

struct Written {
  Entry entry;
  Json details;                      // sealed beside the log; the leaf commits to them
  std::set<std::string> asked_by{};  // words of a search by names that found nobody: found again by mark_asked
};

// Members of an entry's details that are the number of a file: its entries are found again by Journal::mark_of.
inline constexpr const char* kFileSearched = "case_reference";  // somebody was searched for under it
inline constexpr const char* kFileTold = "file_told";           // an alarm about it
// And a person_of a user's name, found again in the same way.
inline constexpr const char* kNamesSearcher = "names_by";   // who searched by names
inline constexpr const char* kNamesTold = "names_told_of";  // a supervisor was told of so many of theirs

SecretKey pseudonym_key(const SecretKey& node_key);

class Journal {
 public:
  // `config` and `store` must outlive it. on_growth is called after each commit.
  Journal(const Config& config, Seams seams, const store::Store& store, std::function<void()> on_growth);
  Status open();                   // recomputes the log from its first entry: kCorrupt
  std::int64_t newest_ms() const;  // the time of the last entry; none is ever older than the one before it

  Entry entry(Event event, const Actor& actor, std::string_view person_id = {}) const;
  Entry entry(Event event, const Actor& actor, const std::string& exchange_id, const std::string& agreement_id,
              Purpose purpose) const;
  Entry about(const Question& question, Event event, const Actor& actor) const {
    Entry out = entry(event, actor, question.exchange_id, question.agreement_id, question.purpose);
    if (event != Event::kReleasedRead) out.whose = question.requester;  // to look at it changes nothing
    return out;
  }
  Entry about(const Case& the_case, Event event, const Actor& actor) const {
    return entry(event, actor, name_of(the_case.agreement_id, the_case.exchange_id), the_case.agreement_id,
                 the_case.purpose);
  }
  // How an exchange stands in our log whose id a partner made: no words of theirs do. Whoever has the id, as the
  // partner's own log, makes the same of it.
  static std::string name_of(std::string_view agreement_id, std::string_view foreign_exchange_id);
  std::string pseudonym_of(std::string_view id) const;
  // By which the store finds the entries with this file in that member of their details; no id shares it.
  std::string mark_of(const char* member, std::string_view file) const;
  // Of a document's number in words that people wrote, plain_number; of what somebody was looked for by. No file's
  // member has such a name.
  std::string mark_of_number(const std::string& plain) const { return pseudonym_of("number " + plain); }
  std::string mark_asked(const std::string& words) const { return pseudonym_of("asked " + words); }

  // Appends the entries to the log inside the transaction and commits all.
  Result<Receipt> commit(store::Transaction& transaction, std::vector<Written> entries);
  Result<Receipt> commit(store::Transaction& transaction, Entry entry, Json details = {});

  std::uint64_t size() const;
  // What a commit of so many entries will give: whoever holds the store's transaction.
  Receipt receipt_of(std::size_t entries) const { return {size() + entries - 1, size() + entries}; }
  std::string checkpoint() const;                        // the newest signed one
  Result<std::string> proof(std::uint64_t index) const;  // C2SP tlog-proof
  struct Growth {                                        // what an overseer is shown
    std::uint64_t size = 0;
    std::string note, request;
  };
  // Of as much as was seen too, so that the histories are compared; none of less, or of nothing.
  std::optional<Growth> growth_since(std::uint64_t seen) const;
  std::uint64_t count_of(Event event) const;                    // since the start
  std::uint64_t count_of_whose(const std::string& user) const;  // likewise, of entries about what is that user's

 private:
  std::set<std::string> whom_named_in(const Written& written) const;

  const Config& config_;
  const Seams seams_;
  const store::Store& store_;
  const SecretKey pseudonym_key_;  // derived from the node key
  const std::function<void()> on_growth_;
  mutable SharedMutex mutex_;  // its writer also holds the store's transaction
  std::optional<audit::Log> log_ GUARDED_BY(mutex_);
  std::int64_t newest_ms_ GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::uint64_t> counts_of_whose_ GUARDED_BY(mutex_);
  std::array<std::atomic<std::uint64_t>, kEventCount> counts_{};  // by Event
};

}  // namespace puente::service
