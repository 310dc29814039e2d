// Standing: what is true of an encounter beside its features that decides who may find it. It lies beside each
// encounter in the store and in what is searched, as data: a search asks nobody. Scope: on whose behalf a search looks,
// and where. Plain values.
#pragma once
#include <set>
#include <string>
#include <utility>

namespace puente {

inline constexpr const char* kMainGallery = "main";

struct Standing {
  std::set<std::string> withheld_from{};          // countries whose questions never find this person (R2)
  std::set<std::string> galleries{kMainGallery};  // named sets that the encounter is in: watchlists later
  bool active = true;                             // false: kept, found by nobody
  bool disputed = false;                          // found by ourselves alone, until the dispute is over
  bool own_citizen = false;                       // of the country that runs this node
  bool operator==(const Standing&) const = default;
  auto operator<=>(const Standing&) const = default;
};

// There is no default: whoever searches says for whom.
class Scope {
 public:
  static Scope own(std::set<std::string> galleries = {kMainGallery}) { return {true, "", std::move(galleries)}; }
  static Scope partner(std::string country, std::set<std::string> galleries = {kMainGallery}) {
    return {false, std::move(country), std::move(galleries)};
  }
  bool is_own() const { return own_; }
  const std::string& country() const { return country_; }  // of the partner
  const std::set<std::string>& galleries() const { return galleries_; }

 private:
  Scope(bool own, std::string country, std::set<std::string> galleries)
      : own_(own), country_(std::move(country)), galleries_(std::move(galleries)) {}
  bool own_;  // not told by an empty country: a partner without a name must not become ourselves
  std::string country_;
  std::set<std::string> galleries_;
};

}  // namespace puente
