#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "lab/evaluate/evaluate.h"

namespace puente::evaluate {
namespace {

double rounded(double value, double unit) {
  return std::round(value / unit) * unit;
}

void set_rates(Json& json, const Rates& rates) {
  json.set("eer", rates.eer);
  json.set("fnmr_at_fmr", Json::object({{"0.01", rates.fnmr_at_fmr_1_in_100}, {"0.001", rates.fnmr_at_fmr_1_in_1000}}));
  json.set("zero_fmr", rates.zero_fmr);
}

Json to_json(const Interval& interval) {
  return Json::array({interval.low, interval.high});
}

void set_interval(Json& json, const RatesInterval& interval) {
  json.set("interval95",
           Json::object({{"eer", to_json(interval.eer)},
                         {"fnmr_at_fmr", Json::object({{"0.01", to_json(interval.fnmr_at_fmr_1_in_100)},
                                                       {"0.001", to_json(interval.fnmr_at_fmr_1_in_1000)}})},
                         {"zero_fmr", to_json(interval.zero_fmr)}}));
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json::Array discards, claims, worst;
  for (const Discard& discard : evaluation.discards)
    discards.push_back(Json::object({{"discarded", discard.discarded}, {"fnmr", discard.fnmr}}));
  for (const Claim& claim : evaluation.claims)
    claims.push_back(Json::object(
        {{"score", claim.score}, {"claimed_fmr", claim.claimed_fmr}, {"observed_fmr", claim.observed_fmr}}));
  for (const WorstPair& pair : evaluation.worst)
    worst.push_back(Json::object({{"kind", pair.genuine ? "genuine" : "impostor"},
                                  {"database", pair.database},
                                  {"a", pair.a},
                                  {"b", pair.b},
                                  {"score", pair.score},
                                  {"quality", Json::array({pair.quality_a, pair.quality_b})},
                                  {"cause", pair.cause}}));
  Json::Array databases;
  for (const Database& database : evaluation.databases) {
    Json json = Json::object({{"name", database.name},
                              {"genuine", database.genuine},
                              {"impostor", database.impostor},
                              {"failures", database.failures}});
    set_rates(json, database.rates);
    if (evaluation.bootstrap_rounds > 0) set_interval(json, database.interval);
    databases.push_back(std::move(json));
  }
  Json mean, pooled;
  set_rates(mean, evaluation.mean);
  if (evaluation.bootstrap_rounds > 0) set_interval(mean, evaluation.mean_interval);
  set_rates(pooled, evaluation.pooled);
  if (evaluation.bootstrap_rounds > 0) set_interval(pooled, evaluation.pooled_interval);
  return Json::object({{"databases", std::move(databases)},
                       {"mean", std::move(mean)},
                       {"pooled", std::move(pooled)},
                       {"calibration", std::move(claims)},
                       {"error_versus_discard", std::move(discards)},
                       {"worst", std::move(worst)},
                       {"extract_ms_median", rounded(evaluation.extract_ms_median, 0.01)},
                       {"comparisons_per_second", std::round(evaluation.comparisons_per_second)}});
}

Json to_json(const Identification& identification) {
  Json::Array calibration;
  for (const Calibration& point : identification.calibration) {
    calibration.push_back(Json::object({{"expected_false", point.expected}, {"observed_false", point.observed}}));
  }
  return Json::object({{"fingers_per_person", identification.fingers_per_person},
                       {"people", identification.people},
                       {"searches", identification.searches},
                       {"misses", identification.misses},
                       {"calibration", std::move(calibration)}});
}

Json to_json(const std::vector<Strangers>& strangers) {
  Json::Array out;
  for (const Strangers& kind : strangers) {
    Json::Object above;
    for (const int score : {10, 20, 30, 40}) above.emplace(std::to_string(score), kind.share_at(score));
    out.push_back(Json::object({{"name", kind.name},
                                {"templates", kind.templates},
                                {"minutiae", rounded(kind.minutiae, 0.1)},
                                {"minutiae_deviation", rounded(kind.minutiae_deviation, 0.1)},
                                {"square_centimetres", rounded(kind.area, 0.01)},
                                {"minutiae_per_square_centimetre", rounded(kind.minutiae_per_area, 0.1)},
                                {"comparisons", kind.scores.size()},
                                {"fmr_at_score", std::move(above)}}));
  }
  return Json(std::move(out));
}

Json to_json(const SearchMeasured& m) {
  return Json::object({{"fingers", m.fingers},
                       {"people", m.people},
                       {"threads", m.threads},
                       {"searches", m.searches},
                       {"fingers_per_second", std::round(m.fingers_per_second)},
                       {"latency_ms", rounded(m.latency_ms, 0.01)},
                       {"latency_ms_max", rounded(m.latency_ms_max, 0.01)},
                       {"stream_ms", rounded(m.stream_ms, 0.01)},
                       {"check_ms", rounded(m.check_ms, 0.01)},
                       {"exact_ms", rounded(m.exact_ms, 0.01)},
                       {"bytes_per_finger", std::round(m.bytes_per_finger)},
                       {"threshold", rounded(m.threshold, 0.01)},
                       {"misses", rounded(m.misses, 1e-5)},
                       {"added_misses", rounded(m.added_misses, 1e-5)},
                       {"misses_claimed", rounded(m.misses_claimed, 1e-5)},
                       {"added_misses_claimed", rounded(m.added_misses_claimed, 1e-5)},
                       {"read_bytes_per_second", std::round(m.read_bytes_per_second)},
                       {"bandwidth_share", rounded(m.bandwidth_share, 1e-4)}});
}

std::string worst_text(const Evaluation& evaluation) {
  std::string out;
  const char* heading = "";
  for (const WorstPair& pair : evaluation.worst) {
    const char* wanted = pair.genuine ? "lowest genuine scores" : "highest impostor scores";
    if (std::string_view(heading) != wanted) fmt::format_to(std::back_inserter(out), "{}\n", heading = wanted);
    fmt::format_to(std::back_inserter(out), "  {} {:>6} {:>6} {:5.1f}  quality {:3} {:3}  {}\n", pair.database, pair.a,
                   pair.b, pair.score, pair.quality_a, pair.quality_b, pair.cause);
  }
  return out;
}

std::string scores_text(const Evaluation& evaluation) {
  std::string out;
  for (const Database& database : evaluation.databases) {
    for (const Comparison& comparison : database.comparisons) {
      fmt::format_to(std::back_inserter(out), "{} {} {} {} {:.6g}\n", comparison.genuine ? "genuine" : "impostor",
                     database.name, database.samples[comparison.a].stem, database.samples[comparison.b].stem,
                     comparison.score);
    }
  }
  return out;
}

}  // namespace puente::evaluate
