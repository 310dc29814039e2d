// What a node's use cases stand on: four rooms over one store. Inside service only.
#pragma once
#include "casework/casework.h"
#include "core/parallel.h"
#include "intake/intake.h"
#include "service/courier.h"
#include "service/journal.h"
#include "service/roster.h"
#include "service/treaties.h"
#include "service/turns.h"

namespace puente::service {

struct Node::Inside {
  Inside(Config its_config, Seams its_seams, std::unique_ptr<store::Store> its_store)
      : config(std::move(its_config)),
        seams(its_seams),
        store(std::move(its_store)),
        courier(config, seams, *store),
        journal(config, seams, *store, [this] { courier.wake(); }),
        turns(cores()),
        roster(config, seams, *store, turns),
        treaties(config, seams, *store) {}

  const Config config;
  const Seams seams;
  const std::unique_ptr<store::Store> store;
  Courier courier;
  Journal journal;
  mutable Turns turns;
  Roster roster;
  Treaties treaties;

  std::int64_t now_ms() const { return seams.clock.now_ms(); }
  std::int64_t swept_ms = 0;  // work() only
};

// intake's, in its turn.
inline Result<intake::Taken> take_in(const Node::Inside& inside, std::vector<Sample> samples, intake::Depth depth,
                                     intake::Keep keep = intake::Keep::kNoImages) {
  const Turns::Turn turn = inside.turns.one();
  return intake::take_in(std::move(samples), depth, keep);
}

// What the courier carries; each is one attempt.
Status deliver_question(Node::Inside& inside, const store::OutboxItem& item);      // ask.cc
Status deliver_verdict(Node::Inside& inside, const store::OutboxItem& item);       // release.cc
Status deliver_held_verdict(Node::Inside& inside, const store::OutboxItem& item);  // release.cc
// Tells the partner how its case ended. The outbox holds no personal data: what is released is read and redacted anew
// at each attempt. Of a confirmed case the entry that says which elements leave, to be committed with it; none while
// the agreement is suspended: then the verdict is held, and the entry written when it goes on.
Result<std::optional<Written>> enqueue_verdict(const Node::Inside& inside, store::Transaction& transaction,
                                               const Case& decided);

Result<Bytes> answer_question(Node::Inside& inside, const exchange::Header& header,
                              const exchange::QuestionBody& question);                 // answer.cc
Result<Bytes> accept_verdict(Node::Inside& inside, const exchange::Message& message);  // ask.cc
Result<Receipt> accept_document(Node::Inside& inside, const std::string& document, const std::string& user,
                                const std::string& reasons);  // agreements.cc
void sweep(Node::Inside& inside);                             // expire.cc: what has passed its date

// A search on our own behalf, before it is written down.
struct OwnSearch {
  IdentifyAnswer answer;
  Json details;
  std::string subject() const { return answer.candidates.empty() ? "" : answer.candidates.front().person_id; }
};
Result<OwnSearch> search_own(const Node::Inside& inside, std::vector<Sample> samples);  // person.cc
void do_tasks(Node::Inside& inside);                                                    // tasks.cc
Status deliver_callback(Node::Inside& inside, const store::OutboxItem& item);           // tasks.cc

}  // namespace puente::service
