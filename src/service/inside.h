// What a node's use cases stand on: five rooms over one store. Inside service only.
#pragma once
#include <atomic>
#include <thread>

#include "casework/casework.h"
#include "core/parallel.h"
#include "intake/intake.h"
#include "service/budget.h"
#include "service/claims.h"
#include "service/courier.h"
#include "service/hand.h"
#include "service/journal.h"
#include "service/mention.h"
#include "service/names.h"
#include "service/oversight.h"
#include "service/own_keys.h"
#include "service/refusals.h"
#include "service/roster.h"
#include "service/treaties.h"
#include "service/turns.h"
#include "service/watch.h"

namespace puente::service {

class SameHand;  // card.h

struct Node::Inside {
  Inside(Config its_config, Seams its_seams, std::unique_ptr<store::Store> its_store)
      : config(std::move(its_config)),
        watch(its_seams.clock),
        seams{watch, its_seams.random, its_seams.transport, its_seams.gate},
        store(std::move(its_store)),
        journal(config, seams, *store, [this] { courier.wake(); }),
        courier(config, seams, *store),
        oversight(config, seams, *store),
        turns(config.cores > 0 ? config.cores : cores()),
        roster(config, seams, *store, turns),
        names(*store, seams.random),
        treaties(config, seams, watch, *store),
        claims(config, seams.clock, *store),
        budget(seams.clock),
        refusals(seams, *store, journal) {}

  const Config config;
  Watch watch;  // what every room asks instead of the clock
  const Seams seams;
  const std::unique_ptr<store::Store> store;
  Journal journal;
  Courier courier;
  Oversight oversight;
  mutable Turns turns;
  Roster roster;
  mutable Names names;
  Treaties treaties;
  Claims claims;
  Budget budget;
  std::atomic<bool> stopping{false};  // whoever searches for a partner gives up
  Refusals refusals;
  std::vector<std::thread> background;  // start() to stop()

  std::int64_t now_ms() const { return seams.clock.now_ms(); }
  std::int64_t latest_ms() const { return watch.latest_ms(); }
  std::set<std::string> unread_tasks;                  // damaged ones, reported once; do_tasks only
  std::int64_t swept_ms = 0, forgot_day = 0;           // work() only
  std::int64_t looked_at_sources_day = 0;              // likewise
  std::int64_t kept_budget_ms = 0;                     // likewise; steady
  mutable std::atomic<bool> met_unreadable{false};     // a case or question, since the start
  std::uint64_t found_size = 0;                        // of the log, before this start wrote into it
  std::atomic<bool> urgent_overdue{false};             // a supervisor has not looked in time at what could not wait
  std::atomic<bool> copy_unanswered{false};            // restored, and no supervisor has answered that alarm yet
  std::atomic<bool> told_of_doubt{false};              // there is an entry of it
  std::atomic<bool> erasures_held{false};              // more people are past their date at once than one would expect
  std::atomic<std::int64_t> erasures_confirmed_ms{0};  // what was due until then may be erased, however many
};

// intake's, each in a turn of its own that is over when they return: a search waits for another, for ever on one core.
inline Result<intake::Taken> take_in(const Node::Inside& inside, std::vector<Sample> samples, intake::Depth depth,
                                     intake::Keep keep = intake::Keep::kNoImages) {
  const Turns::Turn turn = inside.turns.one();
  return intake::take_in(std::move(samples), depth, keep);
}
inline Result<intake::Taken> take_in_probe(const Node::Inside& inside, const std::vector<Sample>& samples,
                                           intake::Depth depth) {
  const Turns::Turn turn = inside.turns.one();
  return intake::take_in_probe(samples, depth);
}

// One damaged record stands in nobody's way: it is left where it lies, and said. Other failures are the caller's. Of
// what was erased meanwhile there is nothing to say.
void note_unreadable(const Node::Inside& inside, const std::string& id, const Error& why);  // health.cc
template <typename Record>
Result<bool> is_readable(const Node::Inside& inside, const Result<Record>& read, const std::string& id) {
  if (read.ok()) return true;
  if (read.error().code != Code::kCorrupt && read.error().code != Code::kUnsupported) return read.error();
  note_unreadable(inside, id, read.error());
  return false;
}

// What was done about somebody, or why it was not: where that tells whether anybody has the id, or is hidden, it is
// written down first. Never within a transaction.
template <typename Answer>
Result<Answer> written_down(Node::Inside& inside, const Caller& caller, Action action, const std::string& person_id,
                            Result<Answer> done) {
  const Code code = done.ok() ? Code::kInternal : done.error().code;
  if (code == Code::kNotFound || code == Code::kConflict || code == Code::kDenied)
    TRY(inside.refusals.write_down_about(caller, action, person_id, code));
  return done;
}

// What is answered, with the effect, in the transaction that is about to be committed. `about`: whom the answer names.
template <typename Answer>
Status keep(const Node::Inside& inside, store::Transaction& transaction, const Once<Answer>& once, const Answer& answer,
            std::set<std::string> about = {}) {
  if (once.claim == nullptr) return {};
  return inside.claims.keep(transaction, *once.claim, once.said(answer), std::move(about), inside.now_ms());
}
// And whom words that people wrote into the answer name by an id.
std::set<std::string> named_in(std::set<std::string> about,
                               std::initializer_list<std::string_view> words);                     // claims.cc
std::set<std::string> named_in_grounds(const Grounds& grounds, std::set<std::string> about = {});  // claims.cc
// The same of an answer that is the receipt itself, and the commit.
Result<Receipt> commit_once(Node::Inside& inside, store::Transaction& transaction, std::vector<Written> entries,
                            const Once<Receipt>& once);  // claims.cc
Result<Receipt> commit_once(Node::Inside& inside, store::Transaction& transaction, Entry entry, Json details,
                            const Once<Receipt>& once);  // claims.cc

// What the courier carries; each is one attempt.
Status deliver_question(Node::Inside& inside, const store::OutboxItem& item, Courier::Line& line);  // ask.cc
Status deliver_verdict(Node::Inside& inside, const store::OutboxItem& item, Courier::Line& line);   // release.cc
Status deliver_callback(Node::Inside& inside, const store::OutboxItem& item, Courier::Line& line);  // tasks.cc
// A case as it is shown, which may be a seeded one, is nothing to tell a partner of.
Status enqueue_verdict(const Node::Inside& inside, store::Transaction& transaction, const ShownCase& shown) = delete;
Status judge_release(const Node::Inside& inside, store::Transaction& transaction, ShownCase& shown,
                     Json& details) = delete;
// Tells the partner how its case ended. The outbox holds no personal data: what is released is read and redacted anew,
// and written into the log, at each attempt. Whatever else waits, there is room for it.
Status enqueue_verdict(const Node::Inside& inside, store::Transaction& transaction, const Case& decided);  // release.cc
// At each of the two acts: where nothing of a confirmed case may leave, but for a suspension, that is final, whatever
// changes until the partner is told. The case is then withdrawn, and `details` say why.
// At the verdict by the case's own id alone: a seeded pair has no other, and must take no less time.
Status judge_release(const Node::Inside& inside, store::Transaction& transaction, Case& decided, Json& details,
                     SameHand* hand = nullptr);  // release.cc
// Of a cleared case that somebody holds back: it is told as what it becomes. The digest of what left once and was not
// acknowledged, or empty: that does not leave again. kConflict: there is no message any more.
Result<std::string> hold_back_verdict(const Node::Inside& inside, store::Transaction& transaction,
                                      const Case& decided);  // release.cc
// Confirmed by a program that knew no second act, and not yet told: they wait for it now.
Status await_second_act(Node::Inside& inside);                          // release.cc, at the start
Status drop_verdict(Node::Inside& inside, const std::string& case_id);  // release.cc: its time in the outbox is over

// Before the transaction, since every case and question is opened: inside it only what may have changed since.
struct Traces {
  std::string person_id;
  Named person;
  std::vector<std::string> cases, questions;      // that name the person, or may by now
  std::set<std::string> files;                    // numbers of all cases, questions and searches
  std::int64_t last_case = 0, last_question = 0;  // looked at so far
  std::size_t unreadable = 0;
  std::int64_t since_ms = 0;  // when the person came
};
Result<Traces> look_for_traces(const Node::Inside& inside, const std::string& person_id);  // erase.cc
// What names somebody who is erased goes in the same transaction: details beside the log, the name in cases, open
// cases, alarms, tasks' answers, the reasons of others' protections. The entries that say so are put behind the
// caller's.
Status erase_traces(const Node::Inside& inside, store::Transaction& transaction, Traces traces,
                    std::vector<Written>& entries);  // erase.cc

// Of the log's entries about somebody else: details whose words name the person; erase.cc
Status erase_details_of(const Node::Inside& in, store::Transaction& transaction, const std::string& somebody_else,
                        const Named& person);

// Whether somebody of that name may be told by a watchlist, as far as the node knows who its users are; noted.cc
Result<bool> is_told(const Node::Inside& inside, const std::string& user);

// In whatever spelling; false where the node was never told of users. noted.cc
Result<bool> is_name_of_user(const Node::Inside& inside, const std::string& id);

// The reasons of an erasure outlive it: kInvalidInput where they name who is erased.
Status names_nobody_erased(const Node::Inside& in, const std::string& person_id, const std::string& words);  // erase.cc
Status erase_from_tasks(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                        const Named& person,
                        std::size_t& rows);  // tasks.cc: candidates in answers, waiting ones' words

Result<Bytes> answer_question(Node::Inside& inside, const exchange::Header& header,
                              const exchange::QuestionBody& question);  // answer.cc
// Adds what speaks against a case by what is held now; case.cc. `others`: of the case's encounter, and compared before
// the transaction.
Status look_for_doubts(OtherFingers& others, Case& the_case);
Result<OtherFingers> other_fingers(const Node::Inside& in, const std::string& case_id);  // case.cc: compared
std::size_t doubts_not_seen(const Examination& the_case,
                            const std::string& user);  // case.cc: shown to nobody of that name
bool has_seen(const Examination& the_case, const std::string& user, std::uint32_t what);  // case.cc
// Nobody learns of an open case what others said of it, nor that they did (R8); case.cc.
ShownCase shown_to(const Caller& caller, Case the_case);
ShownCase shown_to(const Caller& caller, PracticeCase seeded);
Result<ShownCase> shown_case(const Node::Inside& in, const Caller& caller, const std::string& case_id);
void set_verdicts(Json& details, const Case& the_case);  // of a case that is over; case.cc
// And whom its people's words name; case.cc.
std::set<std::string> named_in_verdicts(const Examination& the_case, std::set<std::string> about);
Result<Bytes> accept_verdict(Node::Inside& inside, const exchange::Message& message);  // ask.cc
Result<Receipt> accept_document(Node::Inside& inside, const std::string& document, const Actor& actor,
                                const std::string& reasons, const Once<Receipt>& once = {});  // agreements.cc
// Every agreement that is not over, until a supervisor resumes it; agreements.cc. Load the treaties once committed.
Status suspend_all(const Node::Inside& inside, store::Transaction& transaction, const std::string& reasons,
                   std::vector<Written>& entries);
// One entry for what each partner sent that was refused, when its minute is over; nothing for whom no agreement is in
// force with: then nothing they send is written.
void log_refused_messages(Node::Inside& inside);              // receive.cc
Status restore_budget(Node::Inside& inside);                  // receive.cc: what partners had left
void keep_budget(Node::Inside& inside, bool at_once);         // receive.cc: likewise, every minute and at the end
Status erase_details_past(Node::Inside& inside);              // erase.cc: a whole day's at once
void sweep(Node::Inside& inside);                             // expire.cc: what has passed its date
std::optional<Error> why_silent(const Node::Inside& inside);  // node.cc: nothing is said to partners
Status start_watch(Node::Inside& inside);                     // clock.cc: after the journal is open
void watch_clock(Node::Inside& inside);                       // clock.cc: tells when it is doubted, or is right again
// clock.cc: whose time is over, a batch; nobody while more are due at once than one would expect, until a supervisor
// has confirmed it.
Result<std::vector<store::EncounterId>> encounters_to_erase(Node::Inside& inside, std::size_t batch);

// A search on our own behalf, before it is written down.
struct OwnSearch {
  IdentifyAnswer answer;
  Json details;
  std::string subject() const { return answer.candidates.empty() ? "" : answer.candidates.front().person_id; }
  std::set<std::string> people() const {
    std::set<std::string> out;
    for (const Candidate& each : answer.candidates) out.insert(each.person_id);
    return out;
  }
};
Json candidates_json(const std::vector<Candidate>& candidates);  // for an entry's details; person.cc
// What is known of somebody, the newest encounter's first, by whose keys `people` are; person.cc
Result<policy::OnRecord> on_record_of(const store::People& people, const std::string& person_id);
Result<std::vector<std::string>> dates_of_birth(const store::People& people, const std::string& person_id);
// R25: one more capture that was asked for again, in its month; and how many in which, such as "2026-11"; enrol.cc
Status count_capture_again(const Node::Inside& inside, store::Transaction& transaction);
Result<Json> captures_asked_again(const Node::Inside& inside);
// Whether a capture is of a time when its person was a child, by any date of birth that is known by now; person.cc
Result<bool> was_child(const store::People& people, const store::EncounterId& id);
// policy's, by what is known of somebody by now; person.cc
Result<policy::Decision> may_find_of(const Node::Inside& inside, const store::People& people, const PurposeTerms& terms,
                                     const std::string& person_id);
// Inside the transaction that writes it down: without whom was erased since.
void leave_out_erased(const Node::Inside& inside, OwnSearch& searched);                 // person.cc
Result<OwnSearch> search_own(const Node::Inside& inside, std::vector<Sample> samples);  // person.cc
void do_tasks(Node::Inside& inside);                                                    // tasks.cc

}  // namespace puente::service
