#include "lab/load/load.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "core/mutex.h"
#include "core/parallel.h"
#include "lab/load/people.h"
#include "lab/load/world.h"

namespace puente::load {
namespace {

using std::chrono::steady_clock;

constexpr const char* kAlone = "alone";
constexpr std::chrono::milliseconds kCommitRest{5};
constexpr std::uint32_t kCardsPerson = 1'000'000;  // none of the others
const Caller kOfficer{"load.officer", Role::kOfficer};
constexpr std::int64_t kFarOff = std::int64_t{1} << 50;  // the end of its certificate
const Caller kExaminer{"load.examiner", Role::kExaminer, false, kFarOff};

double milliseconds_since(steady_clock::time_point started) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - started).count();
}

using Turn = std::function<Result<Took>()>;  // one call

struct Worker {  // a thread that calls again and again
  std::string what;
  Turn turn;
  std::chrono::milliseconds rest{0};
};

double at_share(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return at_share(values, 0.5);
}

Row row_of(const std::string& phase, const std::string& what, int callers, const std::vector<Took>& took) {
  std::vector<double> took_ms, worked_ms;
  for (const Took& each : took) {
    took_ms.push_back(each.ms);
    worked_ms.push_back(each.processor_ms);
  }
  std::sort(took_ms.begin(), took_ms.end());
  double sum_ms = 0;
  for (const double each : took_ms) sum_ms += each;
  Row row{.phase = phase, .what = what, .callers = callers, .calls = took_ms.size()};
  row.per_second = callers * static_cast<double>(row.calls) / sum_ms * 1e3;
  row.median_ms = at_share(took_ms, 0.5);
  row.p95_ms = at_share(took_ms, 0.95);
  row.p99_ms = at_share(took_ms, 0.99);
  row.max_ms = took_ms.back();
  if (phase == kAlone) row.processor_ms = median(std::move(worked_ms));
  return row;
}

// All workers at once for so long, each at least once; a row for each kind of them.
Result<std::vector<Row>> side_by_side(const std::string& phase, const std::vector<Worker>& workers, double seconds) {
  std::vector<std::vector<Took>> took(workers.size());
  std::vector<Status> ended(workers.size());
  std::atomic<bool> stop{false};
  const auto started = steady_clock::now();
  const auto work = [&](std::size_t i) {
    do {
      const Result<Took> call = workers[i].turn();
      if (!call.ok()) {
        ended[i] = call.error();
        stop = true;
        return;
      }
      took[i].push_back(*call);
      std::this_thread::sleep_for(workers[i].rest);
    } while (!stop && milliseconds_since(started) < 1e3 * seconds);
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < workers.size(); ++i) threads.emplace_back(work, i);
  }
  for (const Status& each : ended) TRY(each);
  std::map<std::string, std::pair<int, std::vector<Took>>> kinds;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    auto& [callers, all] = kinds[workers[i].what];
    ++callers;
    all.insert(all.end(), took[i].begin(), took[i].end());
  }
  std::vector<Row> rows;
  for (const auto& [what, kind] : kinds) rows.push_back(row_of(phase, what, kind.first, kind.second));
  return rows;
}

// The calls that are measured. Who is asked about is a stranger but for the first one, who is enrolled.
class Calls {
 public:
  Calls(World& world, std::vector<Captured> asked_about, std::vector<Captured> enrolled, std::size_t people)
      : world_(world), asked_about_(std::move(asked_about)), enrolled_(std::move(enrolled)), people_(people) {}

  Status enrol_the_known_one() {
    TRY(enrol(asked_about_.front()));
    return {};
  }
  // Somebody with a card of rolled prints is known, and a partner asks about them: a case to look at.
  Status put_a_card_before_the_examiner(int fingers) {
    ASSIGN_OR_RETURN(const Captured known, capture_card(kCardsPerson, 1, fingers));
    ASSIGN_OR_RETURN(const Captured found, capture_card(kCardsPerson, 2, fingers));
    TRY(enrol(known));
    TRY(question(*world_.asking.front(), found));
    ASSIGN_OR_RETURN(const service::CasePage page, node().cases(kExaminer));
    if (page.cases.empty()) return Error{Code::kInternal, "the person of the card was not found"};
    case_id_ = page.cases.front().case_id;
    return lock_probe();
  }
  // Or a look would be at the question's prints alone. That none is of value is as good as marks.
  Status lock_probe() {
    ASSIGN_OR_RETURN(const service::CaseView view, node().view_case(kExaminer, case_id_));
    for (std::size_t pair = 0; pair < view.exhibit.pairs.size(); ++pair)
      TRY(node().case_picture(kExaminer, case_id_, pair, service::PictureKind::kProbe));
    TRY(node().lock_probe(kExaminer, case_id_, std::vector<std::vector<Mark>>(view.exhibit.pairs.size())));
    return {};
  }
  Worker enroller() {
    return {"enrol", [this] { return enrol(enrolled_[next_++ % enrolled_.size()]); }};
  }
  Worker searcher() {
    return {"identify", [this] { return identify(); }};
  }
  Worker questioner(std::size_t asking) {
    return {"question", [this, asking] { return question(*world_.asking[asking], anybody()); }};
  }
  Worker viewer() {
    return {"view", [this] { return view(); }};
  }
  Worker committer() {
    return {"commit", [this] { return commit(); }, kCommitRest};
  }
  std::size_t question_bytes() const { return question_bytes_; }
  WaitStats waits() const { return world_.asked.node->health().waits; }

 private:
  service::Node& node() { return *world_.asked.node; }
  const Captured& anybody() { return asked_about_[next_++ % asked_about_.size()]; }

  Result<Took> enrol(const Captured& person) {
    service::EnrolRequest request;
    request.samples = person.samples;
    request.enrol_if_known = true;  // each time one more person
    const Stopwatch stopwatch;
    const Result<service::EnrolAnswer> answer = node().enrol(kOfficer, std::move(request));
    const Took took = stopwatch.took();
    if (!answer.ok()) return answer.error();
    return took;
  }

  Result<Took> identify() {
    const Captured& person = anybody();
    const Stopwatch stopwatch;
    const Result<service::IdentifyAnswer> answer = node().identify(kOfficer, person.samples, {"LOAD-1"});
    const Took took = stopwatch.took();
    if (!answer.ok()) return answer.error();
    return took;
  }

  // Asked by a whole node; only what the asked one takes to receive it counts.
  Result<Took> question(Country& asking, const Captured& person) {
    service::AskRequest request;
    request.partner = world_.asked.name;
    request.case_reference = "LOAD-1";
    request.grounds.legal_basis = "a measurement";
    request.samples = person.samples;
    ASSIGN_OR_RETURN(const Question asked, asking.node->ask(kOfficer, std::move(request)));
    asking.node->work();
    ASSIGN_OR_RETURN(const Question answered, asking.node->question(kOfficer, asked.exchange_id));
    if (answered.state != QuestionState::kNoHit && answered.state != QuestionState::kHit)
      return Error{Code::kInternal, std::string("a question was not answered: it is ") + to_string(answered.state)};
    question_bytes_ = asking.line.bytes();
    return asking.line.received();
  }

  Result<Took> commit() {
    const std::string person_id = person_at(next_++ % people_);
    const Stopwatch stopwatch;
    const Result<Encounter> encounter = node().read_encounter(kOfficer, person_id, kEncounterId);
    const Took took = stopwatch.took();
    if (!encounter.ok()) return encounter.error();
    return took;
  }

  Result<Took> view() {
    const Stopwatch stopwatch;
    const Result<service::CaseView> seen = node().view_case(kExaminer, case_id_);
    const Took took = stopwatch.took();
    if (!seen.ok()) return seen.error();
    return took;
  }

  World& world_;
  const std::vector<Captured> asked_about_, enrolled_;
  const std::size_t people_;
  std::string case_id_;  // of the card
  std::atomic<std::size_t> next_{0}, question_bytes_{0};
};

Status measure(Calls& calls, const Options& options, Report& report) {
  int done = 0;
  const auto phase = [&](const std::string& name, std::vector<Worker> workers, const std::string& kept) -> Status {
    const WaitStats before = calls.waits();
    ASSIGN_OR_RETURN(std::vector<Row> rows, side_by_side(name, workers, options.seconds));
    const WaitStats waits = calls.waits().since(before);
    if (workers.size() > 1)
      report.waits.push_back(
          {kept.empty() ? name : name + ": " + kept, waits.count, waits.mean_ms(), waits.bound_ms(0.99)});
    for (Row& row : rows)
      if (kept.empty() || row.what == kept) report.rows.push_back(std::move(row));
    if (options.progress)
      options.progress("measurements", static_cast<std::size_t>(++done), options.questions_alone ? 2 : 7);
    return {};
  };
  const auto beside = [&](Worker worker) {
    std::vector<Worker> workers(static_cast<std::size_t>(options.searchers), calls.searcher());
    workers.push_back(std::move(worker));
    return workers;
  };
  if (!options.questions_alone) TRY(phase(kAlone, {calls.enroller()}, ""));
  TRY(phase(kAlone, {calls.questioner(0)}, ""));
  if (options.questions_alone) return phase("beside searches", beside(calls.questioner(0)), "question");
  TRY(phase(kAlone, {calls.committer()}, ""));
  TRY(phase(kAlone, {calls.viewer()}, ""));
  TRY(phase("beside searches", beside(calls.enroller()), "enrol"));
  TRY(phase("beside searches", beside(calls.questioner(0)), "question"));
  std::vector<Worker> all = {calls.committer()};
  for (int i = 0; i < options.searchers; ++i)
    all.push_back(i % 2 == 0 ? calls.searcher() : calls.questioner(static_cast<std::size_t>(i / 2)));
  return phase("searches and questions", std::move(all), "");
}

// Own and partner's searches in turn, so that what else the machine does touches both.
FirstStage first_stage(const identify::Gallery& gallery, const std::string& partner,
                       const std::vector<Captured>& asked_about, double seconds) {
  std::vector<double> own_ms, partner_ms;
  const auto started = steady_clock::now();
  do {
    const Captured& person = asked_about[own_ms.size() % asked_about.size()];
    const std::vector<identify::Probe> probe = {identify::make_probe(Finger::kRightIndex, person.features[0]),
                                                identify::make_probe(Finger::kLeftIndex, person.features[1])};
    own_ms.push_back(gallery.search(probe, Scope::own(), {}).stages.stream_ms);
    partner_ms.push_back(gallery.search(probe, Scope::partner(partner), {}).stages.stream_ms);
  } while (milliseconds_since(started) < 1e3 * seconds);
  return {median(std::move(own_ms)), median(std::move(partner_ms))};
}

Result<std::vector<Captured>> capture_people(const Options& options, std::size_t count) {
  std::vector<Captured> out(count);
  std::vector<Status> ended(count);
  Mutex mutex;
  std::size_t done = 0;
  in_parallel(cores(), count, [&](int, std::size_t i) {
    Result<Captured> captured = capture_person(static_cast<std::uint32_t>(i), 1);
    if (captured.ok()) {
      out[i] = *std::move(captured);
    } else {
      ended[i] = captured.error();
    }
    const MutexLock lock(mutex);
    if (options.progress) options.progress("synthetic people", ++done, count);
  });
  for (const Status& each : ended) TRY(each);
  return out;
}

}  // namespace

Result<Report> run(const Options& options) {
  CHECK(options.people > 0 && options.grown >= 2 && options.searchers >= 2);
  // Who is enrolled while it is measured is nobody of the gallery's and new each time, while there are any: of a hand
  // that is here under a hundred ids all hundred are looked for.
  const double needed = options.questions_alone ? 0 : 24 * options.seconds;
  const auto newcomers = static_cast<std::size_t>(std::clamp(needed, 2.0, 240.0));
  ASSIGN_OR_RETURN(std::vector<Captured> grown,
                   capture_people(options, static_cast<std::size_t>(options.grown) + newcomers));
  std::vector<Captured> asked_about(grown.begin(), grown.begin() + options.grown / 2);
  const std::vector<Captured> bent(grown.begin() + options.grown / 2, grown.begin() + options.grown);
  std::vector<Captured> enrolled(grown.begin() + options.grown, grown.end());
  ASSIGN_OR_RETURN(const std::unique_ptr<World> world, make_world(options.searchers / 2));

  Report report;
  report.people = options.people;
  report.fingers = options.people * static_cast<std::size_t>(options.fingers_per_person);
  report.searchers = options.searchers;
  report.seconds = options.seconds;
  {
    std::vector<finger::Template> templates;
    for (const Captured& each : bent) templates.insert(templates.end(), each.features.begin(), each.features.end());
    identify::Gallery gallery;  // the node fills one of its own
    ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, new_store(*world, world->asked));
    TRY(fill(*world, *store, gallery, std::move(templates), options));
    report.first_stage = first_stage(gallery, world->asking.front()->name, asked_about, options.seconds);
  }
  TRY(open_nodes(*world));
  Calls calls(*world, std::move(asked_about), std::move(enrolled), options.people);
  TRY(calls.enrol_the_known_one());
  TRY(calls.put_a_card_before_the_examiner(options.card_fingers));
  TRY(measure(calls, options, report));
  report.question_bytes = calls.question_bytes();
  return report;
}

}  // namespace puente::load
