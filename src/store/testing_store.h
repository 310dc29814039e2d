// What the store's tests share: a store in a directory of the test's own, kept by the driver that is to be tested.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "store/store.h"

namespace puente::store {

inline SecretKey key_of(std::uint8_t seed) {
  return *SecretKey::from_bytes(Bytes(SecretKey::kSize, seed));
}

inline LogRow row(std::uint64_t index, const std::string& leaf) {
  constexpr std::uint8_t kLeafPrefix[] = {0x00};
  return {index, to_bytes(leaf), sha256(kLeafPrefix, view(leaf)), "checkpoint of " + std::to_string(index + 1)};
}

inline Encounter make_encounter(const std::string& person_id, const std::string& encounter_id) {
  Encounter out;
  out.person_id = person_id;
  out.encounter_id = encounter_id;
  out.created_ms = 1'700'000'000'000;
  out.retention_until_ms = 1'900'000'000'000;
  out.biographic = {{DataElement::kFamilyName, "Quiñones"}, {DataElement::kSex, "F"}};
  out.samples = {{FingerCapture::kRightIndex, Bytes(5000, 0x5a), 500.5}, {FingerCapture::kLeftThumb, {}, 0}};
  out.samples.push_back({.image = Bytes(70, 1), .modality = Modality::kFace});
  out.samples.push_back({.image = Bytes(80, 2), .modality = Modality::kIris, .eye = Eye::kLeft});
  out.samples[0].impression = 1;
  out.missing = {{Finger::kRightRing, Missing::kUnableToPrint}, {Finger::kLeftLittle, Missing::kAmputated}};
  out.standing.withheld_from = {"COL"};
  return out;
}

inline std::vector<Template> make_templates(int count, std::uint8_t fill) {
  std::vector<Template> out;
  for (int i = 0; i < count; ++i)
    out.push_back({{place_of(static_cast<Finger>(1 + i)), 2, Bytes(static_cast<std::size_t>(300 + i), fill)}, {}});
  return out;
}

inline std::vector<std::string> ids_of(const std::vector<ListedCase>& cases) {
  std::vector<std::string> out;
  for (const ListedCase& each : cases) out.push_back(each.case_id);
  return out;
}

struct Driver {
  const char* name;
  decltype(&store::open) open;
  decltype(&store::open_log) open_log;
};
inline constexpr Driver kSqlite{"sqlite", store::open, store::open_log};

class TestingStore : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::replace(name.begin(), name.end(), '/', '_');
    directory_ = std::filesystem::temp_directory_path() / ("puente_store_" + name + "_" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
    auto store = open(Mode::kCreate);
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(*store);
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(directory_);
  }
  virtual Driver driver() const { return kSqlite; }
  Result<std::unique_ptr<Store>> open(Mode mode) { return driver().open(directory(), mode, key(), random_); }
  void close() { store_.reset(); }
  void reopen() {
    close();
    auto store = open(Mode::kOpen);
    ASSERT_TRUE(store.ok()) << store.error().message;
    store_ = std::move(*store);
  }
  std::string directory() const { return directory_.string(); }
  Store& store() { return *store_; }
  Random& random() { return random_; }
  static SecretKey key() { return key_of(0x11); }

  // One transaction of one step, with an entry in the log when the step brings none.
  template <typename Do>
  Status within(Do&& work) {
    const auto transaction = store().begin();
    TRY(work(*transaction));
    const Status logged = transaction->append_log(row(*store().log_size(), "what was done"), Json());
    if (!logged.ok() && logged.error().code != Code::kConflict) return logged;
    return transaction->commit();
  }
  void put(const std::string& person_id, const std::string& encounter_id) {
    const Status put = within(
        [&](Transaction& t) { return t.put_encounter(make_encounter(person_id, encounter_id), make_templates(2, 9)); });
    ASSERT_TRUE(put.ok()) << put.error().message;
  }
  std::vector<TemplateRow> all_templates() {
    std::vector<TemplateRow> out;
    const Status read = store().each_template([&](TemplateRow each) -> Status {
      out.push_back(std::move(each));
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().message;
    return out;
  }
  // Something of everything.
  void fill() {
    Case open_case;
    open_case.case_id = "c1";
    open_case.exchange_id = "x1";
    open_case.partner = "COL";
    Question question;
    question.exchange_id = "x2";
    question.released = {{DataElement::kFamilyName, "Vargas"}};
    question.retention_until_ms = 1'900'000'000'000;
    const Status put = within([&](Transaction& t) -> Status {
      for (int i = 0; i < 5; ++i)
        TRY(t.put_encounter(make_encounter("p" + std::to_string(i), "e1"), make_templates(2, 9)));
      TRY(t.put_agreement({"usa-col", "the text", AgreementState::kAccepted, 1, 1, "ana", "signed"}));
      TRY(t.put_case(open_case));
      TRY(t.put_case_exhibit("c1", Bytes(2000, 0x77)));
      TRY(t.put_question(question));
      TRY(t.enqueue({"m1", "COL", "question", Bytes(2000, 0x66), 1, 2, 3, 0}));
      TRY(t.put_task({"t1", "identify", "the-officer", TaskState::kWaiting, 1, 2, "", Bytes(2000, 0x55), {}}));
      TRY(t.put_once({"o1", "the-officer", 1'900'000'000'000, {"p1"}, Bytes(2000, 0x44)}, 0));
      TRY(t.put_practice_pair({"s1", Truth::kNonMate, "eva", 7, Bytes(2000, 0x33)}));
      PracticeCase seeded;
      seeded.case_id = "c2";
      seeded.partner = "COL";
      seeded.opened_ms = 1, seeded.expires_ms = 1'900'000'000'000;
      TRY(t.put_practice_case(seeded, Bytes(2000, 0x22)));
      WatchlistEntry entry;
      entry.entry_id = "w1";
      entry.person_id = "p1";
      entry.hand = {"p1"};
      TRY(t.put_watchlist_entry(entry, 1'900'000'000'000));
      const auto alert = t.put_watchlist_alert({0, "w1", "ana", "p1", MetHow::kAsked, "BOG-7", "COL", 1, 2});
      if (!alert.ok()) return alert.error();
      TRY(t.put_answer({"COL", "x1", Outcome::kReference, "c1", {}, 1'900'000'000'000}));
      TRY(t.remember_message("COL", "m9", 1'900'000'000'000));
      for (std::uint64_t i = 0; i < 20; ++i)
        TRY(t.append_log(row(i, "leaf number " + std::to_string(i)), Json::object({{"salt", "aa"}})));
      return t.add_cosigned_checkpoint("a note");
    });
    ASSERT_TRUE(put.ok()) << put.error().message;
  }

 private:
  std::filesystem::path directory_;
  SystemRandom random_;
  std::unique_ptr<Store> store_;
};

// What every driver owes: INSTANTIATE_TEST_SUITE_P with each of them.
class DriversContract : public TestingStore, public testing::WithParamInterface<Driver> {
 protected:
  Driver driver() const override { return GetParam(); }
};

}  // namespace puente::store
