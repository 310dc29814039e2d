// How a node is, in figures.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "service/inside.h"
#include "service/practice.h"

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

// Days, rounded down, and room on the disk.
void put_what_runs_out(const Node::Inside& in, Health& out) {
  const std::int64_t now_ms = in.latest_ms();
  out.version = in.config.version;
  if (in.config.certificate_until_ms != 0)
    out.certificate_days_left = (in.config.certificate_until_ms - now_ms) / kDayMs;
  const auto held = in.treaties.all();
  for (const AcceptedAgreement& each : *held) {
    if (now_ms < each.replaced_ms && policy::why_not_in_force(each, now_ms).empty())
      out.agreement_days_left[each.id] = (each.valid_until_ms - now_ms) / kDayMs;
  }
  std::error_code unknown;
  const auto space = std::filesystem::space(in.config.directory, unknown);
  if (!unknown) out.disk_free_bytes = space.available;
}

// Left out where it is not known: a figure that is made up is worse than none.
std::string metrics_of_what_runs_out(const Health& now) {
  std::string out;
  const auto head = [&](const char* name, const char* help) {
    out += fmt::format("# HELP puente_{0} {1}\n# TYPE puente_{0} gauge\n", name, help);
  };
  head("build_info", "The program's version.");
  out += fmt::format("puente_build_info{{version=\"{}\"}} 1\n", now.version);
  if (now.certificate_days_left) {
    head("certificate_days_left", "Days until the certificate that is shown ends.");
    out += fmt::format("puente_certificate_days_left {}\n", *now.certificate_days_left);
  }
  head("agreement_days_left", "Days until an agreement in force ends.");
  for (const auto& [id, days] : now.agreement_days_left)
    out += fmt::format("puente_agreement_days_left{{agreement=\"{}\"}} {}\n", id, days);
  if (now.disk_free_bytes) {
    head("disk_free_bytes", "Room left where the data directory is.");
    out += fmt::format("puente_disk_free_bytes {}\n", *now.disk_free_bytes);
  }
  return out;
}

// A count of who was hidden is, over a list in the reader's hand, a name (misuse story 2): figures leave the node, and
// in them to hide somebody, or to take that off, is to have read a record.
Event counted_as(Event event) {
  switch (event) {
    case Event::kProtected:
    case Event::kProtectionLiftProposed:
    case Event::kProtectionLifted:
      return Event::kEncounterRead;
    default:
      return event;
  }
}

std::string events_total(const Journal& journal) {
  std::map<Event, std::uint64_t> counts;
  for (int i = 0; i < kEventCount; ++i) {
    const auto event = static_cast<Event>(i);
    if (event == Event::kPractice) continue;  // when it grows a seeded case has opened
    counts[counted_as(event)] += journal.count_of(event);
  }
  std::string out = "# HELP puente_events_total What was logged since the start.\n# TYPE puente_events_total counter\n";
  for (const auto& [event, count] : counts)
    out += fmt::format("puente_events_total{{event=\"{}\"}} {}\n", to_string(event), count);
  return out;
}

std::string captures_by_month(const Node::Inside& in) {
  std::string out =
      "# HELP puente_captures_asked_again_total Captures that were asked for again, by month.\n"
      "# TYPE puente_captures_asked_again_total counter\n";
  const auto counts = captures_asked_again(in);
  if (!counts.ok()) return "";
  for (const auto& [month, count] : *counts->as_object())
    out += fmt::format("puente_captures_asked_again_total{{month=\"{}\"}} {}\n", month, *count.as_integer());
  return out;
}

}  // namespace

void note_unreadable(const Node::Inside& in, const std::string& id, const Error& why) {
  in.met_unreadable = true;
  spdlog::error("the record {} cannot be read, and is left as it lies (`puente log fsck`): {}", id, why.message);
}

Health Node::health() const {
  Health out;
  const Inside& in = *inside_;
  put_what_runs_out(in, out);
  out.people = in.roster.people();
  out.fingers = in.roster.fingers();
  if (const auto size = in.store->outbox_size(); size.ok()) out.outbox = *size;
  if (const auto open = in.store->count_cases(CaseState::kOpen); open.ok()) out.cases_open = *open;
  if (const auto seeded = open_practice_cases(in); seeded.ok()) out.cases_open += *seeded;  // they wait as well
  out.log_size = in.journal.size();
  out.cosigned_size = in.oversight.cosigned_size();
  if (in.watch.doubt()) out.attention.emplace_back("clock_doubted");
  if (!in.oversight.other_history().empty()) out.attention.emplace_back("other_history");
  if (in.oversight.clock_differs()) out.attention.emplace_back("clock_differs");
  if (in.oversight.unseen_too_long()) out.attention.emplace_back("uncosigned");
  if (in.urgent_overdue) out.attention.emplace_back("urgent_review_overdue");
  if (in.copy_unanswered) out.attention.emplace_back("copy_adopted");
  if (in.erasures_held) out.attention.emplace_back("erasures_held");
  if (in.store->is_full()) out.attention.emplace_back("storage_full");
  if (in.met_unreadable) out.attention.emplace_back("records_unreadable");
  out.waits = in.store->waited();
  return out;
}

std::string Node::metrics() const {
  const Health now = health();
  std::string out = metrics_of_what_runs_out(now);
  const auto metric = [&](const char* name, const char* type, const char* help, auto value) {
    out += fmt::format("# HELP puente_{0} {1}\n# TYPE puente_{0} {2}\npuente_{0} {3}\n", name, help, type, value);
  };
  metric("people", "gauge", "People in the gallery.", now.people);
  metric("fingers", "gauge", "Fingers in the gallery.", now.fingers);
  metric("outbox", "gauge", "Messages that wait for a partner.", now.outbox);
  metric("cases_open", "gauge", "Hits that wait for an examiner.", now.cases_open);
  for (const char* what : {"clock_differs", "clock_doubted", "copy_adopted", "erasures_held", "other_history",
                           "records_unreadable", "storage_full", "uncosigned", "urgent_review_overdue"}) {
    const bool now_so = std::find(now.attention.begin(), now.attention.end(), what) != now.attention.end();
    metric(what, "gauge", "1: a person must look at it (docs/operations.md).", now_so ? 1 : 0);
  }
  metric("log_entries", "counter", "Entries of the log.", now.log_size);
  metric("log_cosigned_entries", "gauge", "Entries that an overseer has cosigned.", now.cosigned_size);
  metric("deliveries_failed_total", "counter", "Attempts to reach a partner that failed.",
         inside_->courier.deliveries_failed());
  metric("cosignatures_failed_total", "counter", "Attempts to reach an overseer that failed.",
         inside_->oversight.failures());
  metric("messages_refused_total", "counter", "Messages of partners that were refused.",
         inside_->budget.refused_total());
  metric("partners_work_seconds_total", "counter", "Processor time worked for partners' questions.",
         static_cast<double>(inside_->budget.work_ms_total()) / 1e3);
  out += events_total(inside_->journal);
  out += captures_by_month(*inside_);
  return out + histogram_of(now.waits);
}

}  // namespace puente::service
