// 1:N over people made of a directory's fingers: are as many strangers found as each candidate's expected_false says?
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "identify/identify.h"
#include "lab/evaluate/evaluate.h"
#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

constexpr int kFingersPerPersonMax = 10;

// impressions[i][person]: the person's fingers of impression i, in order of position; short where one failed.
using Impressions = std::vector<std::vector<std::vector<std::pair<Finger, const finger::Template*>>>>;

Impressions group(const SampleSet& set, int fingers_per_person) {
  std::vector<std::string> subjects;
  std::map<std::string, std::vector<const finger::Template*>> of_subject;
  for (std::size_t i = 0; i < set.database.samples.size(); ++i) {
    const std::string& subject = set.database.samples[i].subject;
    if (!of_subject.contains(subject)) subjects.push_back(subject);
    of_subject[subject].push_back(set.prepared[i] ? &set.templates[i] : nullptr);
  }
  Impressions impressions;
  const std::size_t people = subjects.size() / static_cast<std::size_t>(fingers_per_person);
  for (std::size_t person = 0; person < people; ++person) {
    for (int finger = 0; finger < fingers_per_person; ++finger) {
      const auto& samples = of_subject[subjects[person * static_cast<std::size_t>(fingers_per_person) + finger]];
      for (std::size_t i = 0; i < samples.size(); ++i) {
        if (impressions.size() <= i) impressions.resize(i + 1);
        impressions[i].resize(people);
        if (samples[i] == nullptr) continue;
        impressions[i][person].push_back({static_cast<Finger>(finger + 1), samples[i]});
      }
    }
  }
  return impressions;
}

std::string person_id(std::size_t person) {
  return fmt::format("{:06}", person);
}

}  // namespace

Result<Identification> evaluate_identification(const std::string& directory, int fingers_per_person,
                                               const Options& options) {
  CHECK(fingers_per_person >= 1 && fingers_per_person <= kFingersPerPersonMax);
  std::vector<SampleSet> sets;
  ASSIGN_OR_RETURN(SampleSet set, list_directory(directory, options));
  sets.push_back(std::move(set));
  extract_all(sets, options);
  const Impressions impressions = group(sets[0], fingers_per_person);
  if (impressions.size() < 2 || impressions[0].size() < 2) {
    return {Code::kInvalidInput, fmt::format("{}: want two people or more of {} fingers, with two impressions of each",
                                             directory, fingers_per_person)};
  }
  Identification found;
  found.fingers_per_person = fingers_per_person;
  found.people = static_cast<int>(impressions[0].size());
  for (const double expected : {0.01, 0.1, 1.0, 10.0}) found.calibration.push_back({expected, 0});
  identify::Gallery gallery;
  for (std::size_t person = 0; person < impressions[0].size(); ++person) {
    identify::Enrolled encounter{person_id(person), "E", {}, {}};
    for (const auto& [position, features] : impressions[0][person])
      encounter.prints.push_back(identify::make_print(position, *features));
    gallery.add({std::move(encounter)});
  }
  int mates = 0;
  for (std::size_t impression = 1; impression < impressions.size(); ++impression) {
    for (std::size_t person = 0; person < impressions[impression].size(); ++person) {
      std::vector<identify::Probe> probe;
      for (const auto& [position, features] : impressions[impression][person])
        probe.push_back(identify::make_probe(position, *features));
      const std::string mate = person_id(person);
      const auto candidates = gallery
                                  .search(probe, Scope::own(),
                                          {.candidates_max = 100'000,
                                           .expected_false_max = found.calibration.back().expected,
                                           .threads = options.threads})
                                  .candidates;
      for (const Candidate& candidate : candidates) {
        if (candidate.person_id == mate) continue;
        for (Calibration& point : found.calibration) point.observed += candidate.expected_false <= point.expected;
      }
      const double usual_max = identify::Limits().expected_false_max;
      mates += !candidates.empty() && candidates[0].person_id == mate && candidates[0].expected_false <= usual_max;
      ++found.searches;
      if (options.progress)
        options.progress("searches", static_cast<std::size_t>(found.searches),
                         (impressions.size() - 1) * impressions[0].size());
    }
  }
  for (Calibration& point : found.calibration) point.observed /= found.searches;
  found.misses = 1 - static_cast<double>(mates) / found.searches;
  return found;
}

}  // namespace puente::evaluate
