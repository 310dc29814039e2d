// How well identify's rules tell whose fingers are given under an id.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "core/mutex.h"
#include "core/parallel.h"
#include "identify/identify.h"
#include "lab/evaluate/evaluate.h"
#include "lab/synth/synth.h"

namespace puente::evaluate {
namespace {

constexpr int kFingers = 10, kLater = 2;  // captures after the first
// What a later capture has: the right index; both; thumbs too; all.
constexpr std::array<int, 4> kCaptured = {1, 2, 4, 10};
constexpr std::array<Finger, kFingers> kOrder = {
    Finger::kRightIndex, Finger::kLeftIndex, Finger::kRightThumb, Finger::kLeftThumb,   Finger::kRightMiddle,
    Finger::kLeftMiddle, Finger::kRightRing, Finger::kLeftRing,   Finger::kRightLittle, Finger::kLeftLittle};

struct IdentityTally {
  std::size_t hits = 0, all = 0;
  void add(bool hit) { hits += hit, ++all; }
};

using Capture = std::vector<std::pair<Finger, finger::Template>>;  // in kOrder, those that gave a template
struct Person {
  std::array<Capture, 1 + kLater> captures;
};

Person grow(const IdentityStudy& study, std::uint32_t number) {
  synth::CaptureOptions options;
  options.difficulty = study.difficulty;
  Person out;
  for (const Finger position : kOrder) {
    const synth::GrownFinger grown = synth::grow_finger(study.seed, number, position);
    for (std::uint32_t i = 0; i < out.captures.size(); ++i) {
      auto extraction = finger::extract(synth::capture(grown, i, options));
      if (extraction.ok()) out.captures[i].emplace_back(position, std::move(extraction->features));
    }
  }
  return out;
}

std::vector<identify::Probe> probe_of(const Capture& capture, int fingers) {
  std::vector<identify::Probe> out;
  for (const auto& [position, features] : capture)
    if (static_cast<int>(out.size()) < fingers) out.push_back(identify::make_probe(position, features));
  return out;
}

std::string id_of(std::size_t number) {
  return "p" + std::to_string(number);
}

void enrol(const std::vector<Person>& people, identify::Gallery& gallery) {
  std::vector<identify::Enrolled> all;
  for (std::size_t i = 0; i < people.size(); ++i) {
    identify::Enrolled enrolled{id_of(i), "e", {}, {}};
    for (const auto& [position, features] : people[i].captures[0])
      enrolled.prints.push_back(identify::make_print(position, features));
    all.push_back(std::move(enrolled));
  }
  gallery.add(std::move(all));
}

struct Refusals {
  std::array<IdentityTally, kCaptured.size()> own, others;  // the own refused; another's taken
};

Refusals of_person(const IdentityStudy& study, const std::vector<Person>& people, const identify::Gallery& gallery,
                   std::size_t number) {
  Refusals out;
  for (std::size_t set = 0; set < kCaptured.size(); ++set) {
    for (int later = 1; later <= kLater; ++later) {
      const auto probe = probe_of(people[number].captures[static_cast<std::size_t>(later)], kCaptured[set]);
      if (probe.empty()) continue;
      for (std::size_t other = 0; other < people.size(); ++other) {
        const auto compared = gallery.compare_person(probe, id_of(other), Scope::own());
        const bool refused = !compared || identify::is_of_another(compared->scores, study.false_match_rate_max);
        if (other == number) out.own[set].add(refused);
        if (other != number && later == 1) out.others[set].add(!refused);
      }
    }
  }
  return out;
}

struct Contradictions {
  IdentityTally in_order, swapped, twice;
};

// Ten fingers with all of them once more, as cards have them; the same with two of them exchanged; and one of them
// once more under another's name.
void judge(const Person& person, Contradictions& out) {
  std::vector<identify::Probe> prints = probe_of(person.captures[0], kFingers);
  const std::vector<identify::Probe> again = probe_of(person.captures[1], kFingers);
  if (prints.size() < 2 || again.size() < 2) return;
  std::vector<identify::Probe> twice = prints;
  twice.back() = again.front();
  twice.back().finger = prints.back().finger;
  out.twice.add(identify::contradict(twice));
  prints.insert(prints.end(), again.begin(), again.end());
  out.in_order.add(identify::contradict(prints));
  std::swap(prints[prints.size() - 1].finger, prints[prints.size() - 2].finger);
  out.swapped.add(identify::contradict(prints));
}

}  // namespace

IdentityMeasured evaluate_identity(const IdentityStudy& study) {
  std::vector<Person> people(study.people);
  std::vector<Refusals> refusals(study.people);
  std::vector<Contradictions> contradictions(study.people);
  Mutex mutex;
  std::size_t done = 0;
  const auto report = [&](const char* what) {
    const MutexLock lock(mutex);
    ++done;
    if (study.progress) study.progress(what, done, people.size());
  };
  puente::in_parallel(study.threads, people.size(), [&](int, std::size_t i) {
    people[i] = grow(study, static_cast<std::uint32_t>(i));
    report("synthetic people");
  });
  identify::Gallery gallery;
  enrol(people, gallery);
  done = 0;
  puente::in_parallel(study.threads, people.size(), [&](int, std::size_t i) {
    refusals[i] = of_person(study, people, gallery, i);
    judge(people[i], contradictions[i]);
    report("captures under ids");
  });

  IdentityMeasured out{study.people, {}};
  const auto line = [&](std::string name, std::string words, auto tally_of, const auto& all) {
    IdentityTally sum;
    for (const auto& each : all) sum.hits += tally_of(each).hits, sum.all += tally_of(each).all;
    out.lines.push_back({std::move(name), std::move(words), sum.hits, sum.all});
  };
  for (std::size_t set = 0; set < kCaptured.size(); ++set) {
    const std::string count = std::to_string(kCaptured[set]);
    line(
        "own_refused_" + count, "own captures of " + count + " fingers refused",
        [set](const Refusals& each) { return each.own[set]; }, refusals);
    line(
        "other_taken_" + count, "others' captures of " + count + " fingers taken",
        [set](const Refusals& each) { return each.others[set]; }, refusals);
  }
  line(
      "in_order", "cards of ten fingers twice, in order, said to contradict themselves",
      [](const Contradictions& each) { return each.in_order; }, contradictions);
  line(
      "swapped", "the same with two fingers exchanged, noticed",
      [](const Contradictions& each) { return each.swapped; }, contradictions);
  line(
      "twice", "ten fingers, one of them given for another, noticed",
      [](const Contradictions& each) { return each.twice; }, contradictions);
  return out;
}

Json to_json(const IdentityMeasured& measured) {
  Json json = Json::object({{"people", static_cast<std::int64_t>(measured.people)}});
  for (const IdentityMeasured::Line& line : measured.lines)
    json.set(line.name, Json::object({{"hits", line.hits}, {"of", line.of}}));
  return json;
}

std::string to_text(const IdentityMeasured& measured) {
  std::string out;
  for (const IdentityMeasured::Line& line : measured.lines) {
    const double percent = line.of > 0 ? 100.0 * static_cast<double>(line.hits) / static_cast<double>(line.of) : 0;
    fmt::format_to(std::back_inserter(out), "{:<68} {:7.3f} %  {} of {}\n", line.words, percent, line.hits, line.of);
  }
  return out;
}

}  // namespace puente::evaluate
