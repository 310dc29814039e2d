// A post with a poor link sends the same enrolment twice, not knowing whether the first arrived: it happens once.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "contract/node_api.h"

namespace puente::contract {
namespace {

constexpr const char* kPersons = "/v1/persons";

class Once : public testing::Test {
 protected:
  net::Response enrol(const std::string& id, std::uint32_t person, const std::string& key,
                      const std::string& user = "officer") {
    return call(*world_.usa.node, user, "POST", kPersons, canonical(enrolment(id, person)), key);
  }
  static std::string said(const net::Response& response) { return std::string(text(response.body)); }
  std::ptrdiff_t enrolled() { return world_.count(world_.usa, "enrolled"); }
  void erase(const std::string& id) {
    const std::string why = canonical(because("asked for in writing"));
    ASSERT_EQ(call(*world_.usa.node, "supervisor", "DELETE", std::string(kPersons) + "/" + id, why).status, 200);
  }
  // What is done in another process, which is killed at some point of it.
  void killed(const std::function<void()>& at_work) {
    world_.usa.node.reset();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      world_.start(world_.usa);
      at_work();
      _exit(1);
    }
    int how = 0;
    ASSERT_EQ(::waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how)) << "it came to its end";
    world_.start(world_.usa);
  }
  flow::World world_;
};

TEST_F(Once, the_same_request_with_the_same_key_has_one_effect_and_one_answer) {
  const net::Response first = enrol("", 1, "ab-1");
  ASSERT_EQ(first.status, 201) << said(first);
  world_.start(world_.usa);
  world_.clock.advance_ms(kDayMs - 1);
  world_.usa.node->work();
  const net::Response second = enrol("", 1, "ab-1");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(said(second), said(first));
  EXPECT_EQ(second.headers, first.headers);
  EXPECT_EQ(enrolled(), 1);
  EXPECT_EQ(enrol("", 1, "").status, 409) << "without a key the node can only say who it is";
}

TEST_F(Once, a_question_that_is_sent_again_is_one_question) {
  const std::string body = canonical(question_about(1));
  const auto ask = [&](const std::string& key) {
    return call(*world_.col.node, "officer", "POST", "/v1/questions", body, key);
  };
  const net::Response first = ask("q-1");
  ASSERT_EQ(first.status, 202) << said(first);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(said(ask("q-1")), said(first));
  EXPECT_EQ(world_.count(world_.col, "asked"), 1) << "of three a day";
  EXPECT_EQ(ask("q-2").status, 202);
}

TEST_F(Once, killed_before_the_effect_is_durable_nothing_was_and_after_it_the_answer_is_there) {
  const std::string body = canonical(enrolment("ana", 1));  // grown before anybody forks
  const auto die = [](const auto&) -> Bytes {
    ::kill(::getpid(), SIGKILL);
    return {};
  };
  killed([&] {  // within the transaction
    const Caller officer{"officer", Role::kOfficer};
    const service::Claim claim = flow::must(world_.usa.node->claim(officer, "ab-1", {}));
    service::EnrolRequest request;
    request.person_id = "ana";
    request.samples = flow::fingers_of(1, 1);
    flow::must(world_.usa.node->enrol(officer, std::move(request), {&claim, die}));
  });
  EXPECT_EQ(enrolled(), 0);
  killed([&] {  // the answer is made, and never sent
    call(*world_.usa.node, "officer", "POST", kPersons, body, "ab-1");
    ::kill(::getpid(), SIGKILL);
  });
  EXPECT_EQ(enrolled(), 1);
  const net::Response again = call(*world_.usa.node, "officer", "POST", kPersons, body, "ab-1");
  EXPECT_EQ(again.status, 201) << said(again);
  EXPECT_EQ(member(body_of(again), "person_id"), "ana");
  EXPECT_EQ(enrolled(), 1);
}

TEST_F(Once, a_key_is_bound_to_user_address_and_body) {
  ASSERT_EQ(enrol("ana", 1, "ab-1").status, 201);
  const net::Response other = enrol("bea", 2, "ab-1");
  EXPECT_EQ(other.status, 422);
  EXPECT_NE(said(other).find("Idempotency-Key"), std::string::npos) << said(other);
  const std::string probe =
      canonical(Json::object({{"samples", samples_of(1, 1)}, {"case_reference", "FILE-2026-17"}}));
  EXPECT_EQ(call(*world_.usa.node, "officer", "POST", "/v1/tasks", probe, "ab-1").status, 422) << "another address";
  EXPECT_EQ(call(*world_.usa.node, "officer", "POST", "/v1/identify", probe, "ab-1").status, 200) << "changes nothing";
  EXPECT_EQ(enrol("bea", 2, "ab-1", "other.officer").status, 201) << "their own key";
  EXPECT_EQ(enrolled(), 2);
}

TEST_F(Once, a_key_is_1_to_64_visible_letters) {
  for (const std::string& key :
       {std::string(65, 'k'), std::string("a b"), std::string("\t"), std::string("\xc3\xb1")}) {
    const net::Response refused = enrol("ana", 1, key);
    EXPECT_EQ(refused.status, 400) << key;
    EXPECT_NE(said(refused).find("Idempotency-Key"), std::string::npos);
  }
  EXPECT_EQ(enrolled(), 0);
  EXPECT_EQ(enrol("ana", 1, std::string(64, '~')).status, 201);
}

TEST_F(Once, while_the_first_is_under_way_the_second_is_told_so) {
  const Caller officer{"officer", Role::kOfficer};
  {
    const auto first = world_.usa.node->claim(officer, "ab-1", {});
    ASSERT_TRUE(first.ok());
    const net::Response second = enrol("ana", 1, "ab-1");
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second.headers.at("retry-after"), "1");
    EXPECT_EQ(enrol("bea", 2, "ab-2").status, 201) << "another key waits for nobody";
  }
  EXPECT_EQ(enrol("ana", 1, "ab-1").status, 201);
}

TEST_F(Once, what_is_refused_leaves_its_key_free) {
  ASSERT_EQ(enrol("ana", 1, "").status, 201);
  EXPECT_EQ(enrol("eva", 1, "ab-1").status, 409) << "known as ana";
  erase("ana");
  EXPECT_EQ(enrol("eva", 1, "ab-1").status, 201);
}

TEST_F(Once, an_answer_does_not_outlive_whom_it_names) {
  ASSERT_EQ(enrol("ana", 1, "ab-1").status, 201);
  ASSERT_EQ(enrol("bea", 2, "ab-2").status, 201);
  erase("ana");
  const net::Response gone = enrol("ana", 1, "ab-1");
  EXPECT_EQ(gone.status, 409) << said(gone);
  EXPECT_NE(said(gone).find("gone with the data of somebody"), std::string::npos) << said(gone);
  EXPECT_EQ(enrolled(), 2) << "and nobody who was erased is enrolled by a late copy";
  EXPECT_EQ(enrol("bea", 2, "ab-2").status, 201);
  const auto ids = flow::must(
      store::open(world_.usa.directory, store::Mode::kReadOnly, flow::World::copy(world_.usa.node_key), world_.random));
  EXPECT_EQ(ids->check(), std::vector<std::string>());
}

TEST_F(Once, nor_whom_its_words_name) {
  for (const auto& [id, person] : {std::pair("p-1", 1u), std::pair("p-2", 2u), std::pair("p-3", 3u)})
    ASSERT_EQ(enrol(id, person, "").status, 201);
  const auto hide = [&](const std::string& id, const std::string& why, const std::string& key) {
    Json body = because(why);
    body.set("class", "asylum").set("withheld_from", Json::array({"COL"}));
    return call(*world_.usa.node, "supervisor", "POST", std::string(kPersons) + "/" + id + "/protection",
                canonical(body), key);
  };
  ASSERT_EQ(hide("p-2", "sister of p-1, file 12", "ab-1").status, 200);
  ASSERT_EQ(hide("p-3", "asylum claim, file 13", "ab-2").status, 200);
  const auto decide = [&](const std::string& reference, const std::string& key) {
    Json body = because("rather like the hand of p-1");
    body.set("verdict", "reject");
    return call(*world_.usa.node, "examiner", "POST", "/v1/cases/" + reference + "/verdict", canonical(body), key);
  };
  world_.enrol(world_.usa, 4, "p-4");
  const Question hit = world_.ask(world_.col, world_.usa, 4);
  flow::mark_probe(world_.usa, hit.reference, {"examiner", Role::kExaminer, false, flow::kCertified});
  const Json view = body_of(call(*world_.usa.node, "examiner", "GET", "/v1/cases/" + hit.reference));
  for (std::size_t pair = 0; pair < view["pairs"].as_array()->size(); ++pair)
    call(*world_.usa.node, "examiner", "GET", "/v1/cases/" + hit.reference + "/pictures/" + std::to_string(pair));
  ASSERT_EQ(decide(hit.reference, "ab-3").status, 200);
  erase("p-1");
  EXPECT_EQ(hide("p-2", "sister of p-1, file 12", "ab-1").status, 409);
  EXPECT_EQ(hide("p-3", "asylum claim, file 13", "ab-2").status, 200);
  EXPECT_NE(said(decide(hit.reference, "ab-3")).find("gone with the data of somebody"), std::string::npos);
}

TEST_F(Once, after_a_day_the_key_is_forgotten) {
  ASSERT_EQ(enrol("ana", 1, "ab-1").status, 201);
  world_.clock.advance_ms(kDayMs + 1);
  EXPECT_EQ(enrol("bea", 2, "ab-1").status, 201) << "before anybody swept";
  world_.clock.advance_ms(kDayMs + 1);
  world_.usa.node->work();
  EXPECT_EQ(enrol("cid", 3, "ab-1").status, 201) << "and after";
}

}  // namespace
}  // namespace puente::contract
