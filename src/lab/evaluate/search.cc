// How fast and how faithful the search of a large gallery is: filler by the million, and fingers whose mates are in it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/check.h"
#include "core/parallel.h"
#include "identify/identify.h"
#include "lab/evaluate/evaluate.h"
#include "lab/evaluate/sample_set.h"

namespace puente::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point started) {
  return std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

Finger position_of(int finger, int fingers_per_person) {
  return fingers_per_person == 1 ? Finger::kRightIndex : static_cast<Finger>(finger + 1);
}

std::string mate_id(std::size_t person) {
  return "mate-" + std::to_string(person);
}

struct Trial {  // one search
  double milliseconds = 0;
  double exact = 0;     // the mate's score, compared exactly
  bool kept = false;    // the mate is among those that the search compared exactly
  double stranger = 0;  // best score of another
  double expected_false_of_exact = 0;
  std::size_t compared = 0;
  identify::Stages stages;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// Bytes a second that so many threads read from memory, going once through more than any cache holds.
double read_bandwidth(int threads) {
  constexpr std::size_t kWords = std::size_t{64} << 20;  // 512 MB
  const std::vector<std::uint64_t> words(kWords, 1);
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    std::atomic<std::uint64_t> sum{0};
    const auto started = Clock::now();
    puente::in_parallel(threads, static_cast<std::size_t>(threads), [&](int, std::size_t share) {
      const std::size_t part = kWords / static_cast<std::size_t>(threads);
      const std::uint64_t* from = words.data() + part * share;
      std::uint64_t own = 0;
      for (std::size_t i = 0; i < part; ++i) own += from[i];
      sum += own;
    });
    CHECK(sum > 0);
    best = std::max(best, static_cast<double>(kWords * sizeof(std::uint64_t)) / milliseconds_since(started) * 1e3);
  }
  return best;
}

}  // namespace

Result<std::vector<MatedFinger>> mated_fingers(std::span<const std::string> directories, const Options& options) {
  std::vector<SampleSet> sets;
  for (const std::string& directory : directories) {
    ASSIGN_OR_RETURN(SampleSet set, list_directory(directory, options));
    sets.push_back(std::move(set));
  }
  extract_all(sets, options);
  std::vector<MatedFinger> out;
  for (SampleSet& set : sets) {
    std::string subject;
    for (std::size_t i = 0; i < set.paths.size(); ++i) {
      if (!set.prepared[i]) continue;
      const bool first = out.empty() || subject != set.database.samples[i].subject;
      subject = set.database.samples[i].subject;
      if (first) {
        out.push_back({std::move(set.templates[i]), {}});
      } else {
        out.back().probes.push_back(std::move(set.templates[i]));
      }
    }
  }
  std::erase_if(out, [](const MatedFinger& finger) { return finger.probes.empty(); });
  return out;
}

struct SearchBench::State {
  SearchBenchOptions options;
  Filler filler;
  std::vector<std::vector<MatedFinger>> mates;  // by person
  identify::Gallery gallery;
  std::size_t people = 0;

  State(std::vector<finger::Template> grown, SearchBenchOptions chosen)
      : options(std::move(chosen)), filler(std::move(grown), options.seed) {}

  std::vector<identify::Probe> probe(std::size_t person, std::size_t impression) const {
    std::vector<identify::Probe> out;
    for (std::size_t finger = 0; finger < mates[person].size(); ++finger) {
      const auto& probes = mates[person][finger].probes;
      if (impression < probes.size())
        out.push_back(identify::make_probe(position_of(static_cast<int>(finger), options.fingers_per_person),
                                           probes[impression]));
    }
    return out;
  }

  Trial search(std::size_t person, std::size_t impression) const {
    Trial trial;
    const auto started = Clock::now();
    const std::vector<identify::Probe> probes = probe(person, impression);
    const identify::Found found = gallery.search(
        probes, options.scope, {.candidates_max = 100'000, .expected_false_max = 1e300, .threads = options.threads});
    trial.milliseconds = milliseconds_since(started);
    trial.compared = found.compared;
    trial.stages = found.stages;
    for (const Candidate& candidate : found.candidates) {
      const bool mate = candidate.person_id == mate_id(person);
      trial.kept |= mate;
      if (!mate) trial.stranger = std::max(trial.stranger, candidate.score);
    }
    if (const auto exact = gallery.compare_person(probes, mate_id(person), Scope::own())) {
      trial.exact = exact->score;
      trial.expected_false_of_exact = exact->expected_false * static_cast<double>(trial.compared);
    }
    return trial;
  }

  std::vector<Trial> search_all(std::size_t searches_max) const {
    std::vector<Trial> trials;
    for (std::size_t impression = 0;; ++impression) {
      const std::size_t before = trials.size();
      for (std::size_t person = 0; person < mates.size() && trials.size() < searches_max; ++person) {
        if (impression >= mates[person][0].probes.size()) continue;
        trials.push_back(search(person, impression));
        if (options.progress) options.progress("searches", trials.size(), searches_max);
      }
      if (trials.size() == before) return trials;
    }
  }
};

SearchBench::SearchBench(std::vector<finger::Template> grown, const std::vector<MatedFinger>& mates,
                         SearchBenchOptions options)
    : state_(std::make_unique<State>(std::move(grown), std::move(options))) {
  const auto fingers = static_cast<std::size_t>(state_->options.fingers_per_person);
  for (std::size_t first = 0; first + fingers <= mates.size(); first += fingers) {
    const auto begin = mates.begin() + static_cast<std::ptrdiff_t>(first);
    state_->mates.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(fingers));
  }
  std::vector<identify::Enrolled> encounters;
  for (std::size_t person = 0; person < state_->mates.size(); ++person) {
    identify::Enrolled& encounter = encounters.emplace_back();
    encounter.person_id = mate_id(person);
    encounter.encounter_id = "E";
    for (std::size_t finger = 0; finger < fingers; ++finger)
      encounter.prints.push_back(identify::make_print(position_of(static_cast<int>(finger), static_cast<int>(fingers)),
                                                      state_->mates[person][finger].enrolled));
  }
  state_->gallery.add(std::move(encounters));
  state_->people = state_->mates.size();
}

SearchBench::~SearchBench() = default;

void SearchBench::grow_to(std::size_t people) {
  constexpr std::size_t kAtATime = 2048;
  State& s = *state_;
  const int fingers = s.options.fingers_per_person;
  Options options;
  options.threads = cores();
  while (s.people < people) {
    std::vector<identify::Enrolled> encounters(std::min(kAtATime, people - s.people));
    in_parallel(options.threads, encounters.size(), "gallery", options, [&](int, std::size_t item) {
      identify::Enrolled& encounter = encounters[item];
      const std::size_t number = s.people + item;
      encounter.person_id = std::to_string(number);
      encounter.encounter_id = "E";
      for (int finger = 0; finger < fingers; ++finger)
        encounter.prints.push_back(identify::make_print(
            position_of(finger, fingers),
            s.filler.make(number * static_cast<std::size_t>(fingers) + static_cast<std::size_t>(finger))));
    });
    s.people += encounters.size();
    s.gallery.add(std::move(encounters));
    if (s.options.progress) s.options.progress("gallery", s.people, people);
  }
}

SearchMeasured SearchBench::measure() const {
  const State& s = *state_;
  SearchMeasured out;
  const std::vector<Trial> trials = s.search_all(s.options.searches_max);
  CHECK(!trials.empty());
  out.fingers = s.gallery.prints();
  out.people = s.gallery.people();
  out.threads = s.options.threads;
  out.searches = static_cast<int>(trials.size());
  out.bytes_per_finger = static_cast<double>(s.gallery.memory_bytes()) / static_cast<double>(out.fingers);
  const auto median_of = [&](const auto& value) {
    std::vector<double> values;
    for (const Trial& trial : trials) values.push_back(value(trial));
    return median(values);
  };
  double total_ms = 0, streamed_bytes = 0, stream_ms = 0;
  std::vector<double> strangers;
  for (const Trial& trial : trials) {
    total_ms += trial.milliseconds;
    streamed_bytes += static_cast<double>(trial.stages.streamed_bytes);
    stream_ms += trial.stages.stream_ms;
    out.latency_ms_max = std::max(out.latency_ms_max, trial.milliseconds);
    strangers.push_back(trial.stranger);
  }
  out.latency_ms = median_of([](const Trial& trial) { return trial.milliseconds; });
  out.stream_ms = median_of([](const Trial& trial) { return trial.stages.stream_ms; });
  out.check_ms = median_of([](const Trial& trial) { return trial.stages.check_ms; });
  out.exact_ms = median_of([](const Trial& trial) { return trial.stages.exact_ms; });
  out.fingers_per_second = static_cast<double>(out.fingers) * out.searches / total_ms * 1e3;
  out.read_bytes_per_second = read_bandwidth(s.options.threads);
  out.bandwidth_share = streamed_bytes / stream_ms * 1e3 / out.read_bytes_per_second;

  // The lowest threshold that at most one search in a hundred passes with a stranger.
  std::sort(strangers.rbegin(), strangers.rend());
  out.threshold = strangers[static_cast<std::size_t>(0.01 * out.searches)];
  const auto share = [&](const auto& counts) {
    return static_cast<double>(std::count_if(trials.begin(), trials.end(), counts)) / out.searches;
  };
  out.misses = share([&](const Trial& t) { return t.exact <= out.threshold; });
  out.added_misses = share([&](const Trial& t) { return t.exact > out.threshold && !t.kept; });
  constexpr double kExpectedFalseMax = 0.01;
  out.misses_claimed = share([&](const Trial& t) { return t.expected_false_of_exact > kExpectedFalseMax; });
  out.added_misses_claimed =
      share([&](const Trial& t) { return t.expected_false_of_exact <= kExpectedFalseMax && !t.kept; });
  return out;
}

double SearchBench::slowed_by_changes(int changes_per_second) {
  State& s = *state_;
  const std::size_t searches = std::min<std::size_t>(40, s.options.searches_max);
  std::vector<double> calm, changing;
  const identify::Enrolled added{
      "change", "E", {}, {identify::make_print(Finger::kRightIndex, s.filler.make(~std::uint64_t{0}))}};
  for (const bool change : {false, true}) {
    std::atomic<bool> stop{false};
    std::jthread changer;
    if (change) {
      changer = std::jthread([&] {
        for (std::size_t i = 0; !stop; ++i) {
          if (i % 2 == 0) s.gallery.add({added});
          if (i % 2 == 1) s.gallery.remove_person("change");
          std::this_thread::sleep_for(std::chrono::microseconds(1'000'000 / changes_per_second));
        }
        s.gallery.remove_person("change");
      });
    }
    for (const Trial& trial : s.search_all(searches)) (change ? changing : calm).push_back(trial.milliseconds);
    stop = true;
  }
  return median(changing) / median(calm) - 1;
}

}  // namespace puente::evaluate
