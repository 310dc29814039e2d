#include "signin/signin.h"

#include <gtest/gtest.h>

#include "signin/authenticator.h"

namespace puente::signin {
namespace {

// RFC 6238, appendix B, the last six of its eight digits; the secret is "12345678901234567890".
TEST(Authenticator, gives_the_codes_of_the_standard) {
  const std::string secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  EXPECT_EQ(code_of(secret, step_of(59'000)), "287082");
  EXPECT_EQ(code_of(secret, step_of(1'111'111'109'000)), "081804");
  EXPECT_EQ(code_of(secret, step_of(20'000'000'000'000)), "353130");
  EXPECT_EQ(step_by(secret, "287082", 59'000), 1);
  EXPECT_EQ(step_by(secret, "287082", 59'000 + 30'000), 1) << "a clock may be a step behind";
  EXPECT_EQ(step_by(secret, "287082", 59'000 + 60'000), std::nullopt);
  EXPECT_EQ(step_by(secret, "", 59'000), std::nullopt);
  EXPECT_EQ(step_by("", "", 59'000), std::nullopt) << "no secret has no codes";
}

TEST(Authenticator, has_160_random_bits_and_an_address_for_telephones) {
  SystemRandom random;
  const std::string secret = new_authenticator(random);
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_TRUE(is_authenticator(secret));
  EXPECT_NE(secret, new_authenticator(random));
  EXPECT_EQ(address_of("ABC", "COL", "ana"), "otpauth://totp/Puente%20COL:ana?secret=ABC&issuer=Puente%20COL");
  for (const char* bad : {"", "ABC", "abcdefghijklmnop", "ABCDEFGHIJKLMNO1"})
    EXPECT_FALSE(is_authenticator(bad)) << bad;
}

class At final : public Clock {
 public:
  std::int64_t now_ms() const override { return now; }
  std::int64_t now = 1'800'000'000'000;
};

class DeskTest : public testing::Test {
 protected:
  static constexpr const char* kWord = "seven small boats at dawn";
  DeskTest() {
    accounts_["ana"] = {{"ana", Role::kOfficer}, hash_, "", sha256(view("1"))};
    accounts_["sup"] = {{"sup", Role::kSupervisor}, hash_, secret_, sha256(view("2"))};
    accounts_["bare"] = {{"bare", Role::kSupervisor}, hash_, "", sha256(view("3"))};
    for (const char* user : {"leo", "kim"})
      accounts_[user] = {{user, Role::kOfficer}, hash_, "", sha256(view(std::string_view(user)))};
    accounts_["machine"] = {{"machine", Role::kOfficer}, "", "", sha256(view("4"))};
    clock_.now += 30'000;  // the codes of when the desk was made are over
  }
  auto enter(const std::string& user, const std::string& password = kWord, const std::string& code = "",
             const std::string& address = "10.0.0.1") {
    return desk_.sign_in({user, password, code, address});
  }
  std::string code(std::int64_t steps = 0) const { return code_of(secret_, step_of(clock_.now) + steps); }
  bool refused(const Result<Desk::Opened>& tried) {
    return !tried.ok() && tried.error().code == Code::kUnauthenticated;
  }

  At clock_;
  SystemRandom random_;
  const std::string hash_ = hash_password(kWord), secret_ = new_authenticator(random_);
  std::map<std::string, Account> accounts_;
  Desk desk_{[this](const std::string& user) {
               const auto found = accounts_.find(user);
               return found == accounts_.end() ? std::nullopt : std::optional(found->second);
             },
             clock_, random_};
};

TEST_F(DeskTest, a_session_is_whose_it_is_until_they_leave) {
  const auto opened = enter("ana");
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_GE(opened->cookie.size(), 52u) << "260 random bits";
  const auto session = desk_.find(opened->cookie);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->caller.user, "ana");
  EXPECT_FALSE(session->caller.at_the_keys);
  EXPECT_TRUE(session->caller.by_session && opened->session.caller.by_session);
  EXPECT_EQ(session->csrf, opened->session.csrf);
  EXPECT_NE(session->csrf, opened->cookie);
  EXPECT_EQ(desk_.seen("ana").sessions, 1u);
  EXPECT_EQ(desk_.seen("ana").last_ms, clock_.now);
  EXPECT_FALSE(desk_.find(opened->cookie + "x"));
  EXPECT_FALSE(desk_.find(""));
  desk_.sign_out(opened->cookie);
  EXPECT_FALSE(desk_.find(opened->cookie));
}

TEST_F(DeskTest, whatever_is_wrong_is_refused_in_the_same_words) {
  const std::string words = enter("ana", "wrong").error().message;
  EXPECT_TRUE(refused(enter("ana", "wrong")));
  EXPECT_EQ(enter("nobody").error().message, words);
  EXPECT_EQ(enter("machine", "").error().message, words) << "who has no password signs in by none";
  EXPECT_EQ(enter("sup", kWord, "").error().message, words);
  EXPECT_EQ(enter("sup", kWord, code(5)).error().message, words);
  EXPECT_EQ(enter("bare", kWord, "").error().message, words) << "a supervisor without an authenticator";
  EXPECT_EQ(enter("ana", kWord, "123456").error().message, words) << "a code of an account that has none";
}

TEST_F(DeskTest, who_decides_about_others_brings_a_code_and_each_code_opens_once) {
  const std::string now = code();
  ASSERT_TRUE(enter("sup", kWord, now).ok());
  EXPECT_TRUE(refused(enter("sup", kWord, now))) << "seen over a shoulder";
  EXPECT_TRUE(refused(enter("sup", kWord, code(-1)))) << "nor an older one";
  clock_.now += 30'000;
  const auto again = enter("sup", kWord, code());
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->session.second_factor);
  EXPECT_TRUE(needs_second_factor(Role::kAdministrator));
  EXPECT_FALSE(needs_second_factor(Role::kOfficer));
}

TEST_F(DeskTest, a_session_ends_by_idling_and_by_its_length_and_by_a_clock_set_back) {
  const auto idle = enter("ana");
  clock_.now += Desk::kIdleMs - 1;
  EXPECT_TRUE(desk_.find(idle->cookie));
  clock_.now += Desk::kIdleMs;
  EXPECT_FALSE(desk_.find(idle->cookie));
  const auto busy = enter("ana");
  const std::int64_t began = clock_.now;
  const auto waiting = enter("ana");
  for (const std::int64_t end = clock_.now + Desk::kIdleMs; clock_.now < end; clock_.now += Desk::kIdleMs / 2) {
    EXPECT_TRUE(desk_.find(waiting->cookie, false));
    EXPECT_TRUE(desk_.find(busy->cookie));
  }
  EXPECT_FALSE(desk_.find(waiting->cookie, false)) << "a page that waits for news is nobody who sits there";
  for (; clock_.now - began < Desk::kSessionMs; clock_.now += Desk::kIdleMs / 2) EXPECT_TRUE(desk_.find(busy->cookie));
  EXPECT_FALSE(desk_.find(busy->cookie)) << "however busy";
  const auto early = enter("ana");
  clock_.now -= 1;
  EXPECT_FALSE(desk_.find(early->cookie));
}

TEST_F(DeskTest, whatever_changes_about_a_user_ends_their_sessions) {
  const auto opened = enter("ana"), other = enter("ana");
  accounts_["ana"].stamp = sha256(view("another role"));
  EXPECT_FALSE(desk_.find(opened->cookie));
  accounts_.erase("ana");
  EXPECT_FALSE(desk_.find(other->cookie));
}

TEST_F(DeskTest, an_administrator_ends_all_sessions_and_the_waiting_of_a_user) {
  const auto opened = enter("ana"), other = enter("sup", kWord, code());
  for (int i = 0; i < Desk::kTriesOfOne; ++i) EXPECT_TRUE(refused(enter("ana", "wrong")));
  EXPECT_TRUE(refused(enter("ana")));
  EXPECT_GT(desk_.seen("ana").waits_until_ms, clock_.now);
  EXPECT_EQ(desk_.end("ana"), 1u);
  EXPECT_FALSE(desk_.find(opened->cookie));
  EXPECT_TRUE(desk_.find(other->cookie));
  EXPECT_TRUE(enter("ana").ok());
}

TEST_F(DeskTest, after_too_many_tries_a_name_waits_longer_and_longer_for_that_address) {
  for (int i = 0; i < Desk::kTriesOfOne; ++i) EXPECT_TRUE(refused(enter("ana", "wrong")));
  EXPECT_TRUE(refused(enter("ana"))) << "the right password as well";
  EXPECT_TRUE(enter("ana", kWord, "", "10.0.0.2").ok()) << "a stranger does not shut somebody out elsewhere";
  for (int i = 0; i < Desk::kTriesOfOne; ++i) EXPECT_TRUE(refused(enter("sup", "wrong", "", "10.0.0.3")));
  clock_.now += Desk::kWaitMsMin;
  EXPECT_TRUE(refused(enter("sup", "wrong", "", "10.0.0.3")));
  clock_.now += Desk::kWaitMsMin;
  EXPECT_TRUE(refused(enter("sup", kWord, code(), "10.0.0.3"))) << "twice as long";
  clock_.now += Desk::kWaitMsMin;
  EXPECT_TRUE(enter("sup", kWord, code(), "10.0.0.3").ok());
  EXPECT_TRUE(enter("ana").ok());
}

TEST_F(DeskTest, an_address_that_tries_many_names_waits_for_all_of_them_and_a_name_tried_from_everywhere_too) {
  for (int i = 0; i < Desk::kTriesOfMany; ++i) EXPECT_TRUE(refused(enter("n" + std::to_string(i), "wrong")));
  EXPECT_TRUE(refused(enter("ana")));
  EXPECT_TRUE(enter("ana", kWord, "", "10.0.0.2").ok());
  for (int i = 0; i < Desk::kTriesOfMany; ++i)
    EXPECT_TRUE(refused(enter("ana", "wrong", "", "10.0.1." + std::to_string(i))));
  EXPECT_TRUE(refused(enter("ana", kWord, "", "10.0.0.3")));
  EXPECT_GT(desk_.seen("ana").waits_until_ms, clock_.now);
}

// An office comes from one address, and mistypes all day.
TEST_F(DeskTest, tries_at_an_address_are_forgiven_one_by_one_and_shut_nobody_out_who_is_known_there) {
  ASSERT_TRUE(enter("ana").ok());
  const auto flood = [&] {
    for (int i = 0; i < Desk::kTriesOfMany; ++i) EXPECT_TRUE(refused(enter("n" + std::to_string(i), "wrong")));
  };
  flood();
  EXPECT_TRUE(enter("ana").ok()) << "who got in here lately";
  EXPECT_TRUE(refused(enter("leo")));
  EXPECT_GT(desk_.seen("leo").waits_until_ms, clock_.now) << "an administrator sees it";
  EXPECT_EQ(desk_.end("leo"), 0u);
  EXPECT_TRUE(enter("leo").ok()) << "and ends it";
  flood();
  clock_.now += Desk::kForgiveAddressMs * Desk::kTriesOfMany;
  EXPECT_TRUE(refused(enter("n0", "wrong")));
  EXPECT_TRUE(enter("kim").ok()) << "one more slip after a quiet while";
}

TEST_F(DeskTest, a_name_that_is_tried_from_everywhere_gets_in_where_it_is_known) {
  ASSERT_TRUE(enter("ana").ok());
  for (int i = 0; i < Desk::kTriesOfMany; ++i)
    EXPECT_TRUE(refused(enter("ana", "wrong", "", "10.0.1." + std::to_string(i))));
  EXPECT_TRUE(refused(enter("ana", kWord, "", "10.0.9.9")));
  EXPECT_TRUE(enter("ana").ok());
}

TEST_F(DeskTest, addresses_of_one_network_of_the_sixth_version_are_one) {
  for (int i = 0; i < Desk::kTriesOfOne; ++i)
    EXPECT_TRUE(refused(enter("ana", "wrong", "", "2001:db8:1:2::" + std::to_string(i + 1))));
  EXPECT_TRUE(refused(enter("ana", kWord, "", "2001:db8:1:2:aaaa::1")));
  EXPECT_TRUE(enter("ana", kWord, "", "2001:db8:1:3::1").ok());
}

TEST_F(DeskTest, a_clock_that_is_set_back_forgives_nobody_and_makes_nobody_wait_for_ever) {
  for (int i = 0; i < Desk::kTriesOfOne; ++i) EXPECT_TRUE(refused(enter("ana", "wrong")));
  clock_.now -= 365 * kDayMs;
  EXPECT_TRUE(refused(enter("ana")));
  clock_.now += Desk::kWaitMsMax;
  EXPECT_TRUE(enter("ana").ok());
}

// It may have opened the door just before.
TEST_F(DeskTest, a_code_of_before_the_start_opens_nothing) {
  const std::string before = code();
  clock_.now += 1;
  Desk again([this](const std::string& user) { return std::optional(accounts_.at(user)); }, clock_, random_);
  const auto with = [&](const std::string& given) { return again.sign_in({"sup", kWord, given, "10.0.0.1"}); };
  EXPECT_TRUE(refused(with(before)));
  clock_.now += 30'000;
  EXPECT_TRUE(with(code()).ok());
}

TEST(Password, is_several_words_whoever_sets_it) {
  EXPECT_TRUE(check_password("seven small boats", "ana").ok());
  EXPECT_TRUE(check_password("contraseña larga", "ana").ok());
  for (const std::string& bad : {std::string("short"), std::string(12, ' '), std::string("aaaaaaaaaaaaaa"),
                                 std::string(300, 'a') + "bcdef", std::string("seven small boats\r"),
                                 std::string("contrase\xf1"
                                             "a larga")})
    EXPECT_EQ(check_password(bad, "ana").error().code, Code::kInvalidInput) << bad;
  EXPECT_FALSE(check_password("ana.ruiz.gomez", "ana.ruiz.gomez").ok());
}

TEST_F(DeskTest, of_too_many_sessions_of_one_user_the_oldest_ends) {
  const auto first = enter("ana");
  clock_.now += 1;
  for (std::size_t i = 0; i < Desk::kSessionsPerUserMax; ++i) ASSERT_TRUE(enter("ana").ok());
  EXPECT_EQ(desk_.seen("ana").sessions, Desk::kSessionsPerUserMax);
  EXPECT_FALSE(desk_.find(first->cookie));
}

TEST_F(DeskTest, a_password_is_confirmed_and_a_wrong_one_counts_as_a_try) {
  EXPECT_TRUE(desk_.confirm("ana", kWord, "10.0.0.1").ok());
  for (int i = 0; i < Desk::kTriesOfOne; ++i) EXPECT_FALSE(desk_.confirm("ana", "wrong", "10.0.0.1").ok());
  EXPECT_FALSE(desk_.confirm("ana", kWord, "10.0.0.1").ok());
}

}  // namespace
}  // namespace puente::signin
