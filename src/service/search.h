// What is asked of a search at the own node, whoever makes it (R1, misuse story 14): its file; and a supervisor is told
// of a file under which one person after the other is looked for. Inside service only.
#pragma once
#include "service/inside.h"

namespace puente::service {

// Before anything is looked at: `why` with a number of the node's own where it is urgent and has none. kDenied: no file
// is named, as policy says; that it was tried is written down.
Result<Why> may_search(Node::Inside& in, const Caller& caller, Action action, const Why& why);
inline constexpr const char* kUrgentSearch = "urgent_search";  // an alarm; its person_id is the search's number
// What the search was about is erased, in the transaction of the review that found it unjustified.
Status erase_unjustified(const Node::Inside& in, store::Transaction& transaction, const std::string& case_reference);
Status look_for_overdue_reviews(Node::Inside& in);  // says so in health
// Sealed beside the search's entry.
void say_why(Json& details, const Why& why);
// Of an urgent one whom it is about stands in the details alone.
Entry entry_of_search(const Node::Inside& in, Event event, const Actor& actor, const std::string& whom, const Why& why);
// kInvalidInput: these words, which stay, name whom the search of that number found.
Status names_nobody_found(const Node::Inside& in, const std::string& case_reference, const std::string& words);
// Inside the transaction that writes the search down: `found` are all that it found, none: somebody unknown here, who
// counts as one more. When these were many within 24 hours, among the file's newest thousand searches, it adds the
// alarm and its entry, once in 24 hours. What is erased counts no more; a restart changes nothing. Of an urgent search
// a supervisor is told in any case.
Status watch_file(const Node::Inside& in, store::Transaction& transaction, const std::string& user, const Why& why,
                  const std::set<std::string>& found, std::vector<Written>& entries);
// The same of a search by names: when the user's were many within 24 hours, under whatever files.
Status watch_names(const Node::Inside& in, store::Transaction& transaction, const std::string& user,
                   std::vector<Written>& entries);

}  // namespace puente::service
