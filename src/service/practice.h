// Seeded cases: pairs whose truth is known, put among the cases of examiners (docs/decisions/0112). Inside service
// only; what changes something, inside the store's transaction.
//
// To an examiner a seeded case is one like others: the same list, members, looks, refusals and times. What its verdict
// sets going is a measure of the examiner and nothing else.
#pragma once
#include "service/inside.h"

namespace puente::service {

// After a hit has become a case: by chance another is due, which opens some time later with a pair that waits then.
// Where no pair waits there is none. Writes no entry.
Status seed_beside(const Node::Inside& in, store::Transaction& transaction, const Case& hit);

// What a verdict on a seeded case says of its examiner, who may be found by it: suspended, and a supervisor told.
Status measure(const Node::Inside& in, store::Transaction& transaction, const Caller& examiner,
               const PracticeCase& judged, Verdict verdict, std::vector<Written>& entries);

// 0: this examiner's verdicts are taken.
Result<std::int64_t> suspended_since(const Node::Inside& in, const std::string& user);

// What is due opens; cases end by their dates, as those of hits, pairs too; those of agreements that have ended, at
// once.
void end_practice(Node::Inside& in);
Status end_practice_under(const Node::Inside& in, store::Transaction& transaction,
                          const std::set<std::string>& agreements);
// Of who is erased, what an examiner may have written.
Status erase_from_practice(const Node::Inside& in, store::Transaction& transaction, const Named& person,
                           std::size_t& rows);
Result<std::size_t> open_practice_cases(const Node::Inside& in);

}  // namespace puente::service
