// Budget: what each partner may cost this node, so that none is in the way of others. Each kind of cost is a bucket
// that fills again all the time (core/limits.h has the sizes, and why); what does not fit is refused before anything is
// written, and counted. What is left in the buckets is kept over a restart (receive.cc), so that none fills them.
// Inside service only. Any thread.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/json.h"
#include "core/mutex.h"
#include "core/result.h"
#include "service/service.h"

namespace puente::service {

enum class Cost { kMessages, kBytes, kPixels, kMinutiae, kEntries, kRefused };
inline constexpr int kCostCount = 6;
const char* to_string(Cost cost);  // "messages", …

class Budget {
 public:
  explicit Budget(const Clock& clock) : clock_(clock) {}

  // kQuotaExceeded, naming what is used up; then nothing was taken, and it counts as one refused message. A bucket that
  // has anything in it pays any amount: what one message may cost is limited elsewhere.
  Status take(const std::string& partner, Cost cost, std::int64_t amount);
  // The same before anything is known of the message but who sends it; and how long it then waits, refused or not,
  // before anything of it is read. Of several at once each waits for those before it.
  Door may_send(const std::string& partner);
  // What came of a message: nothing for whoever sent it, or something. After some of the first kind in a row the next
  // ones wait, longer each time, and so long that what is worked for them is a small part of the time; one of the
  // second kind, or a quiet minute, ends that.
  void note_use(const std::string& partner, bool of_use);

  // Processor time worked for it.
  void note_work(const std::string& partner, std::int64_t work_ms);
  // Who has had its share of the processors, over some ten seconds, gives way, the more the more it has had.
  struct Favour {
    std::int64_t left_ms = 0;         // of its share
    int niceness = 0;                 // core/parallel.h; 0 as long as something is left
    static constexpr int kLeast = 5;  // of who has just used it up
  };
  Favour favour(const std::string& partner);

  // One message more that was refused, and why.
  void note_refused(const std::string& partner, Code why);
  // What was refused since the last time, for one entry of the log: at most once a minute a partner; nothing when there
  // is nothing.
  struct Refused {
    std::int64_t since_ms = 0;
    std::map<std::string, std::int64_t> counts;  // by to_string(Code)
  };
  std::optional<Refused> refused_due(const std::string& partner);

  // What each partner has left, to be kept; nothing when none has taken anything since the last time.
  std::optional<Json> changed_levels();
  void restore(const Json& levels);  // what is not as changed_levels() makes it is passed over

  std::uint64_t refused_total() const;  // messages, of all partners, since the start
  std::uint64_t work_ms_total() const;

 private:
  struct Bucket {
    double left = 0;
    std::int64_t at_ms = 0;
  };
  struct Account {
    std::array<std::optional<Bucket>, kCostCount> buckets;
    double work_ms = 0;  // fading
    std::int64_t work_at_ms = 0, told_at_ms = 0;
    int vain = 0;  // messages in a row that nothing came of
    std::int64_t vain_at_ms = 0, vain_work_ms = 0, pause_ms = 0, next_at_ms = 0;
    std::optional<Refused> refused;
  };
  Bucket& refilled(Account& account, Cost cost) REQUIRES(mutex_);
  double faded_work(Account& account) REQUIRES(mutex_);
  void count(Account& account, Code why) REQUIRES(mutex_);
  void note_vain(Account& account) REQUIRES(mutex_);
  std::int64_t wait_ms(Account& account) REQUIRES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<std::string, Account> accounts_ GUARDED_BY(mutex_);  // of those with a pinned certificate: few
  bool changed_ GUARDED_BY(mutex_) = false;
  std::uint64_t refused_total_ GUARDED_BY(mutex_) = 0, work_ms_total_ GUARDED_BY(mutex_) = 0;
};

}  // namespace puente::service
