// Searches that outlive the request for them: put down durably, done in the background, their answers kept sealed for
// who asked; a callback is told that it is done, never what was found.
#include <spdlog/spdlog.h>

#include <limits>

#include "core/limits.h"
#include "service/search.h"
#include "service/watchlist.h"

namespace puente::service {
namespace {

constexpr std::int64_t kTaskKeptMs = kDayMs;
constexpr const char* kIdentify = "identify";  // of before: its request is samples alone
constexpr const char* kIdentifyForAFile = "identify for a file";
constexpr const char* kCallbackPath = "/tasks";

Json place_json(Place place) {
  return Json::array({static_cast<int>(place.modality), int{place.code}});
}

Result<Place> read_place(const Json& json) {
  const Json::Array* pair = json.as_array();
  if (pair != nullptr && pair->size() == 2) {
    const auto modality = (*pair)[0].as_integer(), code = (*pair)[1].as_integer();
    if (modality && code) {
      if (const auto place = checked_place(static_cast<int>(*modality), static_cast<int>(*code))) return *place;
    }
  }
  return Error{Code::kCorrupt, "a task's answer names no place on a body"};
}

// What waits, sealed under the task's key.
struct Request {
  Why why;
  Bytes samples;
};
Bytes request_bytes(const Request& request) {
  const Why& why = request.why;
  return ByteWriter().counted(view(why.case_reference)).counted(view(why.reasons)).counted(request.samples).take();
}
Result<Request> read_request(const store::Task& task) {
  if (task.kind == kIdentify) return Request{{}, task.request};
  ByteReader in(task.request);
  Request out;
  for (std::string* words : {&out.why.case_reference, &out.why.reasons}) *words = text(in.counted());
  const ByteView samples = in.counted();
  out.samples.assign(samples.begin(), samples.end());
  if (in.done()) return out;
  return Error{Code::kCorrupt, "a task's request is damaged"};
}

// As it rests, sealed likewise.
Bytes answer_bytes(const IdentifyAnswer& answer) {
  Json::Array candidates, quality;
  for (const Candidate& each : answer.candidates) {
    Json::Array scores;
    for (const PlaceScore& score : each.scores) {
      scores.push_back(Json::object({{"probe", place_json(score.probe)},
                                     {"reference", place_json(score.reference)},
                                     {"score", score.score},
                                     {"repeated", score.repeated}}));
    }
    candidates.push_back(Json::object({{"person_id", each.person_id},
                                       {"encounter_id", each.encounter_id},
                                       {"score", each.score},
                                       {"expected_false", each.expected_false},
                                       {"scores", Json(std::move(scores))}}));
  }
  for (const SampleQuality& each : answer.quality) {
    quality.push_back(Json::object(
        {{"position", to_string(each.position)}, {"score", each.score}, {"reasons", Json::strings(each.reasons)}}));
  }
  return to_bytes(canonical(Json::object({{"candidates", Json(std::move(candidates))},
                                          {"left_out", Json::strings(answer.left_out)},
                                          {"remarks", Json::strings(answer.remarks)},
                                          {"quality", Json(std::move(quality))},
                                          {"index", static_cast<std::size_t>(answer.receipt.index)},
                                          {"size", static_cast<std::size_t>(answer.receipt.size)}})));
}

Result<Candidate> read_candidate(const Json& json) {
  JsonReader reader(json, "a task's candidate");
  Candidate out;
  out.person_id = reader.string("person_id");
  out.encounter_id = reader.string("encounter_id");
  out.score = reader.number_or("score", 0);
  out.expected_false = reader.number_or("expected_false", 0);
  for (const Json& each : reader.array("scores")) {
    JsonReader score(each, "a task's score");
    PlaceScore& one = out.scores.emplace_back();
    ASSIGN_OR_RETURN(one.probe, read_place(score.any("probe")));
    ASSIGN_OR_RETURN(one.reference, read_place(score.any("reference")));
    one.score = score.number_or("score", 0);
    one.repeated = score.boolean_or("repeated", false);
    TRY(score.finish());
  }
  TRY(reader.finish());
  return out;
}

Result<IdentifyAnswer> read_answer(ByteView bytes) {
  ASSIGN_OR_RETURN(const Json json, parse_json(text(bytes)));
  JsonReader reader(json, "a task's answer");
  IdentifyAnswer out;
  for (const Json& each : reader.array("candidates")) {
    ASSIGN_OR_RETURN(out.candidates.emplace_back(), read_candidate(each));
  }
  for (const Json& each : reader.array("quality")) {
    JsonReader of_sample(each, "a task's quality");
    SampleQuality& quality = out.quality.emplace_back();
    ASSIGN_OR_RETURN(quality.position, parse_finger_capture(of_sample.string("position")));
    quality.score = static_cast<int>(of_sample.integer("score", 0, 100));
    quality.reasons = of_sample.strings("reasons");
    TRY(of_sample.finish());
  }
  if (!reader.any_or_null("left_out").is_null()) out.left_out = reader.strings("left_out");  // older ones have none
  if (!reader.any_or_null("remarks").is_null()) out.remarks = reader.strings("remarks");
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  out.receipt.index = static_cast<std::uint64_t>(reader.integer("index", 0, kMost));
  out.receipt.size = static_cast<std::uint64_t>(reader.integer("size", 0, kMost));
  TRY(reader.finish());
  return out;
}

Result<TaskView> view_of(const store::Task& task) {
  TaskView out{task.task_id, task.state, task.created_ms, task.expires_ms, {}, ""};
  if (task.state == TaskState::kFailed) out.failure = text(task.result);
  if (task.state == TaskState::kDone) {
    ASSIGN_OR_RETURN(out.answer, read_answer(task.result));
  }
  return out;
}

Status tell_callback(const Node::Inside& in, store::Transaction& transaction, const store::Task& task) {
  if (task.callback.empty()) return {};
  store::OutboxItem item;
  item.id = task.task_id;
  item.peer = task.callback;
  item.kind = "callback";
  item.payload = to_bytes(canonical(Json::object({{"task_id", task.task_id}, {"state", to_string(task.state)}})));
  item.created_ms = item.next_try_ms = in.now_ms();
  item.expires_ms = task.expires_ms;
  const Status queued = transaction.enqueue(item);
  if (queued.ok() || queued.error().code != Code::kQuotaExceeded) return queued;
  spdlog::warn("{} is told no more of tasks that end: {}", task.callback, queued.error().message);
  return {};  // its answer can be fetched; the task itself ends in any case
}

Result<OwnSearch> search_for(const Node::Inside& in, const store::Task& task) {
  ASSIGN_OR_RETURN(const Request request, read_request(task));
  ASSIGN_OR_RETURN(std::vector<Sample> samples, intake::decode_samples(request.samples));
  return search_own(in, std::move(samples));
}

// The request goes with the answer: what is not needed is not kept. Its words are read once more, of whom they named
// may have been erased meanwhile.
Status end(Node::Inside& in, const store::Task& waiting) {
  Result<OwnSearch> searched = search_for(in, waiting);
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(store::Task task, in.store->task(waiting.task_id));
  const Result<Request> request = read_request(task);
  task.request.clear();
  if (!searched.ok() || !request.ok()) {
    task.state = TaskState::kFailed;
    task.result = to_bytes((searched.ok() ? request.error() : searched.error()).message);
    TRY(transaction->update_task(task));
    TRY(tell_callback(in, *transaction, task));
    return transaction->commit(store::Housekeeping::kTask);
  }
  task.state = TaskState::kDone;
  leave_out_erased(in, *searched);
  const Why& why = request->why;
  TRY(note_met(in, *transaction, ids_of(searched->answer.candidates), {MetHow::kIdentified, why.case_reference}));
  std::vector<Written> entries;
  if (task.kind == kIdentifyForAFile) {
    say_why(searched->details, why);
    TRY(watch_file(in, *transaction, task.requester, why, searched->people(), entries));
  }
  entries.push_back(
      {in.journal.entry(Event::kIdentified, task.requester, searched->subject()), std::move(searched->details)});
  searched->answer.receipt = in.journal.receipt_of(entries.size());
  task.result = answer_bytes(searched->answer);
  TRY(transaction->update_task(task));
  TRY(tell_callback(in, *transaction, task));
  const auto logged = in.journal.commit(*transaction, std::move(entries));
  return logged.ok() ? Status() : Status(logged.error());
}

}  // namespace

Result<TaskView> Node::identify_later(const Caller& caller, const std::vector<Sample>& samples, const Why& why,
                                      const std::string& callback, const Once<TaskView>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kIdentify));
  if (why.urgent) return Error{Code::kInvalidInput, "what is urgent is searched for now, not later"};
  TRY(may_search(in, caller, Action::kIdentify, why));
  if (!callback.empty() && !in.config.callbacks.contains(callback))
    return Error{Code::kInvalidInput, "callback: a name that this node's operator has given"};
  ASSIGN_OR_RETURN(const intake::Taken taken, intake::take_in(samples, intake::Depth::kOpened));
  store::Task task;
  task.task_id = in.seams.random.id("t-");
  task.kind = kIdentifyForAFile;
  task.requester = caller.user;
  task.created_ms = in.now_ms();
  task.expires_ms = task.created_ms + kTaskKeptMs;
  task.callback = callback;
  task.request = request_bytes({why, intake::encode_samples(taken.encounter.samples)});
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(TaskView waiting, view_of(task));
  TRY(transaction->put_task(task));
  TRY(keep(in, *transaction, once, waiting));
  TRY(transaction->commit(store::Housekeeping::kTask));  // the search itself is logged when it is done
  in.courier.wake();
  return waiting;
}

Result<TaskView> Node::task(const Caller& caller, const std::string& task_id) {
  TRY(authorise(caller, Action::kIdentify));
  ASSIGN_OR_RETURN(const store::Task task, inside_->store->task(task_id));
  if (task.requester != caller.user) return Error{Code::kNotFound, "there is no such task of yours"};
  return view_of(task);
}

// The reasons of a search that has not been made yet.
static Status blank_words(store::Transaction& transaction, store::Task task, const Named& person, std::size_t& rows) {
  Result<Request> request = read_request(task);
  if (!request.ok() || !blank(request->why.reasons, person)) return {};
  task.request = request_bytes(*request);
  ++rows;
  return transaction.update_task(task);
}

Status erase_from_tasks(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                        const Named& person, std::size_t& rows) {
  constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
  ASSIGN_OR_RETURN(const std::vector<std::string> all, in.store->tasks_past(kEver, limits::kTasksMax));
  for (const std::string& task_id : all) {
    Result<store::Task> task = in.store->task(task_id);
    if (!task.ok()) continue;
    if (task->state == TaskState::kWaiting) TRY(blank_words(transaction, *task, person, rows));
    if (task->state != TaskState::kDone) continue;
    Result<IdentifyAnswer> answer = read_answer(task->result);
    if (!answer.ok()) continue;
    if (std::erase_if(answer->candidates, [&](const auto& each) { return each.person_id == person_id; }) == 0) continue;
    task->result = answer_bytes(*answer);
    TRY(transaction.update_task(*task));
    ++rows;
  }
  return {};
}

// One request in memory at a time; one that cannot be read stands in nobody's way.
void do_tasks(Node::Inside& in) {
  const auto waiting = in.store->tasks_waiting(limits::kTasksMax);
  if (!waiting.ok()) return spdlog::error("tasks cannot be read: {}", waiting.error().message);
  for (const std::string& task_id : *waiting) {
    if (in.courier.is_stopped()) return;
    if (in.unread_tasks.contains(task_id)) continue;
    const Result<store::Task> task = in.store->task(task_id);
    if (!task.ok()) in.unread_tasks.insert(task_id);
    const Status ended = task.ok() ? end(in, *task) : Status(task.error());
    if (!ended.ok()) spdlog::error("task {} waits: {}", task_id, ended.error().message);
  }
}

Status deliver_callback(Node::Inside& in, const store::OutboxItem& item, Courier::Line& line) {
  ASSIGN_OR_RETURN(const Reply reply, line.post(kCallbackPath, [&] { return Result<Bytes>(item.payload); }));
  if (reply.status / 100 != 2)
    return Error{Code::kUnavailable, "it answered with status " + std::to_string(reply.status)};
  const auto transaction = in.store->begin();
  TRY(transaction->remove_outbox(item.id));
  return transaction->commit(store::Housekeeping::kDelivery);
}

}  // namespace puente::service
