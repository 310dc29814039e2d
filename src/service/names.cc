// Whom somebody says to be: a search like one by fingers, with a file and an entry, by what was stated at enrolment.
#include "service/names.h"

#include <algorithm>

#include "core/biographic.h"
#include "core/fold.h"
#include "core/user.h"
#include "service/mention.h"
#include "service/search.h"

namespace puente::service {
namespace {

std::string stated_as(const BiographicData& data, DataElement element) {
  const auto found = data.find(element);
  return found == data.end() ? "" : found->second;
}

NameQuery query_of(const BiographicData& data) {
  return {stated_as(data, DataElement::kDocumentNumber), stated_as(data, DataElement::kFamilyName),
          stated_as(data, DataElement::kGivenNames), stated_as(data, DataElement::kDateOfBirth)};
}

// All that an encounter can be found by.
std::vector<std::string> words_of(const NameQuery& stated) {
  std::vector<std::string> out;
  if (const std::string number = plain_number(stated.document_number); !number.empty()) out.push_back("n " + number);
  for (const std::string& family : folded_words(stated.family_name)) {
    for (const std::string& given : folded_words(stated.given_names)) out.push_back("g " + family + " " + given);
    if (!stated.date_of_birth.empty()) out.push_back("b " + family + " " + stated.date_of_birth);
  }
  return out;
}

// One of them: whoever fits has it.
std::string word_to_ask(const NameQuery& query) {
  if (const std::string number = plain_number(query.document_number); !number.empty()) return "n " + number;
  const auto longest = [](const std::string& text) {
    const std::set<std::string> words = folded_words(text);
    return *std::ranges::max_element(words, {}, &std::string::size);
  };
  const std::string family = longest(query.family_name);
  if (!query.date_of_birth.empty()) return "b " + family + " " + query.date_of_birth;
  return "g " + family + " " + longest(query.given_names);
}

std::uint64_t hashed(const SecretKey& key, const std::string& word) {
  const Digest digest = quick_keyed_hash(key, view(word));
  return ByteReader(digest).u64();
}

}  // namespace

std::set<std::string> asked_by(const BiographicData& stated) {
  const std::vector<std::string> words = words_of(query_of(stated));
  return {words.begin(), words.end()};
}

Status check_query(const NameQuery& query) {
  for (const std::string* text : {&query.document_number, &query.family_name, &query.given_names})
    if (text->size() > limits::kTextBytesMax || !is_plain_text(*text))
      return Error{Code::kInvalidInput, "a name, or a number: at most 512 bytes of text without control characters"};
  if (!query.date_of_birth.empty() && !day_of(query.date_of_birth))
    return Error{Code::kInvalidInput, "date_of_birth: write a day as 1990-04-30"};
  const std::string number = plain_number(query.document_number);
  if (!query.document_number.empty() && (number.empty() || !is_plain_number(query.document_number)))
    return Error{Code::kInvalidInput,
                 "document_number: write it in Latin letters and figures, as the lower zone of a passport has it"};
  if (!number.empty()) return {};
  const bool by_name = !folded_words(query.family_name).empty() &&
                       (!folded_words(query.given_names).empty() || !query.date_of_birth.empty());
  if (by_name) return {};
  return Error{Code::kInvalidInput, "say whom: document_number, or family_name with given_names or date_of_birth"};
}

bool fits(const NameQuery& query, const BiographicData& stated) {
  const NameQuery held = query_of(stated);
  const auto all_in = [](const std::string& wanted, const std::string& there) {
    const std::set<std::string> words = folded_words(there);
    return std::ranges::all_of(folded_words(wanted), [&](const std::string& each) { return words.contains(each); });
  };
  const std::string number = plain_number(query.document_number);
  return (number.empty() || number == plain_number(held.document_number)) &&
         all_in(query.family_name, held.family_name) && all_in(query.given_names, held.given_names) &&
         (query.date_of_birth.empty() || query.date_of_birth == held.date_of_birth);
}

Status Names::fill(const std::atomic<bool>& stopping) {
  {
    const MutexLock lock(mutex_);
    if (state_ == State::kFull) return {};
    if (state_ == State::kFilling)
      return Error{Code::kUnavailable, "names are read since the node's start: try again in a moment"};
    state_ = State::kFilling;
    encounters_.clear();
    by_words_.clear();
  }
  struct Ended {  // also by memory that ran out
    Names& names;
    State state = State::kEmpty;
    ~Ended() {
      const MutexLock lock(names.mutex_);
      names.state_ = state;
    }
  } ended{*this};
  ASSIGN_OR_RETURN(const auto people, store_.encounters_of_each());
  for (const auto& [person_id, count] : people) {
    if (stopping) return Error{Code::kUnavailable, "the node stops"};
    const auto ids = store_.encounter_ids(person_id);
    if (!ids.ok()) continue;  // erased since, or damaged: fsck says so
    for (const std::string& id : *ids)
      if (const auto facts = store_.encounter_facts(person_id, id); facts.ok()) add(*facts);
  }
  ended.state = State::kFull;
  return {};
}

// One that was enrolled while all were read may be here twice.
void Names::add(const Encounter& encounter) {
  const std::vector<std::string> words = words_of(query_of(encounter.biographic));
  if (words.empty()) return;
  const MutexLock lock(mutex_);
  const auto at = static_cast<std::uint32_t>(encounters_.size());
  encounters_.push_back({encounter.person_id, encounter.encounter_id});
  for (const std::string& each : words) by_words_.emplace(hashed(key_, each), at);
}

std::vector<store::EncounterId> Names::find(const NameQuery& query, std::size_t most) const {
  const std::uint64_t word = hashed(key_, word_to_ask(query));
  std::vector<std::uint32_t> found;
  std::vector<store::EncounterId> out;
  std::set<std::pair<std::string, std::string>> given;
  const MutexLock lock(mutex_);
  const auto [begin, end] = by_words_.equal_range(word);
  for (auto each = begin; each != end; ++each) found.push_back(each->second);
  std::ranges::sort(found, std::greater<>());
  for (const std::uint32_t at : found) {
    if (out.size() == most) break;
    const store::EncounterId& each = encounters_[at];
    if (given.emplace(each.person_id, each.encounter_id).second) out.push_back(each);
  }
  return out;
}

namespace {

// Of `where`, what is still there and fits; one more than is shown says that there is more.
Result<std::vector<Encounter>> people_named(const Node::Inside& in, const NameQuery& query,
                                            const std::vector<store::EncounterId>& where) {
  std::vector<Encounter> out;
  for (const store::EncounterId& each : where) {
    if (out.size() > limits::kNamesShownMax) break;
    Result<Encounter> facts = in.store->encounter_facts(each.person_id, each.encounter_id);
    if (!facts.ok() && facts.error().code == Code::kNotFound) continue;  // erased since
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, facts, each.encounter_id));
    if (readable && fits(query, facts->biographic)) out.push_back(*std::move(facts));
  }
  return out;
}

Json sought_by(const NameQuery& query, const NamesAnswer& found) {
  Json::Array people;
  for (const Encounter& each : found.encounters) people.push_back(Json::object({{"person_id", each.person_id}}));
  std::string words;
  for (const std::string* each : {&query.family_name, &query.given_names, &query.date_of_birth})
    if (!each->empty()) words += (words.empty() ? "" : ", ") + *each;
  Json out = Json::object({{"candidates", Json(std::move(people))}});
  if (!words.empty()) out.set("sentence", words);
  if (!query.document_number.empty()) out.set("number", query.document_number);
  return out;
}

}  // namespace

Result<NamesAnswer> Node::search_names(const Caller& caller, const NameQuery& query, const Why& given) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kSearchNames));
  ASSIGN_OR_RETURN(const Why why, may_search(in, caller, Action::kSearchNames, given));
  TRY(check_query(query));
  TRY(in.names.fill(in.stopping));
  NamesAnswer out;
  out.case_reference = why.case_reference;
  constexpr std::size_t kOpenedMax = 1'000;  // of a name that half a country has
  ASSIGN_OR_RETURN(const std::vector<Encounter> opened, people_named(in, query, in.names.find(query, kOpenedMax)));
  std::vector<store::EncounterId> fitting;
  for (const Encounter& each : opened) fitting.push_back({each.person_id, each.encounter_id});
  const auto transaction = in.store->begin();  // the few once more, so that nobody is shown who is erased by then
  ASSIGN_OR_RETURN(out.encounters, people_named(in, query, fitting));
  out.more = out.encounters.size() > limits::kNamesShownMax;
  if (out.more) out.encounters.resize(limits::kNamesShownMax);
  std::set<std::string> people;
  for (const Encounter& each : out.encounters) people.insert(each.person_id);
  Json details = sought_by(query, out);
  say_why(details, why);
  details.set(kNamesSearcher, person_of(caller.user));
  std::vector<Written> entries;
  TRY(watch_file(in, *transaction, caller.user, why, people, entries));
  TRY(watch_names(in, *transaction, caller.user, entries));
  std::set<std::string> words;
  if (people.empty())  // else they are marked by whom they found
    for (std::string& each : words_of(query)) words.insert(std::move(each));
  entries.push_back({in.journal.entry(Event::kNamesSearched, caller), std::move(details), std::move(words)});
  ASSIGN_OR_RETURN(out.receipt, in.journal.commit(*transaction, std::move(entries)));
  return out;
}

}  // namespace puente::service
