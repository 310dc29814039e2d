// Watching: may somebody be put on a watchlist, by whom is that decided, and does an entry still count (R26, R40,
// misuse story 9). Each is asked when an entry comes in, and the last one again whenever it would say something.
#pragma once
#include "core/case.h"
#include "core/watchlist.h"
#include "policy/decision.h"

namespace puente::policy {

// "8 points", "catorce puntos", "score by the committee: 7", "8/10 on the matrix": a number of points in the place of
// what is known, in figures or in words of English or Spanish; "Article 6(1), point (e)" is none. Whoever writes it
// otherwise, in another language or without a number, is not found out: the second person reads what stands there.
// points.cc
bool claims_points(std::string_view text);
// The same anywhere in a document, or a member that is called so ("points", "risk_score").
bool is_made_of_points(const Json& document);

struct Listing {
  std::int64_t now_ms = 0;
  bool owner_is_told = true;           // a user here who may read alerts
  const Question* released = nullptr;  // of an entry made of a partner's data: our question, where there is one
};
Decision may_list(const WatchlistEntry& proposed, const Listing& listing);

// Four eyes, whoever's data it was made of: neither who proposed it nor who would be told.
struct SecondLook {
  std::string_view proposed_by, owner, decider;
  std::string_view reasons;  // in the decider's words
  bool lets_in = true;       // false: it is refused, perhaps because of its points
};
Decision may_decide_listing(const SecondLook& look);

// Whether the entry's owner is told when its person is met. By its days as they are, swept away or not; one made of a
// partner's data by what was `released`, as our question has it: null, or not to be used any more, it is over.
Decision may_alert(const WatchlistEntry& entry, bool owner_is_told, std::int64_t now_ms,
                   const Question* released = nullptr);

// When the entry, or an assessment in it, is over by itself: then it is to be looked at, and erased if it is.
std::int64_t ends_ms(const WatchlistEntry& entry);
std::int64_t next_end_ms(const WatchlistEntry& entry);

}  // namespace puente::policy
