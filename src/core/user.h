// Names of users, held against each other where two people are asked for.
#pragma once
#include <string>
#include <string_view>

namespace puente {

inline constexpr std::string_view kVouchedFor = "idp:";  // before the name of whom another system vouches for

// Whether they differ by capitals and by what stands between letters alone, as one person's two names do: ana.ruiz,
// Ana_Ruiz, anaruiz. What parts two numbers counts, whatever it is: desk-1-12 and desk_1.12, but not desk-11-2. Whom
// another system vouches for under the same name is the same person: idp:ana.ruiz.
bool same_user(std::string_view a, std::string_view b);
bool is_vouched_for(std::string_view name);  // in capitals too: a name that reads as another system's is no local one
// One text for all names of one person, to count by: it is no name to be shown.
std::string person_of(std::string_view user);

}  // namespace puente
