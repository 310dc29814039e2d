// A run's figures as a table and as JSON.
#include <fmt/format.h>

#include <cmath>

#include "lab/load/load.h"

namespace puente::load {
namespace {

double rounded_figure(double value) {
  return std::round(value * 100) / 100;
}

}  // namespace

std::string to_text(const Report& report) {
  std::string out = fmt::format("{} people, {} fingers; {} searchers; {} s a measurement; {} bytes a question\n",
                                report.people, report.fingers, report.searchers, report.seconds, report.question_bytes);
  out += fmt::format("{:<23} {:<9} {:>7} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "", "", "callers", "calls",
                     "a second", "median ms", "95 %", "99 %", "most", "processor");
  for (const Row& row : report.rows) {
    out += fmt::format("{:<23} {:<9} {:>7} {:>6} {:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f} {:>9.1f} {:>9}\n", row.phase,
                       row.what, row.callers, row.calls, row.per_second, row.median_ms, row.p95_ms, row.p99_ms,
                       row.max_ms, row.processor_ms > 0 ? fmt::format("{:.1f}", row.processor_ms) : "");
  }
  for (const Wait& wait : report.waits) {
    out += fmt::format("{:<33} {} waits for a turn at the store: {:.2f} ms on average, 99 % within {:g} ms\n",
                       wait.phase, wait.waits, wait.mean_ms, wait.p99_within_ms);
  }
  const FirstStage& stage = report.first_stage;
  out +=
      fmt::format("first stage of a search: {:.2f} ms for ourselves, {:.2f} ms for a partner, {:.2f} times as long\n",
                  stage.own_ms, stage.partner_ms, stage.ratio());
  return out;
}

Json to_json(const Report& report) {
  Json::Array rows;
  for (const Row& row : report.rows) {
    rows.push_back(Json::object({{"phase", row.phase},
                                 {"what", row.what},
                                 {"callers", row.callers},
                                 {"calls", row.calls},
                                 {"per_second", rounded_figure(row.per_second)},
                                 {"median_ms", rounded_figure(row.median_ms)},
                                 {"p95_ms", rounded_figure(row.p95_ms)},
                                 {"p99_ms", rounded_figure(row.p99_ms)},
                                 {"max_ms", rounded_figure(row.max_ms)},
                                 {"processor_ms", rounded_figure(row.processor_ms)}}));
  }
  Json::Array waits;
  for (const Wait& wait : report.waits) {
    waits.push_back(Json::object({{"phase", wait.phase},
                                  {"waits", wait.waits},
                                  {"mean_ms", rounded_figure(wait.mean_ms)},
                                  {"p99_within_ms", rounded_figure(wait.p99_within_ms)}}));
  }
  const FirstStage& stage = report.first_stage;
  return Json::object({{"people", report.people},
                       {"fingers", report.fingers},
                       {"searchers", report.searchers},
                       {"seconds", report.seconds},
                       {"question_bytes", report.question_bytes},
                       {"first_stage", Json::object({{"own_ms", rounded_figure(stage.own_ms)},
                                                     {"partner_ms", rounded_figure(stage.partner_ms)},
                                                     {"ratio", rounded_figure(stage.ratio())}})},
                       {"rows", Json(std::move(rows))},
                       {"waits", Json(std::move(waits))}});
}

}  // namespace puente::load
