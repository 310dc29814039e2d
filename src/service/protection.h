// Who is hidden from whom: written down, spread over a hand, kept through a restart. Inside service only; inside the
// store's transaction where one is given.
#pragma once
#include "service/hand.h"
#include "service/inside.h"

namespace puente::service {

// For either act where two people are asked for. kDenied: whoever may read the keys may be any user.
Status at_the_running_node(const Caller& by);

struct Hiding {
  std::set<std::string> ids;   // whom: all of one hand
  std::set<std::string> from;  // what they are hidden from anyway, by any of the ids, is added
  Actor user;
  std::string reasons;
  std::set<ProtectionClass> classes{};  // why; what any of the ids is hidden for already is added
  bool renews = false;                  // somebody says it once more: whoever proposed to take it off must do so again
  std::set<std::string> documents{};    // numbers of theirs (number.h): who is enrolled with one later is hidden too
};
// Makes or widens the protections and adds an entry for each of an id that changed. Show them to the roster once
// committed.
Result<std::vector<Protection>> hide(const Node::Inside& in, store::Transaction& transaction, const Hiding& hiding,
                                     std::vector<Written>& entries);

// The use case: hides an id, and whoever else is named, under every id of their hands.
Result<ProtectionView> protect_all(Node::Inside& in, const Caller& caller, const std::string& id,
                                   std::set<std::string> others, const ProtectRequest& request,
                                   const Once<ProtectionView>& once);

// Why any of these ids is hidden.
Result<std::set<ProtectionClass>> classes_of(const Node::Inside& in, const std::set<std::string>& ids);

// With a person goes what hid them, and enrolled again they are hidden from nobody: so who is hidden is erased, as a
// protection is lifted, by the second of two supervisors. kConflict: no other has proposed to take it off.
Status may_erase(const Node::Inside& in, const Caller& caller, const std::string& person_id);
// In the details of an entry of who is erased: whether a protection went with it; the leaf names who that was. To be
// called before the erasure. The numbers that went too: take them from the roster once committed.
Result<std::set<std::string>> erase_protection(const Node::Inside& in, store::Transaction& transaction, Json& erased,
                                               const std::string& person_id);

// What a partner was told of these people already: no hiding and no erasure here takes it back. Cases are opened one by
// one: outside any transaction.
struct Told {
  std::string partner, sentence;
};
Result<std::vector<Told>> told_already(const Node::Inside& in, const std::set<std::string>& ids);

// At the start: protections of whom only encounters say so (an older version's). A record that is missing later keeps
// the node from starting (reconcile.h).
Status keep_protections(Node::Inside& in);

// Whom a question would be about, as our own gallery knows: a country that somebody is hidden from is not asked, for by
// asking it would be told that the person is with us; nor about a file whose number is hidden from it. Searched outside
// the transaction; nothing is, when nobody at all is hidden from that country.
class WhoIsAsked {
 public:
  WhoIsAsked(const Node::Inside& in, const intake::Taken& taken, std::string partner, std::string_view file);
  static Result<WhoIsAsked> of(const Node::Inside& in, const std::vector<Sample>& probe, std::string partner,
                               std::string_view file);
  // Nobody was hidden from that country when this was made, and somebody is now: look anew.
  bool is_out_of_date() const { return !likeness_ && roster_.hides_from(partner_); }
  // A permit becomes a denial when policy says so; `details` then name whom, and are sealed.
  void judge(policy::Decision& decision, Json& details) const;

 private:
  const Roster& roster_;
  std::string partner_, file_id_;
  std::optional<Likeness> likeness_;
};

inline constexpr std::size_t kAllAlarms = 1'000'000;
inline constexpr const char* kCopyAdopted = "copy_adopted";     // an alarm: until it is answered no partner is
inline constexpr const char* kContradiction = "contradiction";  // fingers that were refused under an id
// Whether an alarm is about what this user did, alone or with others; by whatever spelling of the name.
bool acted(const Alarm& alarm, std::string_view user);
// Tells a supervisor, once until one has read it, and adds the entry that says so. One user's contradictions of a day
// are one alarm, which counts them: nobody buries an alarm under others. Whom its sentence names beside
// person_id stands in `named`, so that an erasure finds it.
Status tell_supervisor(const Node::Inside& in, store::Transaction& transaction, Alarm alarm,
                       std::vector<Written>& entries);
// Of what a partner knows, behind the alarm's sentence: a supervisor speaks with it, who works at a post cannot.
Status tell_of_told(const Node::Inside& in, store::Transaction& transaction, Alarm alarm,
                    const std::vector<std::string>& told, std::vector<Written>& entries);

// A sentence for each country that somebody is hidden from without an agreement: perhaps a slip of the pen.
std::vector<std::string> warnings_about(const Node::Inside& in, const std::vector<std::string>& countries);
// kInvalidInput: what is no country, and what policy says of the class.
Status check_hiding(const Node::Inside& in, std::optional<ProtectionClass> of_class,
                    const std::vector<std::string>& countries);

}  // namespace puente::service
