// What is asked of a search at the own node, whoever makes it (R1, misuse story 14): its file; and a supervisor is told
// of a file under which one person after the other is looked for. Inside service only.
#pragma once
#include "service/inside.h"

namespace puente::service {

// Before anything is looked at. kDenied: no file is named, as policy says; that it was tried is written down.
Status may_search(Node::Inside& in, const Caller& caller, Action action, const Why& why);
// Sealed beside the search's entry.
void say_why(Json& details, const Why& why);
// Inside the transaction that writes the search down: `found` are all that it found, none: somebody unknown here, who
// counts as one more. When these were many within 24 hours, among the file's newest thousand searches, it adds the
// alarm and its entry, once in 24 hours. What is erased counts no more; a restart changes nothing.
Status watch_file(const Node::Inside& in, store::Transaction& transaction, const std::string& user, const Why& why,
                  const std::set<std::string>& found, std::vector<Written>& entries);

}  // namespace puente::service
