// How a node is, in figures.
#include <fmt/format.h>

#include "core/tally.h"
#include "service/inside.h"

namespace puente::service {
namespace {

std::string histogram_of(const WaitStats& waits) {
  std::string out =
      "# HELP puente_store_wait_seconds How long what changes something waited for its turn at the store.\n"
      "# TYPE puente_store_wait_seconds histogram\n";
  for (std::size_t i = 0; i < waits.within.size(); ++i)
    out += fmt::format("puente_store_wait_seconds_bucket{{le=\"{}\"}} {}\n", WaitStats::kBoundsMs[i] / 1e3,
                       waits.within[i]);
  out += fmt::format("puente_store_wait_seconds_bucket{{le=\"+Inf\"}} {}\n", waits.count);
  out += fmt::format("puente_store_wait_seconds_sum {}\n", static_cast<double>(waits.total_ns) / 1e9);
  return out + fmt::format("puente_store_wait_seconds_count {}\n", waits.count);
}

}  // namespace

Health Node::health() const {
  Health out;
  const Inside& in = *inside_;
  out.people = in.roster.people();
  out.fingers = in.roster.fingers();
  if (const auto size = in.store->outbox_size(); size.ok()) out.outbox = *size;
  if (const auto open = in.store->cases(CaseState::kOpen, 100'000); open.ok()) out.cases_open = open->size();
  out.log_size = in.journal.size();
  out.cosigned_size = in.courier.cosigned_size();
  out.waits = in.store->waited();
  return out;
}

std::string Node::metrics() const {
  const Health now = health();
  std::string out;
  const auto metric = [&](const char* name, const char* type, const char* help, auto value) {
    out += fmt::format("# HELP puente_{0} {1}\n# TYPE puente_{0} {2}\npuente_{0} {3}\n", name, help, type, value);
  };
  metric("people", "gauge", "People in the gallery.", now.people);
  metric("fingers", "gauge", "Fingers in the gallery.", now.fingers);
  metric("outbox", "gauge", "Messages that wait for a partner.", now.outbox);
  metric("cases_open", "gauge", "Hits that wait for an examiner.", now.cases_open);
  metric("log_entries", "counter", "Entries of the log.", now.log_size);
  metric("log_cosigned_entries", "gauge", "Entries that an overseer has cosigned.", now.cosigned_size);
  metric("deliveries_failed_total", "counter", "Attempts to reach a partner that failed.",
         inside_->courier.deliveries_failed());
  metric("cosignatures_failed_total", "counter", "Attempts to reach an overseer that failed.",
         inside_->courier.cosignatures_failed());
  out += "# HELP puente_events_total What was logged since the start.\n# TYPE puente_events_total counter\n";
  for (int i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<Event>(i);
    out += fmt::format("puente_events_total{{event=\"{}\"}} {}\n", to_string(event), inside_->journal.count_of(event));
  }
  out += "# HELP puente_work_total Costly steps taken since the start.\n# TYPE puente_work_total counter\n";
  const auto work = tallied();
  for (int i = 0; i < kWorkCount; ++i) {
    out += fmt::format("puente_work_total{{work=\"{}\"}} {}\n", to_string(static_cast<Work>(i)),
                       work[static_cast<std::size_t>(i)]);
  }
  return out + histogram_of(now.waits);
}

}  // namespace puente::service
