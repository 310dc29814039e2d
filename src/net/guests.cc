#include "net/guests.h"

#include <algorithm>

namespace puente::net {

int Guests::count(const std::function<bool(const Guest&)>& is) const {
  return static_cast<int>(
      std::count_if(guests_.begin(), guests_.end(), [&](const auto& each) { return is(each.second); }));
}

std::string Guests::most_frequent(Named name, bool known) const {
  std::map<std::string, int> counts;
  for (const auto& [id, guest] : guests_)
    if (guest.known == known) ++counts[guest.*name];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

std::optional<Guests::Id> Guests::cut_oldest(const std::function<bool(const Guest&)>& is) {
  const auto found = std::find_if(guests_.begin(), guests_.end(), [&](const auto& each) { return is(each.second); });
  if (found == guests_.end()) return std::nullopt;
  const Id id = found->first;
  guests_.erase(found);
  return id;
}

std::optional<Guests::Id> Guests::arrive(Id id, const std::string& address) {
  const auto from = [](const std::string& where) {
    return [where](const Guest& guest) { return !guest.known && guest.address == where; };
  };
  std::optional<std::string> crowd;
  if (count(from(address)) >= limits_.strangers_per_address_max) {
    crowd = address;
  } else if (strangers() >= limits_.strangers_max) {
    crowd = most_frequent(&Guest::address, false);
  }
  std::optional<Id> cut;
  if (crowd) cut = cut_oldest(from(*crowd));
  guests_[id] = {address, "", false, false};
  return cut;
}

Guests::Welcome Guests::recognise(Id id, const std::string& key) {
  const auto self = guests_.find(id);
  if (self == guests_.end()) return {false, std::nullopt};
  if (self->second.known && self->second.key == key) return {};
  self->second.known = false;
  const auto of = [](const std::string& whose) {
    return [whose](const Guest& guest) { return guest.known && guest.key == whose; };
  };
  const auto idle_of = [&of](const std::string& whose) {
    return [mine = of(whose)](const Guest& guest) { return mine(guest) && !guest.busy; };
  };
  Welcome out;
  if (count(of(key)) >= limits_.known_per_key_max) {
    out.cut = cut_oldest(idle_of(key));
    out.given = out.cut.has_value();
  } else if (known() >= limits_.known_max) {
    out.cut = cut_oldest(idle_of(most_frequent(&Guest::key, true)));
    if (!out.cut) out.cut = cut_oldest([](const Guest& guest) { return guest.known && !guest.busy; });
    out.given = out.cut.has_value();
  }
  if (!out.given) return out;
  self->second.known = true;
  self->second.key = key;
  return out;
}

void Guests::set_busy(Id id, bool busy) {
  if (const auto found = guests_.find(id); found != guests_.end()) found->second.busy = busy;
}

bool Guests::knows(Id id) const {
  const auto found = guests_.find(id);
  return found != guests_.end() && found->second.known;
}

void Guests::leave(Id id) {
  guests_.erase(id);
}

int Guests::strangers() const {
  return count([](const Guest& guest) { return !guest.known; });
}

int Guests::known() const {
  return count([](const Guest& guest) { return guest.known; });
}

}  // namespace puente::net
