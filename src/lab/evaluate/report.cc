#include <fmt/format.h>

#include <algorithm>
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

// A cell as RFC 4180 wants it.
std::string csv_text(std::string_view words) {
  if (words.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(words);
  std::string out = "\"";
  for (const char letter : words) out.append(letter == '"' ? 2 : 1, letter);
  return out + "\"";
}

Json to_json(const std::vector<Claim>& claims) {
  Json::Array out;
  for (const Claim& claim : claims) {
    out.push_back(Json::object({{"score", claim.score},
                                {"claimed_fmr", claim.claimed_fmr},
                                {"observed_fmr", claim.observed_fmr},
                                {"seen", claim.seen},
                                {"interval95", to_json(claim.interval)}}));
  }
  return Json(std::move(out));
}

Json to_json(const Database& database, bool intervals) {
  Json json = Json::object({{"name", database.name},
                            {"genuine", database.genuine},
                            {"impostor", database.impostor},
                            {"left_out", database.left_out},
                            {"left_aside", Json::strings(database.left_aside)},
                            {"images", database.samples.size()},
                            {"failures", database.failures},
                            {"calibration", to_json(database.claims)},
                            {"highest_impostor_score", database.highest}});
  if (database.rated()) set_rates(json, database.rates);
  if (database.rated() && intervals) set_interval(json, database.interval);
  return json;
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json::Array discards, worst;
  for (const Discard& discard : evaluation.discards)
    discards.push_back(Json::object({{"discarded", discard.discarded}, {"fnmr", discard.fnmr}}));
  for (const WorstPair& pair : evaluation.worst)
    worst.push_back(Json::object({{"kind", pair.genuine ? "genuine" : "impostor"},
                                  {"database", pair.database},
                                  {"a", pair.a},
                                  {"b", pair.b},
                                  {"score", pair.score},
                                  {"quality", Json::array({pair.quality_a, pair.quality_b})},
                                  {"cause", pair.cause}}));
  Json::Array databases;
  const bool intervals = evaluation.bootstrap_rounds > 0;
  for (const Database& database : evaluation.databases) databases.push_back(to_json(database, intervals));
  Json mean, pooled;
  if (evaluation.rated) {
    set_rates(mean, evaluation.mean);
    set_rates(pooled, evaluation.pooled);
    if (intervals) set_interval(mean, evaluation.mean_interval);
    if (intervals) set_interval(pooled, evaluation.pooled_interval);
  }
  return Json::object({{"databases", std::move(databases)},
                       {"mean", std::move(mean)},
                       {"pooled", std::move(pooled)},
                       {"calibration", to_json(evaluation.claims)},
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

std::string curve_csv(const Evaluation& evaluation) {
  std::string out = "database,threshold,fmr,false_matches,impostor,fnmr,misses,genuine\n";
  for (const Database& database : evaluation.databases) {
    std::vector<double> scores[2];  // of strangers, of mates
    for (const Comparison& comparison : database.comparisons) scores[comparison.genuine].push_back(comparison.score);
    for (std::vector<double>& each : scores) std::sort(each.begin(), each.end());
    const auto below = [&](int genuine, double threshold) {
      const std::vector<double>& each = scores[genuine];
      return std::lower_bound(each.begin(), each.end(), threshold) - each.begin();
    };
    const auto strangers = std::ssize(scores[0]), mates = std::ssize(scores[1]);
    const double top = std::max(scores[0].empty() ? 0 : scores[0].back(), scores[1].empty() ? 0 : scores[1].back());
    for (double threshold = 0; threshold <= top + 0.5; threshold += 0.5) {
      const auto matches = strangers - below(0, threshold), misses = below(1, threshold);
      const auto share = [](std::ptrdiff_t part, std::ptrdiff_t all) {
        return all > 0 ? fmt::format("{:.6g}", static_cast<double>(part) / static_cast<double>(all)) : "";
      };
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{}\n", csv_text(database.name), threshold,
                     share(matches, strangers), matches, strangers, share(misses, mates), misses, mates);
    }
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
