// A hand, by whatever ids it is known. Inside service only.
//
// Searches take as long as they take, so each is made once outside any transaction; asked again by whoever holds the
// store's transaction, the same objects look only at what came since.
#pragma once
#include <map>
#include <set>
#include <utility>

#include "service/roster.h"

namespace puente::service {

// Who is like a probe, looked for twice: its fingers as they are said to be, and as if nobody had said which they are,
// since who is hidden must not be found by a wrong position.
class Likeness {
 public:
  Likeness(const Roster& roster, std::vector<identify::Probe> probe, bool of_any_finger,
           Turns::Favour* favour = nullptr);
  // Looks again, with these of the probe as if nobody had said which fingers they are.
  void look_as_any_finger(std::span<const std::size_t> which);
  // At most one candidate a person; `doubts`: those too who are no candidates of a search but may be meant.
  std::vector<Candidate> now(bool doubts) const;
  const std::vector<identify::Probe>& probe() const { return looked_.front().probe; }

 private:
  struct Looked {
    std::vector<identify::Probe> probe;
    identify::Found found;
  };
  void look(std::vector<identify::Probe> probe, Turns::Favour* favour);

  const Roster& roster_;
  std::vector<Looked> looked_;
};

// Somebody was found once positions were forgotten: said of each that was stated.
void doubt_positions(std::vector<SampleQuality>& quality);

// So unlike that one in ten strangers' finger is more like it.
using identify::kOtherFingerDb;
// Whether fingers compared with somebody's are another person's: together no match, or one of a position that both
// have too unlike.
bool are_others(std::span<const PlaceScore> scores, double false_match_rate_max);
// Whether another encounter of the same person has other fingers, as a supervisor may have said is right all the same.
// Of an encounter that is erased, or the only one, none has.
class OtherFingers {
 public:
  OtherFingers(const store::People& people, store::EncounterId id, double false_match_rate_max)
      : people_(&people), id_(std::move(id)), false_match_rate_max_(false_match_rate_max) {}
  Result<bool> now();
  const store::People& people() const { return *people_; }
  void read_by(const store::People& people) { people_ = &people; }  // from here on; what was compared stays

 private:
  Result<bool> differ_from(const std::string& encounter);

  const store::People* people_;
  store::EncounterId id_;
  double false_match_rate_max_;
  std::map<std::string, bool> compared_;  // by encounter
};
// Whether, of these prints, some are the first candidate's and others, at positions that this one has too, are another
// candidate's. Of strangers among them a search can say nothing.
bool are_of_several(const Roster& roster, const std::vector<identify::Probe>& probe,
                    const std::vector<Candidate>& candidates);

// Whether two whom a search found are two people, and not one by two ids: a print of the probe is the one's and, at a
// position that the other has too, not the other's; or what is enrolled of them differs at a position that both have.
Result<bool> are_two_people(const Roster& roster, const store::People& people,
                            const std::vector<identify::Probe>& probe, const Candidate& one, const Candidate& other);

// From whom anybody is hidden whom these candidates name.
std::set<std::string> withheld_from(const Roster& roster, const std::vector<Candidate>& candidates);

// Ids that searches say are one hand: those added, those that their fingers find, and so on.
class Hand {
 public:
  Hand(const Roster& roster, const store::Store& store) : roster_(roster), store_(store) {}
  void add(const std::string& person_id) { ids_.insert(person_id); }
  Result<std::set<std::string>> ids();

 private:
  Result<bool> follow(const std::string& person_id);

  const Roster& roster_;
  const store::Store& store_;
  std::set<std::string> ids_;
  std::map<std::pair<std::string, std::string>, std::optional<Likeness>> looked_;  // by encounter; none: no fingers
};

}  // namespace puente::service
