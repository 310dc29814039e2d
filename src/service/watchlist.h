// Watchlists: who is told when somebody is met, and nobody else. Inside service only; inside the store's transaction.
//
// Where somebody is met there is an alert beside what the act does anyway, and nothing besides: no entry of the log, no
// word of an answer, no message. Whoever acts, whoever asks and whoever reads the log's leaves sees the same as
// without.
#pragma once
#include "service/inside.h"

namespace puente::service {

struct Meeting {
  MetHow how = MetHow::kIdentified;
  std::string file{};     // of the act, as whoever acts says it
  std::string partner{};  // who asks
};
// An alert for the owner of each entry in force whose hand has one of these ids. A damaged entry stands in nobody's
// way.
Status note_met(const Node::Inside& in, store::Transaction& transaction, const std::set<std::string>& found,
                const Meeting& meeting);
std::set<std::string> ids_of(const std::vector<Candidate>& candidates);

// The same at an enrolment, where a hand may have got another id: it stands for the person from now on. Not where a
// supervisor has overruled what the fingers say: then nobody knows whose they are.
Status note_enrolled(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                     const std::vector<Candidate>& known_as, bool overruled);

// With a person go their entries and alerts; their names go from others'. Each row that changed counts.
Status erase_from_watchlists(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                             const Named& person, std::size_t& rows);

// With what a partner released go the entries and proposals made of it, and their words.
Status end_entries_made_of(const Node::Inside& in, store::Transaction& transaction, const std::string& exchange_id,
                           std::vector<Written>& entries);
// Once a day: those whose source went by another road, or with an older program.
Status end_entries_without_source(Node::Inside& in);

// By their dates: an entry, or what of its assessments is over; and all alerts at once.
Status end_watchlist_entry(Node::Inside& in, const std::string& entry_id);
Status erase_alerts_past(Node::Inside& in);

}  // namespace puente::service
