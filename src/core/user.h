// Names of users, held against each other where two people are asked for.
#pragma once
#include <string_view>

namespace puente {

// Whether they differ by capitals and by what stands between letters alone, as one person's two names do: ana.ruiz,
// Ana_Ruiz, anaruiz. What parts two numbers counts, whatever it is: desk-1-12 and desk_1.12, but not desk-11-2.
bool same_user(std::string_view a, std::string_view b);

}  // namespace puente
